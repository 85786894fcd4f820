import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createDescribed } from '../../src/aws/ledger/described.ts';
import { jobMessage } from '../../src/intake/open-job-message.ts';
import { parseJobMessage, type ChangedJob } from '../../src/intake/parse-job-message.ts';
import type { TrackDeps } from '../../src/remediation/deps.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { TABLE } from '../aws/fixture.ts';
import { startedJob, tokenOf } from './ended-jobs.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';

/** The means of the story with the limit that the function has. */
function limited({ trackDeps, told }: GuardedAccount): TrackDeps {
  const mayDescribe = createDescribed(told.dynamoDb, TABLE);
  return { ...trackDeps, at: (place) => ({ ...trackDeps.at(place), mayDescribe }) };
}

const describes = (account: GuardedAccount) =>
  account.calls.filter(({ operation }) => operation === 'DescribeJob').length;

/** What waits in the queue of jobs, read as the function reads it. */
async function waiting(account: GuardedAccount) {
  account.advance(31);
  account.aws.clockMoved();
  const received = { QueueUrl: account.trackDeps.jobQueueUrl, MaxNumberOfMessages: 10 };
  const { Messages = [] } = await account.clients.sqs.send(new ReceiveMessageCommand(received));
  return Messages.map(({ Body }) => parseJobMessage(Body));
}

test('a job is described once in 30 seconds, however many messages there are of it, and none of them is lost', async () => {
  await using account = await openGuardedAccount();
  const job = await startedJob(account, ['a']);
  await account.jobs();
  const ended: ChangedJob = {
    jobId: job.id,
    account: ACCOUNT,
    region: REGION,
    status: 'Complete',
    at: '2026-11-02T10:05:00Z',
  };
  const named = { token: tokenOf(job), jobId: job.id };
  const deps = limited(account);
  const outcomes = await Promise.all([ended, named, ended, named].map((trigger) => trackJob(trigger, deps)));
  assert.deepEqual(outcomes.map(({ kind }) => kind).toSorted(), ['closed', 'open', 'open', 'open']);
  assert.equal(describes(account), 1);
  const later = await waiting(account);
  assert.equal(later.length, 3);
  for (const trigger of later) {
    assert.ok(!('ignored' in trigger));
    assert.deepEqual(
      'status' in trigger ? trigger : { ...trigger, jobId: job.id },
      'status' in trigger ? ended : named,
    );
    assert.equal((await trackJob(trigger, deps)).kind, 'closed-before');
    account.advance(31);
  }
});

test("what a job that nobody has asked about turns to on its way is nobody's need, and of one that was asked about it is", async () => {
  await using account = await openGuardedAccount();
  const job = await startedJob(account, ['a']);
  await account.jobs();
  const deps = limited(account);
  const event = (status: string) => ({
    jobId: job.id,
    account: ACCOUNT,
    region: REGION,
    status,
    at: '2026-11-02T10:05:00Z',
  });
  for (const status of ['Ready', 'Active', 'Completing']) {
    assert.equal((await trackJob(event(status), deps)).kind, 'open');
    assert.equal(describes(account), 0, status);
  }
  await trackJob(event('Suspended'), deps);
  assert.equal(describes(account), 1);
  account.advance(31);
  await trackJob(event('Ready'), deps);
  assert.equal(describes(account), 2);
});

test('a message about one job reads back as it was written', () => {
  assert.deepEqual(parseJobMessage(jobMessage({ token: 't' })), { token: 't' });
});
