import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import type { Job } from '../../local/batch/job.ts';
import { jobAnnouncements } from '../../src/announcements/announcements-of.ts';
import { letterOf } from '../../src/announcements/announcement-text.ts';
import { eventDetailOf } from '../../src/announcements/announcement.ts';
import { createChangeLog } from '../../src/aws/ledger/change-log.ts';
import type { ChangedJob } from '../../src/intake/parse-job-message.ts';
import { parseLedgerChange } from '../../src/intake/parse-ledger-change.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { type TrackOutcome, trackJob } from '../../src/remediation/track-job.ts';
import { TABLE } from '../aws/fixture.ts';
import { itemOf } from '../aws/ledger/ledger-item-of.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION, REPORTS } from './guarded-account.ts';
import { write } from './objects.ts';

/** What the event of a job's last status says. */
function endOf(job: Job, over: Partial<ChangedJob> = {}): ChangedJob {
  return { jobId: job.id, account: ACCOUNT, region: REGION, status: job.status, at: '2026-11-02T10:05:00Z', ...over };
}

/** A drifted bucket with these objects, and the one job that its repair started. */
async function startedJob(account: GuardedAccount, bucket = 'weak', keys = ['object']): Promise<Job> {
  if (account.aws.buckets.find(bucket) === undefined) await account.bucket(bucket);
  for (const key of keys) await write(account, bucket, key);
  assert.equal((await account.assess(eventFact(account, bucket, { cause: 'created' }))).jobs, 1);
  const job = account.aws.jobs.all().at(-1);
  assert.ok(job);
  return job;
}

const track = (account: GuardedAccount, trigger: ChangedJob): Promise<TrackOutcome> =>
  trackJob(trigger, account.trackDeps);

const tokenOf = (job: Job) => job.request.ClientRequestToken ?? '';

/** How a job ended, of its ledger item. */
async function endIn(account: GuardedAccount, job: Job) {
  const item = await account.jobItem(tokenOf(job));
  assert.equal(item?.['open'], undefined);
  const { jobId, closedAt, status, total, succeeded, failed, untried, failures, failedKeys, report, why } = item ?? {};
  return { jobId, closedAt, status, total, succeeded, failed, untried, failures, failedKeys, report, why };
}

const reportOf = (job: Job) => `s3://${REPORTS}/reports/weak/job-${job.id}/manifest.json`;

/** What its end says; `over` what is special about it. */
function closed(job: Job, over: object) {
  const closedAt = '2026-11-02T10:00:00.000Z';
  const nothing = { untried: 0, failures: [], failedKeys: [], report: undefined, why: undefined };
  return { jobId: job.id, closedAt, ...nothing, ...over };
}

test('a job that did everything is closed as complete, once', async () => {
  await using account = await openGuardedAccount();
  const job = await startedJob(account);
  assert.equal((await account.jobItem(tokenOf(job)))?.['status'], 'open');
  await account.jobs();
  account.operations();
  assert.equal((await track(account, endOf(job))).kind, 'closed');
  // Before it is closed: which standard has its bucket now? The last five look for the next job of the account, of S3 and of our own.
  assert.deepEqual(account.operations(), [
    'DescribeJob',
    'GetItem',
    'GetObject',
    'HeadObject',
    'GetObject',
    'HeadObject',
    'GetItem',
    'TransactWriteItems',
    'GetItem',
    'Query',
    'Query',
    'Query',
    'Query',
  ]);
  const item = await endIn(account, job);
  assert.deepEqual(item, closed(job, { status: 'complete', total: 1, succeeded: 1, failed: 0, report: reportOf(job) }));
  account.advance(60);
  assert.deepEqual(await track(account, endOf(job)), { kind: 'closed-before', why: `job ${job.id} was closed before` });
  assert.deepEqual(await endIn(account, job), item);
});

test('a job with failures is closed with the keys that failed and their codes', async () => {
  await using account = await openGuardedAccount();
  const Bucket = await account.bucket('weak');
  const { s3 } = account.clients;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } }),
  );
  const keys = ['fine', 'locked, "quoted" +\n🔐', 'locked too'];
  for (const Key of keys) {
    await write(account, Bucket, Key);
    if (Key !== 'fine') await s3.send(new PutObjectLegalHoldCommand({ Bucket, Key, LegalHold: { Status: 'ON' } }));
  }
  const job = await startedJob(account, Bucket, []);
  await account.jobs();
  const outcome = await track(account, endOf(job));
  assert.equal(outcome.kind, 'closed');
  assert.deepEqual(
    await endIn(account, job),
    closed(job, {
      status: 'complete-with-failures',
      total: 3,
      succeeded: 1,
      failed: 2,
      failures: [{ code: 'AccessDenied', count: 2, cause: 'locked' }],
      failedKeys: [
        { key: 'locked too', code: 'AccessDenied', cause: 'locked' },
        { key: 'locked, "quoted" +\n🔐', code: 'AccessDenied', cause: 'locked' },
      ].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      report: reportOf(job),
    }),
  );
});

