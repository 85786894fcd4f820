import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateJobCommand, type CreateJobCommandInput } from '@aws-sdk/client-s3-control';
import type { Job } from '../../local/batch/job.ts';
import { describeWork } from '../../src/aws/job/job-description.ts';
import { queueingOf } from '../../src/aws/ledger/job-ledger.ts';
import { updateAll } from '../../src/aws/ledger/ledger-update.ts';
import type { ChangedJob } from '../../src/intake/parse-job-message.ts';
import { trackJob, type TrackOutcome } from '../../src/remediation/track-job.ts';
import { TABLE } from '../aws/fixture.ts';
import { aJob } from '../ledger/a-job.ts';
import { allow, roleOf } from '../local/s3/open-s3.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { write } from './objects.ts';

/** The one job that Reseal started for the bucket. */
async function ownJob(account: GuardedAccount): Promise<Job> {
  for (const bucket of ['weak', 'victim', 'their-reports']) await account.bucket(bucket);
  await write(account, 'weak', 'object');
  await account.assess(eventFact(account, 'weak', { cause: 'created' }));
  const [own] = await account.jobs();
  return own ?? assert.fail('no job');
}

/** A job like ours that somebody makes: the same but for what `over` says. */
async function copyOf(own: Job, account: GuardedAccount, over: Partial<CreateJobCommandInput>): Promise<Job> {
  const request = { ...own.request, ClientRequestToken: 'theirs', ...over };
  await account.clients.s3Control.send(new CreateJobCommand(request));
  return (await account.jobs()).at(-1) ?? assert.fail('no job');
}

function track(account: GuardedAccount, job: Job, over: Partial<ChangedJob> = {}): Promise<TrackOutcome> {
  const { id: jobId, status } = job;
  const trigger = { jobId, account: ACCOUNT, region: REGION, status, at: '2026-11-02T10:05:00Z', ...over };
  return trackJob(trigger, account.trackDeps);
}

const tokenOf = (job: Job) => job.request.ClientRequestToken ?? '';

const STRANGER = roleOf('their-batch', [allow(['s3:*'])], 'batchoperations.s3.amazonaws.com');
const UNKNOWN = 'f'.repeat(40);

/** What the job of somebody else has in common with ours, and why it is ignored. */
const STRANGERS: Record<string, [over: (own: Job) => Partial<CreateJobCommandInput>, why: (own: Job) => string]> = {
  'with a Description of its own': [() => ({ Description: 'our yearly copy' }), () => ''],
  'with the Description of ours, under another role': [
    () => ({ RoleArn: STRANGER.arn }),
    (own) => `: its token is recorded for job ${own.id} of bucket weak`,
  ],
  'with the Description of ours, that reports elsewhere': [
    (own) => ({ Report: { ...own.request.Report, Enabled: true, Bucket: 'arn:aws:s3:::their-reports' } }),
    (own) => `: its token is recorded for job ${own.id} of bucket weak`,
  ],
  'with all of ours but the id': [() => ({}), (own) => `: its token is recorded for job ${own.id} of bucket weak`],
  'with a token of its own, for a bucket of its choice': [
    () => ({ Description: describeWork({ ...aJob({ token: UNKNOWN, bucket: 'victim' }) }) }),
    () => ': the ledger does not know its token',
  ],
};

for (const [what, [over, why]] of Object.entries(STRANGERS)) {
  test(`a job of somebody else is ignored by name: one ${what}`, async () => {
    await using account = await openGuardedAccount();
    account.aws.world.identity.putRole(STRANGER);
    const own = await ownJob(account);
    const before = await account.jobItem(tokenOf(own));
    const stranger = await copyOf(own, account, over(own));
    assert.deepEqual(await track(account, stranger), {
      kind: 'ignored',
      why: `job ${stranger.id} was not made by Reseal${why(own)}`,
    });
    assert.deepEqual(await account.jobItem(tokenOf(own)), before);
    assert.equal(await account.jobItem(UNKNOWN), undefined);
  });
}

test('a job whose launch died before it was recorded is recorded and closed by its own event', async () => {
  await using account = await openGuardedAccount();
  const open = () => Promise.reject(new Error('the time was over'));
  const { jobLedger } = account.trackDeps;
  for (const bucket of ['weak']) await account.bucket(bucket);
  await write(account, 'weak', 'object');
  await account.assess(eventFact(account, 'weak', { cause: 'created' }), {}, { jobLedger: { ...jobLedger, open } });
  const [job = assert.fail('no job')] = await account.jobs();
  assert.equal((await account.jobItem(tokenOf(job)))?.['status'], 'queued');
  assert.equal((await track(account, job)).kind, 'closed');
  assert.equal((await account.jobItem(tokenOf(job)))?.['status'], 'complete');
  assert.deepEqual(await jobLedger.slotsOf(ACCOUNT), []);
  assert.deepEqual(await track(account, job), { kind: 'closed-before', why: `job ${job.id} was closed before` });
});

test('a job of somebody else with the Description of one that is queued is not taken for it', async () => {
  await using account = await openGuardedAccount();
  const own = await ownJob(account);
  const queued = aJob({ token: UNKNOWN, bucket: 'victim', keyArn: account.keyArn });
  await updateAll(account.clients.dynamoDb, [queueingOf(queued, TABLE)]);
  const stranger = await copyOf(own, account, { Description: describeWork(queued) });
  const { kind } = await track(account, stranger);
  assert.deepEqual([kind, (await account.jobItem(UNKNOWN))?.['jobId'] === stranger.id], ['ignored', false]);
});

test('a job that is recorded for another account or Region is not taken for the one here', async () => {
  await using account = await openGuardedAccount();
  const own = await ownJob(account);
  for (const other of [{ account: '222222222222' }, { region: 'us-east-1' }]) {
    const { jobLedger } = account.trackDeps;
    const read: typeof jobLedger.read = async (token) => {
      const item = await jobLedger.read(token);
      assert.ok(item?.stands === 'open');
      return { ...item, job: { ...item.job, ...other } };
    };
    const trigger = { jobId: own.id, account: ACCOUNT, region: REGION, status: own.status, at: '2026-11-02T10:05:00Z' };
    const outcome = await trackJob(trigger, { ...account.trackDeps, jobLedger: { ...jobLedger, read } });
    assert.equal(outcome.kind, 'ignored');
  }
});
