import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteBucketCommand } from '@aws-sdk/client-s3';
import { eventFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { write } from './objects.ts';
import { told } from './others.ts';
import { BLOCKS_SSE_C, sseKms } from './rules.ts';

const SETTLE_S = 60;

/** What the ledger would tell people of the bucket. */
async function traces(account: GuardedAccount, bucket: string) {
  const { verdict, reasons, repairs, belowSince, leftovers, jobs, pending, claimOwner } =
    (await account.item(bucket)) ?? {};
  return { verdict, reasons, repairs, belowSince, leftovers, jobs, pending, claimOwner };
}

const ONLY_COMPLIANT = {
  verdict: 'compliant',
  reasons: [],
  repairs: undefined,
  belowSince: undefined,
  leftovers: undefined,
  jobs: undefined,
  pending: undefined,
  claimOwner: undefined,
};

for (const reencrypt of ['none', 'drifted']) {
  test(`a bucket whose own template encrypts it before the settle delay is over leaves only "compliant" under reencrypt ${reencrypt}`, async () => {
    await using account = await openGuardedAccount();
    const policy = policyWith({ objects: { reencrypt } });
    const bucket = await account.bucket('data');
    const created = eventFact(account, bucket, { cause: 'created' });
    account.advance(5);
    await account.put(bucket, { ...sseKms(account.keyArn), ...BLOCKS_SSE_C });
    const encrypted = eventFact(account, bucket, { cause: 'encryption-put' });
    account.advance(SETTLE_S);
    await write(account, bucket, 'object');
    for (const trigger of [created, encrypted])
      assert.deepEqual(await account.assess(trigger, { policy }), { kind: 'compliant', reasons: [], jobs: 0 });
    assert.deepEqual(await traces(account, bucket), ONLY_COMPLIANT);
    const writers = ['GetBucketPolicy', 'GetBucketAcl'];
    assert.deepEqual(account.operations(), [
      'GetBucketEncryption',
      'DescribeKey',
      ...writers,
      'GetKeyPolicy',
      'UpdateItem',
      'GetBucketEncryption',
      ...writers,
      'UpdateItem',
    ]);
    assert.deepEqual(await account.jobs(), []);
  });
}

test('a template that replaces the encryption twice, the last time rightly, leaves only "compliant" too', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  const facts = [eventFact(account, bucket, { cause: 'created' })];
  for (const rule of [{ BucketKeyEnabled: true }, sseKms(account.keyArn)]) {
    account.advance(5);
    await account.put(bucket, { ...rule, ...BLOCKS_SSE_C });
    facts.push(eventFact(account, bucket));
  }
  account.advance(SETTLE_S);
  for (const trigger of facts) assert.deepEqual(told(await account.assess(trigger)), ['compliant', []]);
  assert.deepEqual(await traces(account, bucket), ONLY_COMPLIANT);
});

test('a bucket that is gone again before the settle delay is over leaves nothing at all', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('short-lived');
  const created = eventFact(account, bucket, { cause: 'created' });
  await account.clients.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  account.advance(SETTLE_S);
  assert.deepEqual(told(await account.assess(created)), ['ignored', ['bucket-gone']]);
  assert.equal(await account.item(bucket), undefined);
});
