import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateBucketCommand, DeleteBucketCommand, DeleteBucketEncryptionCommand } from '@aws-sdk/client-s3';
import { DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms';
import { eventFact, sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { reencrypted, write } from './objects.ts';
import { sseKms } from './rules.ts';

/** A compliant bucket that lost its encryption and was written to. */
async function drifted(account: GuardedAccount): Promise<string> {
  const bucket = await account.bucket('data');
  await account.put(bucket, sseKms(account.keyArn));
  await account.assess(sweepFact(account, bucket, { causeId: 'before' }));
  account.advance(60);
  await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  await write(account, bucket, 'below');
  return bucket;
}

const NO_WORK = { kind: 'compliant', reasons: [], jobs: 0 };

test('what was written before somebody else put the encryption back within the settle time is re-encrypted', async () => {
  await using account = await openGuardedAccount();
  const bucket = await drifted(account);
  const trigger = eventFact(account, bucket, { cause: 'encryption-deleted' });
  account.advance(30);
  await account.put(bucket, sseKms(account.keyArn));
  await write(account, bucket, 'right');
  account.advance(30);
  assert.deepEqual(await account.assess(trigger), { ...NO_WORK, jobs: 1 });
  assert.deepEqual(await reencrypted(account, bucket), ['below', 'right']);
  const { verdict, repairs } = (await account.item(bucket)) ?? {};
  assert.deepEqual([verdict, repairs], ['compliant', undefined]);
  account.advance(60);
  assert.deepEqual(await account.assess(trigger), NO_WORK);
  assert.equal((await account.jobs()).length, 1);
});

test('a look between the mending and its event does not cost what was written before, in a bucket that was repaired once', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  await account.assess(eventFact(account, bucket, { cause: 'created' }));
  account.advance(3_600);
  await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const trigger = eventFact(account, bucket, { cause: 'encryption-deleted' });
  await write(account, bucket, 'below');
  account.advance(10);
  await account.put(bucket, sseKms(account.keyArn));
  account.advance(20);
  assert.deepEqual(await account.assess(sweepFact(account, bucket)), NO_WORK);
  account.advance(30);
  assert.deepEqual(await account.assess(trigger), { ...NO_WORK, jobs: 1 });
  assert.deepEqual(await reencrypted(account, bucket), ['below']);
});

test('a bucket that was on hold and that its owner mended has its window re-encrypted', async () => {
  await using account = await openGuardedAccount();
  const bucket = await drifted(account);
  await account.clients.kms.send(new DisableKeyCommand({ KeyId: account.keyArn }));
  const trigger = eventFact(account, bucket, { cause: 'encryption-deleted' });
  account.advance(60);
  assert.equal((await account.assess(trigger)).kind, 'hold');
  await account.clients.kms.send(new EnableKeyCommand({ KeyId: account.keyArn }));
  await account.put(bucket, sseKms(account.keyArn));
  account.advance(3_600);
  assert.deepEqual(await account.assess(sweepFact(account, bucket)), { ...NO_WORK, jobs: 1 });
  assert.deepEqual(await reencrypted(account, bucket), ['below']);
  assert.equal((await account.item(bucket))?.['belowSince'], undefined);
  account.advance(60);
  assert.deepEqual(await account.assess(sweepFact(account, bucket)), NO_WORK);
});

test('a drift that was only observed and that its owner mended has its window re-encrypted once Reseal enforces', async () => {
  await using account = await openGuardedAccount();
  const bucket = await drifted(account);
  const trigger = eventFact(account, bucket, { cause: 'encryption-deleted' });
  const policy = policyWith({ mode: 'observe' });
  await account.assess(trigger, { policy });
  await account.put(bucket, sseKms(account.keyArn));
  account.advance(60);
  assert.deepEqual(await account.assess(sweepFact(account, bucket), { policy }), NO_WORK);
  assert.deepEqual(await account.jobs(), []);
  account.advance(60);
  assert.deepEqual(await account.assess(sweepFact(account, bucket)), { ...NO_WORK, jobs: 1 });
  assert.deepEqual(await reencrypted(account, bucket), ['below']);
});

test('under reencrypt none nothing is re-encrypted, whoever mended the bucket', async () => {
  await using account = await openGuardedAccount();
  const bucket = await drifted(account);
  const trigger = eventFact(account, bucket, { cause: 'encryption-deleted' });
  const policy = policyWith({ objects: { reencrypt: 'none' } });
  await account.put(bucket, sseKms(account.keyArn));
  account.advance(60);
  assert.deepEqual(await account.assess(trigger, { policy }), NO_WORK);
  assert.deepEqual(await account.jobs(), []);
});

test('a bucket that is gone keeps its repairs in the ledger and has no verdict any more', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('short-lived');
  await account.assess(eventFact(account, bucket, { cause: 'created' }));
  const repairs = (await account.item(bucket))?.['repairs'];
  await account.clients.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  account.advance(60);
  assert.equal((await account.assess(eventFact(account, bucket))).kind, 'ignored');
  const item = await account.item(bucket);
  assert.deepEqual(
    [item?.['verdict'], item?.['goneAt'], item?.['repairs']],
    ['gone', '2026-11-02T10:01:00.000Z', repairs],
  );
});

test('a bucket that is made anew under an old name is judged anew, its objects included', async () => {
  await using account = await openGuardedAccount();
  const policy = policyWith({ objects: { reencrypt: 'all' } });
  const bucket = await account.bucket('phoenix');
  await account.assess(eventFact(account, bucket, { cause: 'created' }), { policy });
  await account.clients.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  account.advance(3_600);
  await account.assess(eventFact(account, bucket), { policy });
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  await account.clients.s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
  const trigger = eventFact(account, bucket, { cause: 'created', causeId: 'again' });
  await write(account, bucket, 'object');
  account.advance(60);
  assert.equal((await account.assess(trigger, { policy })).kind, 'repair');
  assert.deepEqual(await reencrypted(account, bucket), ['object']);
  const { verdict, goneAt } = (await account.item(bucket)) ?? {};
  assert.deepEqual({ verdict, goneAt }, { verdict: 'repair', goneAt: undefined });
});
