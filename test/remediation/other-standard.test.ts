import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UpdateJobStatusCommand } from '@aws-sdk/client-s3-control';
import type { Job } from '../../local/batch/job.ts';
import { update } from '../../src/aws/ledger/ledger-update.ts';
import { jobKey } from '../../src/ledger/job-item.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { TABLE } from '../aws/fixture.ts';
import { guarded, takeAway } from './drifted.ts';
import { tokenOf } from './ended-jobs.ts';
import { sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { stored, write } from './objects.ts';

const ASKING = { ceilingUsd: { bucket: 0 } };
const OTHER = { standard: { algorithm: 'aws:kms', key: 'alias/other' } };

/** A bucket whose job waits for people, and whose standard names another key by now. */
async function overtaken(account: GuardedAccount, reencrypt: 'all' | 'drifted') {
  const key = account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION, alias: 'alias/other' }).arn;
  const bucket = await guarded(account);
  if (reencrypt === 'all') await write(account, bucket, 'older', { ServerSideEncryption: 'AES256' });
  const drift = await takeAway(account, bucket, 'first');
  await account.assess(drift, { policy: policyWith({ objects: { reencrypt, ...ASKING } }) });
  const [job = assert.fail('no job'), ...others] = (await account.jobs()).toReversed();
  for (const each of [job, ...others]) await trackJob(ended(each), account.trackDeps);
  account.advance(3_600);
  const policy = policyWith({ ...OTHER, objects: { reencrypt } });
  const sweep = async (causeId: string) => {
    account.advance(60);
    await account.assess(sweepFact(account, bucket, { causeId }), { policy });
    for (const each of await account.jobs()) await trackJob(ended(each), account.trackDeps);
    await account.launch();
  };
  await sweep('sweep-1');
  const isSuspended = (each: Job) => each.status === 'Suspended';
  return { bucket, key, jobs: account.aws.jobs.all().filter(isSuspended), sweep };
}

const ended = ({ id: jobId, status }: Job) => ({
  jobId,
  account: ACCOUNT,
  region: REGION,
  status,
  at: '2026-11-02T10:05:00Z',
});

/** Under which key each object is. */
async function keysOf(account: GuardedAccount, bucket: string) {
  const objects = await stored(account, bucket);
  return new Set(objects.map(({ sealed: { protection } }) => Reflect.get(protection, 'keyArn')));
}

for (const reencrypt of ['drifted', 'all'] as const) {
  test(`what a job does for a standard that its bucket has no more is done again where ${reencrypt} objects are asked for`, async () => {
    await using account = await openGuardedAccount();
    const { bucket, key, jobs, sweep } = await overtaken(account, reencrypt);
    assert.ok(jobs.length > 0);
    for (const { id: JobId } of jobs) {
      const confirm = { AccountId: ACCOUNT, JobId, RequestedJobStatus: 'Ready' } as const;
      await account.clients.s3Control.send(new UpdateJobStatusCommand(confirm));
    }
    await account.jobs();
    for (const job of jobs) assert.equal((await trackJob(ended(job), account.trackDeps)).kind, 'closed');
    await sweep('sweep-2');
    assert.deepEqual(await keysOf(account, bucket), new Set([key]));
    const before = (await account.jobs()).length;
    await sweep('sweep-3');
    assert.equal((await account.jobs()).length, before);
  });

  test(`no job is confirmed for a standard that its bucket has no more where ${reencrypt} objects are asked for`, async () => {
    await using account = await openGuardedAccount();
    const { bucket, key, jobs, sweep } = await overtaken(account, reencrypt);
    for (const job of jobs) {
      const wish = { what: 'confirm', by: 'ada', at: '2026-11-02T11:00:00Z' };
      await update(account.clients.dynamoDb, { table: TABLE, key: jobKey(tokenOf(job)), set: { wish } });
      await trackJob({ token: tokenOf(job) }, account.trackDeps);
    }
    await account.jobs();
    assert.deepEqual(
      new Set(jobs.map(({ status, counts }) => `${status} ${counts.succeeded}`)),
      new Set(['Cancelled 0']),
    );
    const [job = assert.fail()] = jobs;
    assert.equal((await account.jobItem(tokenOf(job)))?.['status'], 'superseded');
    await sweep('sweep-2');
    assert.deepEqual(await keysOf(account, bucket), new Set([key]));
  });
}

test('a job that is overtaken while somebody settles its bucket has its objects planned all the same', async () => {
  await using account = await openGuardedAccount();
  const key = account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION, alias: 'alias/other' }).arn;
  const bucket = await guarded(account);
  await account.assess(await takeAway(account, bucket, 'first'), {}, { mostActive: 0 });
  account.advance(3_600);
  const policy = policyWith(OTHER);
  await account.assess(sweepFact(account, bucket, { causeId: 'sweep-1' }), { policy }, { mostActive: 0 });
  account.advance(60);
  const { ledger } = account.deps;
  const during: typeof ledger.settle = async (...end) => {
    await trackJob({ account: ACCOUNT }, account.trackDeps);
    return ledger.settle(...end);
  };
  const second = await takeAway(account, bucket, 'second');
  await account.assess(second, { policy, ledger: { ...ledger, settle: during } });
  for (const causeId of ['sweep-2', 'sweep-3']) {
    account.advance(60);
    await account.assess(sweepFact(account, bucket, { causeId }), { policy });
  }
  assert.deepEqual(await keysOf(account, bucket), new Set([key]));
});
