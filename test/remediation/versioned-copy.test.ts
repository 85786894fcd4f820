import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import type { Job } from '../../local/batch/job.ts';
import { queueingOf } from '../../src/aws/ledger/job-ledger.ts';
import { update, updateAll } from '../../src/aws/ledger/ledger-update.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { jobKey, type JobRequest } from '../../src/ledger/job-item.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { TABLE } from '../aws/fixture.ts';
import { aJob } from '../ledger/a-job.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION, tracking } from './guarded-account.ts';
import { write } from './objects.ts';

const BUCKET = { account: ACCOUNT, region: REGION, bucket: 'data' };
const COPY = { token: 'copy', method: 'copy', objectClass: 'SSE-S3', storageClass: 'STANDARD' } as const;

/** A bucket with an object of two versions, if it keeps any, and S3's job that copies its objects. */
async function copied(account: GuardedAccount, isVersioned: boolean, over: Partial<JobRequest> = {}): Promise<Job> {
  const Bucket = await account.bucket('data');
  const { s3, dynamoDb } = account.clients;
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  if (isVersioned) await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  for (let time = 0; time < 2; time += 1) await write(account, Bucket, 'object');
  const job = aJob({ ...COPY, keyArn: account.keyArn, ...over });
  const standing = { ...BUCKET, standardId: job.standardId };
  await update(dynamoDb, { table: TABLE, key: bucketKey(BUCKET), set: standing, count: 'rev' });
  await updateAll(dynamoDb, [queueingOf(job, TABLE)]);
  await trackJob({ account: ACCOUNT }, account.trackDeps);
  return (await account.jobs())[0] ?? assert.fail('no job');
}

const ended = ({ id, status }: Job) => ({
  jobId: id,
  account: ACCOUNT,
  region: REGION,
  status,
  at: '2026-11-02T10:05:00Z',
});
const versions = (account: GuardedAccount) => account.aws.buckets.find('data')?.keys.get('object')?.versions.length;

test('a copy in a bucket that keeps versions waits until its list is seen to name none, and then runs', async () => {
  await using account = await openGuardedAccount();
  const waiting = await copied(account, true);
  assert.equal(waiting.status, 'Suspended');
  assert.deepEqual(await trackJob(ended(waiting), account.trackDeps), {
    kind: 'open',
    why: `job ${waiting.id} is confirmed: its list names current versions alone`,
  });
  const [job = assert.fail()] = await account.jobs();
  assert.deepEqual([job.status, job.counts.succeeded, versions(account)], ['Complete', 1, 3]);
});

test('one whose list names versions is cancelled before it copies any, and named', async () => {
  await using account = await openGuardedAccount();
  account.aws.batchSettings.generatesVersions = true;
  const waiting = await copied(account, true);
  assert.equal((await trackJob(ended(waiting), account.trackDeps)).kind, 'closed');
  const [job = assert.fail()] = await account.jobs();
  assert.deepEqual([job.status, versions(account)], ['Cancelled', 2]);
  const { status, again, why, jobId } = (await account.jobItem('copy')) ?? {};
  assert.deepEqual([status, again, jobId], ['refused', 'no', job.id]);
  assert.match(
    String(why),
    /was cancelled before it copied anything: its list s3:\S+ names versions, and an old version of an object of bucket data would become the current one$/,
  );
  assert.deepEqual(await account.trackDeps.jobLedger.slotsOf(ACCOUNT), []);
});

test('where S3 does not say what is in the list, nothing is copied', async () => {
  await using account = await openGuardedAccount();
  const waiting = await copied(account, true);
  const there = account.trackDeps.at(BUCKET);
  const describeJob = async (named: { jobId: string; account: string }) => {
    const { list: _, ...snapshot } = (await there.describeJob(named)) ?? assert.fail('no job');
    return snapshot;
  };
  await trackJob(ended(waiting), { ...account.trackDeps, ...tracking(account, { describeJob }) });
  assert.match(String((await account.jobItem('copy'))?.['why']), /: its list is not known, /);
  assert.equal(versions(account), 2);
});

