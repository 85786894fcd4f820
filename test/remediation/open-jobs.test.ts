import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { parseJobMessage } from '../../src/intake/parse-job-message.ts';
import type { CloseDeps, TrackDeps } from '../../src/remediation/deps.ts';
import { trackJob, type TrackOutcome } from '../../src/remediation/track-job.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { write } from './objects.ts';
import { messages } from './sweeping.ts';

/** Repairs so many buckets that each has a job, and returns their tokens. */
async function startJobs(account: GuardedAccount, buckets: string[]): Promise<string[]> {
  for (const bucket of buckets) {
    await write(account, await account.bucket(bucket), 'object');
    await account.assess(eventFact(account, bucket, { cause: 'created' }));
  }
  return (await account.jobs()).map(({ request }) => request.ClientRequestToken ?? '');
}

/** Asks for all open jobs, and returns the messages about them, taken from the queue itself. */
async function asked(account: GuardedAccount): Promise<object[]> {
  const outcome = await trackJob({ jobId: 'all-open' }, account.trackDeps);
  const bodies = await messages(account, account.trackDeps.jobQueueUrl);
  assert.deepEqual(outcome, { kind: 'asked', jobs: bodies.length });
  return bodies;
}

function told(account: GuardedAccount, body: unknown, over: Partial<TrackDeps> = {}): Promise<TrackOutcome> {
  const trigger = parseJobMessage(body);
  assert.ok('token' in trigger);
  return trackJob(trigger, { ...account.trackDeps, ...over });
}

const PLACE = { account: ACCOUNT, region: REGION };

/** As if S3 described its jobs so. */
function jobsAs({ trackDeps }: GuardedAccount, describeJob: CloseDeps['describeJob']): Partial<TrackDeps> {
  return { at: (place) => ({ ...trackDeps.at(place), describeJob }) };
}

const statusOf = async (account: GuardedAccount, token: string) => (await account.jobItem(token))?.['status'];

test('jobs whose end no event reported are closed, each in a message of its own', async () => {
  await using account = await openGuardedAccount();
  const tokens = await startJobs(account, ['first', 'second', 'third']);
  const [first, second, third] = await asked(account);
  account.aws.faults.add({ kind: 'internal-error', operation: 'DescribeJob', times: 1 });
  await assert.rejects(told(account, first), { name: 'InternalError' });
  assert.equal((await told(account, second)).kind, 'closed');
  assert.equal((await told(account, third)).kind, 'closed');
  assert.deepEqual(await asked(account), [first]);
  assert.equal((await told(account, first)).kind, 'closed');
  assert.equal((await told(account, first)).kind, 'closed-before');
  for (const token of tokens) {
    const { status, open } = (await account.jobItem(token)) ?? {};
    assert.deepEqual({ status, open }, { status: 'complete', open: undefined });
  }
  assert.deepEqual(await asked(account), []);
});

test('a thousand open jobs are asked for without a look at any of them', async () => {
  await using account = await openGuardedAccount();
  const [token = ''] = await startJobs(account, ['data']);
  const item = { token, jobId: 'j', account: ACCOUNT };
  const sent: string[] = [];
  const outcome = await trackJob(
    { jobId: 'all-open' },
    {
      ...account.trackDeps,
      openJobs: async function* openJobs() {
        for (let at = 0; at < 1_234; at += 1) yield { ...item, token: `token-${at}` };
      },
      queues: {
        sendAll: async (_, bodies) => {
          for await (const { body } of bodies) sent.push(body);
        },
      },
      at: () => assert.fail('no job is looked at'),
    },
  );
  assert.deepEqual([outcome, new Set(sent).size], [{ kind: 'asked', jobs: 1_234 }, 1_234]);
});

test('a job that S3 has forgotten is closed as forgotten after a day, and not before', async () => {
  await using account = await openGuardedAccount();
  const [token = ''] = await startJobs(account, ['data']);
  const [body] = await asked(account);
  const describeJob = async () => undefined;
  account.advance(24 * 3_600 - 1);
  const { kind } = await told(account, body, jobsAs(account, describeJob));
  assert.deepEqual([kind, await statusOf(account, token)], ['open', 'open']);
  account.advance(1);
  assert.equal((await told(account, body, jobsAs(account, describeJob))).kind, 'closed');
  const { status, why } = (await account.jobItem(token)) ?? {};
  assert.deepEqual([status, why], ['forgotten', 'S3 does not know this job any more']);
});

test('a job whose report S3 is too busy to show for a day is closed without the names of what failed', async () => {
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
  const [body] = await asked(account);
  account.aws.faults.add({ kind: 'internal-error', operation: 'GetObject' });
  account.advance(24 * 3_600);
  await assert.rejects(told(account, body), { code: 'report-unreadable', retryable: true });
  account.advance(1);
  assert.equal((await told(account, body)).kind, 'closed');
  const { status, failed, failedKeys, why } = (await account.jobItem(job?.request.ClientRequestToken ?? '')) ?? {};
  assert.deepEqual([status, failed, failedKeys], ['complete-with-failures', 1, []]);
  assert.match(String(why), /^the completion report s3:\/\/reseal-reports-[^/]+\/reports\/data\/job-/);
});

test('a job that goes on stays open', async () => {
  await using account = await openGuardedAccount();
  const [token = ''] = await startJobs(account, ['data']);
  const [body] = await asked(account);
  const describeJob: CloseDeps['describeJob'] = async (job) => {
    const snapshot = await account.trackDeps.at(PLACE).describeJob(job);
    return snapshot && { ...snapshot, status: 'Active' };
  };
  assert.equal((await told(account, body, jobsAs(account, describeJob))).kind, 'open');
  assert.equal(await statusOf(account, token), 'open');
});