test('a job that found nothing has nothing to do, and says so in its own words', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('weak');
  await write(account, bucket, 'already-right', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: account.keyArn });
  const job = await startedJob(account, bucket, []);
  await account.jobs();
  await track(account, endOf(job));
  assert.deepEqual(
    await endIn(account, job),
    closed(job, {
      status: 'nothing-to-do',
      total: 0,
      succeeded: 0,
      failed: 0,
      why: 'ManifestGenerationFailed: Manifest generation found no keys matching the filter criteria.',
    }),
  );
});

test('a job that failed is closed as failed with the reason, never as done', async () => {
  await using account = await openGuardedAccount();
  const { arn } = account.aws.world.identity.role(account.deps.jobRoles['update-encryption']) ?? { arn: '' };
  // Before the launch nothing would be queued.
  account.aws.onOutcome(({ call }) => {
    if (call.operation !== 'CreateJob') return;
    account.aws.world.identity.putRole({ arn, name: 'batch', trust: { Statement: [] }, policies: [] });
  });
  const job = await startedJob(account);
  await account.jobs();
  assert.equal((await track(account, endOf(job))).kind, 'closed');
  const { status, total, why } = (await account.jobItem(tokenOf(job))) ?? {};
  assert.deepEqual([status, total], ['failed', 0]);
  assert.match(String(why), /^AccessDenied: /);
});

test('a job that somebody cancelled is closed as cancelled', async () => {
  await using account = await openGuardedAccount();
  // Over the wire a job of one object is over before anybody could cancel it.
  account.aws.onOutcome(({ call, output }) => {
    if (call.operation !== 'CreateJob') return;
    const input = { AccountId: ACCOUNT, JobId: Reflect.get(Object(output), 'JobId'), RequestedJobStatus: 'Cancelled' };
    void account.aws.world.invoke('s3control', 'UpdateJobStatus', input, call);
  });
  const job = await startedJob(account);
  await account.jobs();
  await track(account, endOf(job));
  assert.equal((await account.jobItem(tokenOf(job)))?.['status'], 'cancelled');
});

test('a job that goes on is left open', async () => {
  await using account = await openGuardedAccount();
  const job = await startedJob(account);
  await account.jobs();
  account.operations();
  assert.deepEqual(await track(account, endOf(job, { status: 'Preparing' })), {
    kind: 'open',
    why: `job ${job.id} is Preparing`,
  });
  assert.deepEqual(account.operations(), []);
});

test('a job that S3 does not know yet is asked for again', async () => {
  await using account = await openGuardedAccount();
  const jobId = '0a1b2c3d-0000-4000-8000-000000000000';
  const trigger = { jobId, account: ACCOUNT, region: REGION, status: 'Complete', at: '2026-11-02T10:05:00Z' };
  await assert.rejects(track(account, trigger), { code: 'job-refused', retryable: true, jobId });
});

/** A job one of whose objects nobody may touch, although its report is not there to say so. */
async function failedWithoutReport(account: GuardedAccount): Promise<Job> {
  const Bucket = await account.bucket('weak');
  const Statement = [
    { Effect: 'Deny', Principal: '*', Action: 's3:UpdateObjectEncryption', Resource: 'arn:aws:s3:::weak/secret' },
  ];
  await account.clients.s3.send(
    new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
  );
  return startedJob(account, Bucket, ['fine', 'secret']);
}

test('where S3 is too busy to show a report the job stays open, and it is closed when the report can be read', async () => {
  await using account = await openGuardedAccount();
  const job = await failedWithoutReport(account);
  await account.jobs();
  account.aws.faults.add({ kind: 'internal-error', operation: 'GetObject', times: 1 });
  await assert.rejects(track(account, endOf(job)), { code: 'report-unreadable', retryable: true });
  assert.equal((await account.jobItem(tokenOf(job)))?.['status'], 'open');
  assert.equal((await track(account, endOf(job))).kind, 'closed');
  const { status, failedKeys } = (await account.jobItem(tokenOf(job))) ?? {};
  assert.deepEqual(
    [status, failedKeys],
    ['complete-with-failures', [{ key: 'secret', code: 'AccessDenied', cause: 'denied' }]],
  );
});

