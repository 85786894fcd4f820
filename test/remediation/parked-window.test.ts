import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteBucketEncryptionCommand } from '@aws-sdk/client-s3';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import { guarded } from './drifted.ts';
import { eventFact, sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount } from './guarded-account.ts';
import { laterTries } from './later-tries.ts';
import { reencrypted, write } from './objects.ts';
import { SSE_S3, sseKms } from './rules.ts';

type DriftCause = 'created' | 'encryption-put' | 'encryption-deleted';

/** A bucket that is below its standard since the event, with an object of that time. */
async function drifted(account: GuardedAccount, cause: DriftCause): Promise<BucketTrigger> {
  const bucket = cause === 'created' ? await account.bucket('data') : await guarded(account);
  if (cause === 'encryption-put') await account.put(bucket, SSE_S3);
  if (cause === 'encryption-deleted') {
    await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  }
  const trigger = eventFact(account, bucket, { cause });
  await write(account, bucket, 'of-the-window');
  account.advance(60);
  return trigger;
}

/** Tries an event until the bucket, which nobody can read, is parked. */
async function parked(account: GuardedAccount, trigger: BucketTrigger): Promise<void> {
  const again = laterTries(account);
  const fault = account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketEncryption' });
  await account.assess(trigger);
  assert.equal((await again.deliver()).length, 4);
  account.aws.faults.remove(fault);
  assert.equal((await account.item('data'))?.['parked'], true);
}

for (const cause of ['created', 'encryption-put', 'encryption-deleted'] as const) {
  test(`row 6: what was written since ${cause} is re-encrypted by the sweep that can read the parked bucket again`, async () => {
    await using account = await openGuardedAccount();
    const trigger = await drifted(account, cause);
    await parked(account, trigger);
    account.advance(6 * 3_600);
    const told = await account.assess(sweepFact(account, 'data'));
    assert.deepEqual([told.kind, told.jobs], ['repair', 1]);
    assert.deepEqual(await reencrypted(account, 'data'), ['of-the-window']);
    assert.deepEqual((await account.item('data'))?.['leftovers'], []);
  });
}

test('row 6: of two drifts before the bucket was parked, what was written since the first is re-encrypted', async () => {
  await using account = await openGuardedAccount();
  const first = await drifted(account, 'encryption-deleted');
  const fault = account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketEncryption' });
  await account.assess(first);
  account.aws.faults.remove(fault);
  const second = eventFact(account, 'data', { causeId: 'second' });
  await write(account, 'data', 'of-the-second');
  await parked(account, second);
  account.advance(6 * 3_600);
  assert.equal((await account.assess(sweepFact(account, 'data'))).jobs, 1);
  assert.deepEqual(await reencrypted(account, 'data'), ['of-the-second', 'of-the-window']);
});

test('row 6: what was written is re-encrypted also where its owner has put the encryption back meanwhile', async () => {
  await using account = await openGuardedAccount();
  const trigger = await drifted(account, 'encryption-deleted');
  await parked(account, trigger);
  await account.put('data', sseKms(account.keyArn));
  account.advance(6 * 3_600);
  assert.equal((await account.assess(sweepFact(account, 'data'))).kind, 'compliant');
  assert.deepEqual(await reencrypted(account, 'data'), ['of-the-window']);
});