test('people are asked all the same where the plan says why', async () => {
  await using account = await openGuardedAccount();
  const waiting = await copied(account, true, { needsConfirmation: 'it costs more than the ceiling' });
  await trackJob(ended(waiting), account.trackDeps);
  assert.equal((await account.jobItem('copy'))?.['status'], 'suspended');
  assert.equal((await account.jobs())[0]?.status, 'Suspended');
});

test('whoever confirms one before its list was looked at has no old version copied either', async () => {
  await using account = await openGuardedAccount();
  account.aws.batchSettings.generatesVersions = true;
  await copied(account, true, { needsConfirmation: 'it costs more than the ceiling' });
  const wish = { what: 'confirm', by: 'somebody', at: account.now().toISOString() };
  await update(account.clients.dynamoDb, { table: TABLE, key: jobKey('copy'), set: { wish }, isBlind: true });
  assert.equal((await trackJob({ token: 'copy' }, account.trackDeps)).kind, 'closed');
  assert.deepEqual([(await account.jobs())[0]?.status, versions(account)], ['Cancelled', 2]);
});

test('a copy in a bucket that never kept versions runs at once', async () => {
  await using account = await openGuardedAccount();
  assert.equal((await copied(account, false)).status, 'Complete');
});

for (const [what, wishes] of [
  ['confirms', 'confirm'],
  ['cancels', 'cancel'],
] as const) {
  test(`whoever ${what} a copy before its list was seen lets no old version become the current one`, async () => {
    await using account = await openGuardedAccount();
    account.aws.batchSettings.generatesVersions = true;
    await copied(account, true, { needsConfirmation: 'it costs more than the ceiling' });
    const wish = { what: wishes, by: 'ada', at: '2026-11-02T11:00:00Z' };
    await update(account.clients.dynamoDb, { table: TABLE, key: jobKey('copy'), set: { wish } });
    await trackJob({ token: 'copy' }, account.trackDeps);
    const [job = assert.fail()] = await account.jobs();
    assert.deepEqual([job.status, versions(account)], ['Cancelled', 2]);
  });
}

for (const [what, lost] of [
  ['is gone', 'NoSuchKey'],
  ['may not be read', 'AccessDenied'],
] as const) {
  test(`a copy whose list ${what} gives its slot back at once, and is asked for again`, async () => {
    await using account = await openGuardedAccount();
    const waiting = await copied(account, true);
    const name = lost;
    const $metadata = { httpStatusCode: lost === 'NoSuchKey' ? 404 : 403 };
    const listsVersions = () => Promise.reject(Object.assign(new Error('no'), { name, $metadata }));
    await trackJob(ended(waiting), { ...account.trackDeps, ...tracking(account, { listsVersions }) });
    assert.deepEqual(await account.trackDeps.jobLedger.slotsOf(ACCOUNT), []);
    const { status, again, why } = (await account.jobItem('copy')) ?? {};
    assert.deepEqual([status, again], ['refused', 'next-sweep']);
    assert.match(String(why), new RegExp(`its list s3:\\S+ could not be read \\(${lost}: no\\)`));
    assert.deepEqual((await account.item('data'))?.['undone'], new Set(['copy']));
    assert.equal((await account.jobs())[0]?.status, 'Cancelled');
  });
}

test('what was written since a copy was planned is left as it is, and is no failure', async () => {
  await using account = await openGuardedAccount();
  const job = await copied(account, false, { writtenBefore: '2023-01-06T00:00:00.000Z' });
  assert.deepEqual([job.status, job.counts.succeeded, job.counts.failed], ['Complete', 0, 1]);
  await trackJob(ended(job), account.trackDeps);
  const { status, again, failures } = (await account.jobItem('copy')) ?? {};
  assert.deepEqual([status, again], ['complete', 'no']);
  assert.deepEqual(failures, [{ code: 'PreconditionFailed', cause: 'gone', count: 1 }]);
});