/** How reports are lost, and what is said of it. */
const LOST: Record<string, [lose: (account: GuardedAccount, keys: string[]) => Promise<unknown>, why: RegExp]> = {
  'is missing': [
    ({ clients }, keys) => clients.s3.send(new DeleteObjectCommand({ Bucket: REPORTS, Key: keys.find(isReport) })),
    /^the completion report s3:\/\/reseal-reports-\S+\/reports\/weak\/job-.+\/manifest.json could not be read: NoSuchKey: /,
  ],
  'is torn': [
    async ({ clients }, keys) => {
      const Body = 'weak,another,,failed,403,AccessDenied,no\n';
      for (const Key of keys.filter((key) => key.startsWith('reports/') && !isReport(key)))
        await clients.s3.send(new PutObjectCommand({ Bucket: REPORTS, Key, Body }));
    },
    /results\/.+\.csv could not be read: its MD5 checksum is [0-9a-f]{32}, and the report's manifest says [0-9a-f]{32}$/,
  ],
  'is in a bucket that was deleted': [
    async ({ clients }, keys) => {
      for (const Key of keys) await clients.s3.send(new DeleteObjectCommand({ Bucket: REPORTS, Key }));
      await clients.s3.send(new DeleteBucketCommand({ Bucket: REPORTS }));
    },
    /manifest.json could not be read: NoSuchBucket: /,
  ],
};

const isReport = (key: string) => key.startsWith('reports/') && key.endsWith('manifest.json');

for (const [how, [lose, word]] of Object.entries(LOST)) {
  test(`a job whose report ${how} is closed at once with the counts of DescribeJob and a word about the report`, async () => {
    await using account = await openGuardedAccount();
    const job = await failedWithoutReport(account);
    await account.jobs();
    const { Contents = [] } = await account.clients.s3.send(new ListObjectsV2Command({ Bucket: REPORTS }));
    await lose(
      account,
      Contents.map(({ Key = '' }) => Key),
    );
    assert.equal((await track(account, endOf(job))).kind, 'closed');
    const item = await endIn(account, job);
    // What is not there is not named.
    const report = how === 'is torn' ? reportOf(job) : undefined;
    const { why } = item;
    const over = { status: 'complete-with-failures', total: 2, succeeded: 1, failed: 1, report, why };
    assert.deepEqual(item, closed(job, over));
    assert.match(String(why), word);
  });
}

test('error codes of any words are counted, and nothing is lost or breaks on the way to an event', async () => {
  await using account = await openGuardedAccount();
  const job = await failedWithoutReport(account);
  await account.jobs();
  const codes = ['constructor', 'toString', '__proto__', 'constructor', 'hasOwnProperty'];
  const rows = codes.map((code, at) => `weak,key-${at},,failed,${code},403,No.`).join('\n');
  const Results = [{ TaskExecutionStatus: 'failed', Key: 'rows.csv' }];
  const folder = `reports/weak/job-${job.id}`;
  const files = { [`${folder}/manifest.json`]: JSON.stringify({ Results }), 'rows.csv': rows };
  for (const [Key, Body] of Object.entries(files)) {
    await account.clients.s3.send(new PutObjectCommand({ Bucket: REPORTS, Key, Body }));
  }
  assert.equal((await track(account, endOf(job))).kind, 'closed');
  const counts = { constructor: 2, toString: 1, ['__proto__']: 1, hasOwnProperty: 1 };
  const failures = Object.entries(counts).map(([code, count]) => ({ code, count, cause: 'unknown-code' }));
  const key = { pk: `JOB#${tokenOf(job)}`, sk: 'JOB' };
  const item = await account.jobItem(tokenOf(job));
  assert.deepEqual(item?.['failures'], failures);

  const position = { stream: 'arn', sequence: '1' };
  const change = parseLedgerChange({ keys: key, after: { ...key, ...item }, position });
  assert.ok('kind' in change && change.kind === 'job');
  const [announcement = assert.fail('nothing is announced')] = jobAnnouncements(change.after);
  assert.match(
    letterOf(announcement).text,
    /- constructor: 2\. .+\n- toString: 1\. .+\n- __proto__: 1\. .+\n- hasOwnProperty: 1\. .+\n/,
  );
  const { failuresByCode } = JSON.parse(JSON.stringify(eventDetailOf(announcement)));
  assert.deepEqual(Object.entries(failuresByCode), Object.entries(counts));
  await createChangeLog(account.clients.dynamoDb, TABLE).write(announcement);
  const entry = await itemOf(account.clients.dynamoDb, {
    ...bucketKey(change.after),
    sk: `CHANGE#${announcement.at}#${announcement.id}`,
  });
  assert.deepEqual(entry, { v: 1, ...announcement });
});
