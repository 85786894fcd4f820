import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteBucketEncryptionCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import { Died, dyingAt, type Step, STEPS } from './dying.ts';
import { eventFact, sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount } from './guarded-account.ts';
import { BLOCKS_SSE_C, SSE_S3, sseKms } from './rules.ts';

const LEASE_SECONDS = 75;

/** A bucket that lost its encryption and was written to. */
async function drifted(account: GuardedAccount): Promise<BucketTrigger> {
  const bucket = await account.bucket('weak');
  await account.put(bucket, sseKms(account.keyArn));
  await account.assess(sweepFact(account, bucket));
  account.advance(60);
  await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const trigger = eventFact(account, bucket, { cause: 'encryption-deleted' });
  await account.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'object', Body: 'body' }));
  account.advance(60);
  return trigger;
}

async function killed(account: GuardedAccount, trigger: BucketTrigger, step: Step): Promise<void> {
  await assert.rejects(account.assess(trigger, dyingAt(step, account.deps)), Died);
}

/** What is left in the end: everything done, once. */
async function outcome(account: GuardedAccount) {
  const item = await account.item('weak');
  const jobs = await account.jobs();
  const stored = account.aws.buckets.find('weak')?.keys.get('object')?.versions[0];
  return {
    rule: await account.rule('weak'),
    repairs: item?.['repairs'],
    isClaimed: item !== undefined && ('claimOwner' in item || 'pending' in item || 'belowSince' in item),
    jobs: jobs.map(({ status, counts }) => ({ status, succeeded: counts.succeeded })),
    object: stored?.kind === 'object' ? stored.sealed.protection : undefined,
  };
}

const WEAKER = [{ code: 'weaker-algorithm', message: 'Bucket weak has AES256 and the standard is aws:kms.' }];

/** `reasons` are known where the bucket was still below when the work was taken up. */
function everythingOnce(account: GuardedAccount, at: string, trigger: BucketTrigger, step: Step) {
  return {
    rule: { ...sseKms(account.keyArn), ...BLOCKS_SSE_C },
    repairs: [
      {
        at,
        cause: 'encryption-deleted',
        causeId: 'event-of-encryption-deleted',
        actor: trigger.actor,
        driftAt: trigger.at,
        replaced: { algorithm: 'AES256', bucketKey: false, blocked: ['SSE-C'] },
        wrote: { algorithm: 'aws:kms', keyId: account.keyArn, bucketKey: true, blocked: ['SSE-C'] },
        policySha256: 'the-policy',
        ...(step === 'before the write' ? { reasons: WEAKER } : {}),
      },
    ],
    isClaimed: false,
    jobs: [{ status: 'Complete', succeeded: 1 }],
    object: { algorithm: 'aws:kms', keyArn: account.keyArn, bucketKey: true },
  };
}

for (const step of STEPS) {
  for (const who of ['the same message', 'a sweep'] as const) {
    test(`${who} finishes what an invocation left that died ${step}, once its lease is over`, async () => {
      await using account = await openGuardedAccount();
      const trigger = await drifted(account);
      await killed(account, trigger, step);
      account.advance(LEASE_SECONDS + 1);
      const next = who === 'a sweep' ? sweepFact(account, 'weak') : trigger;
      const told = await account.assess(next);
      assert.deepEqual([told.kind, told.jobs], ['repair', 1]);
      const at = account.now().toISOString();
      assert.deepEqual(await outcome(account), everythingOnce(account, at, trigger, step));
      account.advance(1);
      assert.deepEqual(await account.assess(next), { kind: 'compliant', reasons: [], jobs: 0 });
    });
  }

  test(`nobody doubles what an invocation left that died ${step}, while its lease lasts`, async () => {
    await using account = await openGuardedAccount();
    const trigger = await drifted(account);
    await killed(account, trigger, step);
    const jobs = (await account.jobs()).length;
    account.operations();
    account.advance(LEASE_SECONDS);
    const kind = step === 'before the write' ? 'deferred' : 'compliant';
    assert.equal((await account.assess(trigger)).kind, kind);
    assert.equal((await account.assess(sweepFact(account, 'weak'))).kind, kind);
    const written = account.operations().filter((each) => ['PutBucketEncryption', 'CreateJob'].includes(each));
    assert.deepEqual([written, (await account.jobs()).length], [[], jobs]);
  });
}

