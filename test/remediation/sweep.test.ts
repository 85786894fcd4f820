import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SweepRequest } from '../../src/intake/parse-sweep-request.ts';
import { sweep, type SweepDeps } from '../../src/remediation/sweep.ts';
import { createClients } from '../local/clients.ts';
import { makeBucket } from '../local/s3/open-s3.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION, REPORTS } from './guarded-account.ts';
import { write } from './objects.ts';

const REQUEST: SweepRequest = { observe: false, id: 'sweep-1', at: '2026-11-02T10:00:00Z' };

const swept = (account: GuardedAccount, request: Partial<SweepRequest> = {}, over: Partial<SweepDeps> = {}) =>
  sweep({ ...REQUEST, ...request }, { ...account.sweepDeps, ...over });

/** Every message that the sweep put into its queue, taken from the queue itself. */
async function messages(account: GuardedAccount): Promise<Record<string, unknown>[]> {
  const bodies: string[] = [];
  for (;;) {
    const input = { QueueUrl: account.sweepDeps.sweepQueueUrl, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await account.clients.sqs.send(new ReceiveMessageCommand(input));
    if (Messages.length === 0) return bodies.map((body) => JSON.parse(body));
    bodies.push(...Messages.map(({ Body }) => Body ?? ''));
  }
}

const result = (over: object) => ({
  sweep: 'sweep-1',
  account: ACCOUNT,
  region: REGION,
  observe: false,
  buckets: 0,
  missing: [],
  parked: [],
  jobsOpen: 0,
  jobsClosed: 0,
  ...over,
});

/** What only a sweep of everything can say. */
const NOBODY_LOGS = { logTargets: 0, loggingUnread: [] };

test('a sweep sends one message for every bucket of its account and Region', async () => {
  await using account = await openGuardedAccount();
  await account.bucket('data');
  await using west = createClients(account.aws, { region: 'us-west-2' });
  await makeBucket(west.s3, 'west', 'us-west-2');
  await using stranger = createClients(account.aws, { account: '222222222222' });
  await makeBucket(stranger.s3, 'theirs');
  assert.deepEqual(await swept(account), result({ buckets: 2, ...NOBODY_LOGS }));
  assert.deepEqual(
    await messages(account),
    ['data', REPORTS].map((bucket) => ({
      reseal: 'assess',
      version: 1,
      bucket,
      account: ACCOUNT,
      region: REGION,
      cause: 'sweep',
      logSources: [],
      at: REQUEST.at,
      causeId: 'sweep-1',
      attempt: 0,
      observe: false,
    })),
  );
});

test('a sweep takes bucket lists of several pages, and messages in tens', async () => {
  await using account = await openGuardedAccount();
  const names = Array.from({ length: 1_203 }, (_, index) => `bucket-${String(index).padStart(4, '0')}`);
  const bucketList: SweepDeps['bucketList'] = {
    list: async function* list() {
      yield* names;
    },
    listDirectory: async function* listDirectory() {},
  };
  const logging: SweepDeps['logging'] = async () => ({ kind: 'read', value: undefined });
  assert.deepEqual(await swept(account, {}, { bucketList, logging }), result({ buckets: 1_203, ...NOBODY_LOGS }));
  assert.deepEqual((await messages(account)).map(({ bucket }) => String(bucket)).toSorted(), names);
  const operations = account.operations();
  assert.equal(operations.filter((each) => each === 'SendMessageBatch').length, 121);
});

test('a sweep of a prefix and one of named buckets take just those, and name what is missing', async () => {
  await using account = await openGuardedAccount();
  for (const name of ['logs-a', 'logs-b', 'data']) await account.bucket(name);
  assert.deepEqual(await swept(account, { prefix: 'logs-' }), result({ buckets: 2 }));
  const buckets = ['data', 'unknown', 'logs-b', 'absent', 'data'];
  assert.deepEqual(await swept(account, { buckets }), result({ buckets: 2, missing: ['absent', 'unknown'] }));
  assert.deepEqual(
    await swept(account, { buckets: [...buckets, 'logs-gone'], prefix: 'logs-' }),
    result({ buckets: 1, missing: ['logs-gone'] }),
    'a prefix narrows the names: what it leaves out is not missing',
  );
  const names = (await messages(account)).map(({ bucket }) => bucket);
  assert.deepEqual(names, ['logs-a', 'logs-b', 'data', 'logs-b', 'logs-b']);
});

test('an observing sweep says so in every message', async () => {
  await using account = await openGuardedAccount();
  assert.deepEqual(await swept(account, { observe: true }), result({ buckets: 1, observe: true, ...NOBODY_LOGS }));
  assert.deepEqual(
    (await messages(account)).map(({ observe }) => observe),
    [true],
  );
});

test('directory buckets are swept too, and where they cannot be listed the others are', async () => {
  await using account = await openGuardedAccount();
  const names = ['data--euw1-az1--x-s3', 'logs--euw1-az1--x-s3'];
  const bucketList = {
    ...account.sweepDeps.bucketList,
    listDirectory: async function* listDirectory() {
      yield* names;
    },
  };
  assert.deepEqual(await swept(account, { prefix: 'logs' }, { bucketList }), result({ buckets: 1 }));
  account.aws.faults.add({ kind: 'access-denied', operation: 'ListDirectoryBuckets' });
  assert.deepEqual(await swept(account), result({ buckets: 1, ...NOBODY_LOGS }));
  assert.deepEqual(
    (await messages(account)).map(({ bucket }) => bucket),
    ['logs--euw1-az1--x-s3', REPORTS],
  );
  assert.deepEqual(
    account.log.map(({ level, message, region }) => ({ level, message, region })),
    [{ level: 'warn', message: 'directory buckets not listed', region: REGION }],
  );
});

/** Repairs so many buckets that each has a job, and returns their tokens. */
async function startJobs(account: GuardedAccount, buckets: string[]): Promise<string[]> {
  for (const bucket of buckets) {
    await write(account, await account.bucket(bucket), 'object');
    await account.assess(eventFact(account, bucket, { cause: 'created' }));
  }
  return (await account.jobs()).map(({ request }) => request.ClientRequestToken ?? '');
}

test('a sweep closes jobs whose end no event reported', async () => {
  await using account = await openGuardedAccount();
  const tokens = await startJobs(account, ['first', 'second']);
  assert.deepEqual(await swept(account, { prefix: 'none' }), result({ jobsClosed: 2 }));
  for (const token of tokens) {
    const { status, open } = (await account.jobItem(token)) ?? {};
    assert.deepEqual({ status, open }, { status: 'complete', open: undefined });
  }
  assert.deepEqual(await swept(account, { prefix: 'none' }), result({}));
});

test('a list that cannot be read fails the sweep, and its jobs are closed all the same', async () => {
  await using account = await openGuardedAccount();
  const [token = ''] = await startJobs(account, ['first']);
  account.aws.faults.add({ kind: 'access-denied', operation: 'ListBuckets' });
  await assert.rejects(swept(account), { name: 'AccessDenied' });
  assert.equal((await account.jobItem(token))?.['status'], 'complete');
});

test('one job that cannot be read does not cost the others', async () => {
  await using account = await openGuardedAccount();
  const tokens = await startJobs(account, ['first', 'second', 'third']);
  account.aws.faults.add({ kind: 'internal-error', operation: 'DescribeJob', times: 1 });
  assert.deepEqual(await swept(account, { prefix: 'none' }), result({ jobsOpen: 1, jobsClosed: 2 }));
  assert.deepEqual(
    account.log.filter(({ level }) => level === 'warn').map(({ message }) => message),
    ['job not reconciled'],
  );
  assert.deepEqual(await swept(account, { prefix: 'none' }), result({ jobsClosed: 1 }));
  const statuses = await Promise.all(tokens.map(async (token) => (await account.jobItem(token))?.['status']));
  assert.deepEqual(statuses, ['complete', 'complete', 'complete']);
});

test('a job that S3 has forgotten is closed as forgotten after a day, and not before', async () => {
  await using account = await openGuardedAccount();
  const [token = ''] = await startJobs(account, ['data']);
  const describeJob = async () => undefined;
  account.advance(24 * 3_600 - 1);
  assert.deepEqual(await swept(account, { prefix: 'none' }, { describeJob }), result({ jobsOpen: 1 }));
  account.advance(1);
  assert.deepEqual(await swept(account, { prefix: 'none' }, { describeJob }), result({ jobsClosed: 1 }));
  const { status, why } = (await account.jobItem(token)) ?? {};
  assert.deepEqual([status, why], ['forgotten', 'S3 does not know this job any more']);
});

test('a job whose report never comes is closed after a day without the names of what failed', async () => {
  await using account = await openGuardedAccount();
  const Bucket = await account.bucket('data');
  const Statement = [
    { Effect: 'Deny', Principal: '*', Action: 's3:UpdateObjectEncryption', Resource: 'arn:aws:s3:::data/secret' },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await account.clients.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await write(account, Bucket, 'secret');
  await account.assess(eventFact(account, Bucket, { cause: 'created' }));
  const [job] = await account.jobs();
  account.aws.faults.add({ kind: 'access-denied', operation: 'GetObject' });
  account.advance(24 * 3_600);
  assert.deepEqual(await swept(account, { prefix: 'none' }), result({ jobsOpen: 1 }));
  account.advance(1);
  assert.deepEqual(await swept(account, { prefix: 'none' }), result({ jobsClosed: 1 }));
  const { status, failed, failedKeys, why } = (await account.jobItem(job?.request.ClientRequestToken ?? '')) ?? {};
  assert.deepEqual([status, failed, failedKeys], ['complete-with-failures', 1, []]);
  assert.match(String(why), /^the completion report s3:\/\/reseal-reports\/reports\/data\/job-/);
});

test('a job that goes on stays open', async () => {
  await using account = await openGuardedAccount();
  await startJobs(account, ['data']);
  const describeJob: SweepDeps['describeJob'] = async (job) => {
    const snapshot = await account.sweepDeps.describeJob(job);
    return snapshot && { ...snapshot, status: 'Active' };
  };
  assert.deepEqual(await swept(account, { prefix: 'none' }, { describeJob }), result({ jobsOpen: 1 }));
});
