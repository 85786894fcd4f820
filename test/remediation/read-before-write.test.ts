import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { rollback } from '../../src/remediation/rollback.ts';
import { guarded, takeAway } from './drifted.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { BLOCKS_SSE_C, dsseKms, SSE_S3, sseKms } from './rules.ts';

/** Means under which somebody puts another rule so long after the first look at the bucket. */
function changedAfter(account: GuardedAccount, seconds: number, rule: Parameters<GuardedAccount['put']>[1]) {
  const { encryption } = account.deps;
  let looks = 0;
  const read: AssessDeps['encryption']['read'] = async (owned) => {
    const reading = await encryption.read(owned);
    if ((looks += 1) === 1) {
      account.advance(seconds);
      await account.put(owned.bucket, rule);
    }
    return reading;
  };
  return { encryption: { ...encryption, read } };
}

for (const seconds of [0.1, 1, 2]) {
  test(`row 7: DSSE-KMS that somebody puts ${seconds} s after the look stays, and is what the ledger says`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await guarded(account);
    const trigger = await takeAway(account, bucket, 'first');
    const over = changedAfter(account, seconds, dsseKms(account.keyArn));
    assert.equal((await account.assess(trigger, over)).kind, 'compliant');
    const found = { algorithm: 'aws:kms:dsse', keyId: account.keyArn, bucketKey: false, blocked: ['SSE-C'] };
    const item = await account.item(bucket);
    assert.deepEqual([item?.['verdict'], item?.['found'], item?.['repairs']], ['compliant', found, undefined]);
    assert.deepEqual(await account.rule(bucket), { ...dsseKms(account.keyArn), ...BLOCKS_SSE_C });
    assert.deepEqual([item?.['claimOwner'], item?.['pending']], [undefined, undefined]);
  });
}

test('row 7: another weak rule that somebody puts after the look is what the ledger says was replaced', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  const other = account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
  const trigger = await takeAway(account, bucket, 'first');
  const over = changedAfter(account, 1, sseKms(other));
  assert.equal((await account.assess(trigger, over)).kind, 'repair');
  const repairs: unknown = (await account.item(bucket))?.['repairs'];
  assert.deepEqual(Array.isArray(repairs) && repairs.map(({ replaced }: { replaced: unknown }) => replaced), [
    { algorithm: 'aws:kms', keyId: other, bucketKey: true, blocked: ['SSE-C'] },
  ]);
});

test('row 7: a bucket that changes under every look is left alone, without a claim, and tried again', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  const trigger = await takeAway(account, bucket, 'first');
  const keys = [0, 1, 2, 3, 4, 5].map(() => account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn);
  const { encryption } = account.deps;
  const read: AssessDeps['encryption']['read'] = async (owned) => {
    const reading = await encryption.read(owned);
    await account.put(bucket, sseKms(keys.pop() ?? account.keyArn));
    return reading;
  };
  account.operations();
  assert.equal((await account.assess(trigger, { encryption: { ...encryption, read } })).kind, 'deferred');
  assert.ok(!account.operations().includes('PutBucketEncryption'));
  const item = await account.item(bucket);
  assert.deepEqual([item?.['claimOwner'], item?.['pending']], [undefined, undefined]);
});

test('row 7: a rollback does not overwrite the rule that somebody puts after its look, and holds nothing', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  await account.assess(eventFact(account, bucket, { cause: 'created' }));
  account.advance(60);
  const over = changedAfter(account, 1, { ...dsseKms(account.keyArn), ...BLOCKS_SSE_C });
  await assert.rejects(
    rollback({ bucket, account: ACCOUNT, region: REGION, by: 'ada' }, { ...account.deps, ...over }),
    {
      code: 'not-rolled-back',
    },
  );
  assert.deepEqual(await account.rule(bucket), { ...dsseKms(account.keyArn), ...BLOCKS_SSE_C });
  const item = await account.item(bucket);
  assert.deepEqual(
    [item?.['rolledBack'], item?.['rollingBack'], item?.['claimOwner']],
    [undefined, undefined, undefined],
  );
  await account.put(bucket, SSE_S3);
  account.advance(60);
  assert.equal((await account.assess(eventFact(account, bucket))).kind, 'repair');
});