test('a repair of another key that died before its jobs is finished with a job for that key', async () => {
  await using account = await openGuardedAccount();
  const other = account.aws.world.keys.create({ accountId: account.deps.account, region: account.deps.region }).arn;
  const bucket = await account.bucket('weak');
  await account.put(bucket, sseKms(other));
  const trigger = eventFact(account, bucket);
  await account.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'object', Body: 'body' }));
  await killed(account, trigger, 'before the end');
  account.advance(LEASE_SECONDS + 1);
  assert.equal((await account.assess(trigger)).jobs, 1);
  const { object, repairs } = await outcome(account);
  const replaced = { algorithm: 'aws:kms', keyId: other, bucketKey: true, blocked: ['SSE-C'] };
  assert.deepEqual(
    [object, Array.isArray(repairs) && repairs.map((each: { replaced: unknown }) => each.replaced)],
    [{ algorithm: 'aws:kms', keyArn: account.keyArn, bucketKey: true }, [replaced]],
  );
});

test('what died before its jobs and was weakened again leaves both rules in the ledger, and jobs for both', async () => {
  await using account = await openGuardedAccount();
  const other = account.aws.world.keys.create({ accountId: account.deps.account, region: account.deps.region }).arn;
  const trigger = await drifted(account);
  await killed(account, trigger, 'before the end');
  account.advance(LEASE_SECONDS + 1);
  await account.put('weak', sseKms(other));
  await account.clients.s3.send(new PutObjectCommand({ Bucket: 'weak', Key: 'under-other', Body: 'body' }));
  const second = eventFact(account, 'weak');
  const told = await account.assess(second);
  assert.deepEqual([told.kind, told.jobs], ['repair', 2]);
  const repairs: unknown = (await account.item('weak'))?.['repairs'];
  const wrote = { algorithm: 'aws:kms', keyId: account.keyArn, bucketKey: true, blocked: ['SSE-C'] };
  const made = { at: account.now().toISOString(), wrote, policySha256: 'the-policy', actor: trigger.actor };
  const underOther = { algorithm: 'aws:kms', keyId: other, bucketKey: true, blocked: ['SSE-C'] };
  assert.deepEqual(repairs, [
    {
      ...made,
      // Nobody knows what the one that died wrote: this is what was there when that was seen.
      wrote: underOther,
      cause: 'encryption-deleted',
      causeId: 'event-of-encryption-deleted',
      driftAt: trigger.at,
      replaced: { algorithm: 'AES256', bucketKey: false, blocked: ['SSE-C'] },
    },
    {
      ...made,
      cause: 'encryption-put',
      causeId: 'event-of-encryption-put',
      driftAt: second.at,
      replaced: underOther,
      reasons: told.reasons,
    },
  ]);
  const jobs = await account.jobs();
  assert.deepEqual(
    jobs.map(({ status, counts }) => [status, counts.succeeded]),
    [
      ['Complete', 1],
      ['Complete', 1],
    ],
  );
});

test('a denied write forgets its own work and keeps what another invocation left', async () => {
  await using account = await openGuardedAccount();
  const trigger = await drifted(account);
  await killed(account, trigger, 'before the end');
  account.advance(LEASE_SECONDS + 1);
  await account.put('weak', { ...SSE_S3, BlockedEncryptionTypes: { EncryptionType: ['NONE'] } });
  account.aws.faults.add({ kind: 'access-denied', operation: 'PutBucketEncryption', times: 1 });
  assert.equal((await account.assess(eventFact(account, 'weak'))).kind, 'hold');
  const item = await account.item('weak');
  assert.deepEqual([item?.['pending'] !== undefined, item?.['belowSince']], [true, trigger.at]);
  account.advance(60);
  assert.deepEqual((await account.assess(sweepFact(account, 'weak'))).jobs, 1);
  const [job] = await account.jobs();
  assert.equal(job?.counts.succeeded, 1);
});
