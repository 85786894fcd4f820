import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateJobCommand, type CreateJobCommandInput } from '@aws-sdk/client-s3-control';
import type { Job } from '../../local/batch/job.ts';
import { describeWork } from '../../src/aws/job/job-description.ts';
import { openingOf } from '../../src/aws/ledger/job-ledger.ts';
import { update } from '../../src/aws/ledger/ledger-update.ts';
import type { Place } from '../../src/bucket-id.ts';
import type { ChangedJob } from '../../src/intake/parse-job-message.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { planId } from '../../src/policy/plan/job-token.ts';
import type { CloseDeps } from '../../src/remediation/deps.ts';
import { trackJob, type TrackOutcome } from '../../src/remediation/track-job.ts';
import { TABLE } from '../aws/fixture.ts';
import { allow, roleOf } from '../local/s3/open-s3.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { write } from './objects.ts';

const PENDING = 'work-1';
const ID = { account: ACCOUNT, region: REGION, bucket: 'weak' };
const WORK = {
  bucket: 'weak',
  token: `${planId(PENDING)}${'0'.repeat(16)}`,
  objectClass: 'SSE-S3',
  method: 'update-encryption',
};

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
    () => ({ Description: describeWork({ ...WORK, token: UNKNOWN, bucket: 'victim' }) }),
    () => ': the ledger knows neither its token nor its plan',
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

test('an open job that S3 describes as another one is not closed', async () => {
  await using account = await openGuardedAccount();
  const own = await ownJob(account);
  const open = { token: tokenOf(own), jobId: own.id };
  const here = account.trackDeps.at({ account: ACCOUNT, region: REGION });
  const describeJob: CloseDeps['describeJob'] = async (job) => {
    const snapshot = await here.describeJob(job);
    return snapshot && { ...snapshot, jobId: 'theirs' };
  };
  assert.deepEqual(await trackJob(open, { ...account.trackDeps, at: () => ({ ...here, describeJob }) }), {
    kind: 'ignored',
    why: `job theirs was not made by Reseal: its token is recorded for job ${own.id} of bucket weak`,
  });
  assert.equal((await trackJob(open, account.trackDeps)).kind, 'closed');
});

/** Whatever was recorded of the bucket before: work on it is pending. */
async function begin(account: GuardedAccount, id = PENDING): Promise<void> {
  const set = { ...ID, pending: { id, causeId: 'event-1' } };
  await update(account.clients.dynamoDb, { table: TABLE, key: bucketKey(ID), set });
}

test('a job that ends before it is recorded is closed where its plan is pending, and its opening changes nothing', async () => {
  await using account = await openGuardedAccount();
  const job = await copyOf(await ownJob(account), account, { Description: describeWork(WORK) });
  await begin(account);
  assert.equal((await track(account, job)).kind, 'closed');
  const closed = await account.jobItem(WORK.token);
  assert.deepEqual(closed, {
    v: 1,
    ...WORK,
    ...ID,
    jobId: job.id,
    status: 'nothing-to-do',
    closedAt: '2026-11-02T10:00:00.000Z',
    total: 0,
    succeeded: 0,
    failed: 0,
    failures: [],
    failedKeys: [],
    why: 'ManifestGenerationFailed: Manifest generation found no keys matching the filter criteria.',
  });
  const opening = { ...WORK, ...ID, jobId: job.id, createdAt: '2026-11-02T10:00:00.000Z', causeId: 'event-1' };
  assert.equal(await update(account.clients.dynamoDb, openingOf(opening, TABLE)), undefined);
  assert.deepEqual(await account.jobItem(WORK.token), closed);
  assert.deepEqual(await track(account, job), { kind: 'closed-before', why: `job ${job.id} was closed before` });
});

const OLD_ROLE = { RoleArn: STRANGER.arn };
const ELSEWHERE = {
  Report: {
    Enabled: true,
    Format: 'Report_CSV_20180820',
    Bucket: 'arn:aws:s3:::their-reports',
    ReportScope: 'FailedTasksOnly',
  },
} as const;

for (const [over, why] of [
  [OLD_ROLE, `its role is ${STRANGER.arn}`],
  [ELSEWHERE, 'its report goes to their-reports'],
] as const) {
  test(`a job of a plan that is pending, not recorded, is ours only by role and reports bucket: ${why}`, async () => {
    await using account = await openGuardedAccount();
    account.aws.world.identity.putRole(STRANGER);
    const job = await copyOf(await ownJob(account), account, { Description: describeWork(WORK), ...over });
    await begin(account);
    assert.deepEqual(await track(account, job), {
      kind: 'ignored',
      why: `job ${job.id} was not made by Reseal: ${why}`,
    });
    assert.equal(await account.jobItem(WORK.token), undefined);
  });
}

test('a recorded job is closed after the roles and the reports bucket have other names', async () => {
  await using account = await openGuardedAccount();
  const own = await ownJob(account);
  const renamed = { jobRoleArns: ['arn:aws:iam::111111111111:role/new-reseal-batch'], reportsBucket: 'new-reports' };
  const { at } = account.trackDeps;
  const deps = { ...account.trackDeps, at: (place: Place) => ({ ...at(place), ...renamed }) };
  const trigger = { jobId: own.id, account: ACCOUNT, region: REGION, status: own.status, at: '2026-11-02T10:05:00Z' };
  assert.equal((await trackJob(trigger, deps)).kind, 'closed');
});

test('a job that is recorded for another account or Region is not taken for the one here', async () => {
  await using account = await openGuardedAccount();
  const own = await ownJob(account);
  const { jobEvidence } = account.trackDeps;
  for (const other of [{ account: '222222222222' }, { region: 'us-east-1' }]) {
    const recorded = async (token: string) => {
      const job = await jobEvidence.recorded(token);
      return job && { ...job, ...other };
    };
    const trigger = { jobId: own.id, account: ACCOUNT, region: REGION, status: own.status, at: '2026-11-02T10:05:00Z' };
    const outcome = await trackJob(trigger, { ...account.trackDeps, jobEvidence: { ...jobEvidence, recorded } });
    assert.equal(outcome.kind, 'ignored');
  }
});

test('pending work of another plan makes no job ours', async () => {
  await using account = await openGuardedAccount();
  const job = await copyOf(await ownJob(account), account, { Description: describeWork(WORK) });
  await begin(account, 'work-2');
  assert.equal((await track(account, job)).kind, 'ignored');
  assert.equal(await account.jobItem(WORK.token), undefined);
});

test('a job that is recorded between two reads of the ledger is ours', async () => {
  await using account = await openGuardedAccount();
  const job = await copyOf(await ownJob(account), account, { Description: describeWork(WORK) });
  const opening = { ...WORK, ...ID, jobId: job.id, createdAt: '2026-11-02T10:00:00.000Z', causeId: 'event-1' };
  const { jobEvidence } = account.trackDeps;
  const deps = {
    ...account.trackDeps,
    jobEvidence: {
      ...jobEvidence,
      workIds: async () => {
        await update(account.clients.dynamoDb, openingOf(opening, TABLE));
        return [];
      },
    },
  };
  const trigger = { jobId: job.id, account: ACCOUNT, region: REGION, status: 'Complete', at: '2026-11-02T10:05:00Z' };
  assert.equal((await trackJob(trigger, deps)).kind, 'closed');
});
