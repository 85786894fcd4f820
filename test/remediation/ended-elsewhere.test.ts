import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteBucketCommand, DeleteBucketEncryptionCommand } from '@aws-sdk/client-s3';
import { eventFact, sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { reencrypted, write } from './objects.ts';
import { SSE_S3, sseKms } from './rules.ts';

const OBSERVE = policyWith({ mode: 'observe', standard: { algorithm: 'aws:kms', key: 'alias/reseal' } });

async function guardedBucket(account: GuardedAccount): Promise<string> {
  const bucket = await account.bucket('data');
  await account.put(bucket, sseKms(account.keyArn));
  await account.assess(sweepFact(account, bucket, { causeId: 'before' }));
  account.advance(600);
  return bucket;
}

test('what was written while the encryption was away is re-encrypted, although its owner put it back before we looked', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guardedBucket(account);
  await write(account, bucket, 'before');
  account.advance(10);
  await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const fact = eventFact(account, bucket, { cause: 'encryption-deleted' });
  await write(account, bucket, 'meanwhile');
  account.advance(5);
  await account.put(bucket, sseKms(account.keyArn));
  account.advance(55);
  const first = await account.assess(fact);
  assert.deepEqual([first.kind, first.jobs], ['compliant', 1]);
  assert.deepEqual(await reencrypted(account, bucket), ['before', 'meanwhile']);
  account.operations();
  account.advance(1);
  assert.equal((await account.assess(fact)).jobs, 0);
  assert.deepEqual(account.operations(), ['GetBucketEncryption', 'UpdateItem']);
});

test('a drift that was only observed is covered when somebody else has ended it', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guardedBucket(account);
  await account.put(bucket, SSE_S3);
  const fact = eventFact(account, bucket);
  await write(account, bucket, 'below');
  account.advance(60);
  assert.equal((await account.assess(fact, { policy: OBSERVE })).kind, 'repair');
  account.advance(60);
  await account.put(bucket, sseKms(account.keyArn));
  account.advance(60);
  const swept = await account.assess(sweepFact(account, bucket));
  assert.deepEqual([swept.kind, swept.jobs], ['compliant', 1]);
  assert.deepEqual(await reencrypted(account, bucket), ['below']);
});

test('a bucket that is gone is under no verdict any more', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guardedBucket(account);
  account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketEncryption', times: 1 });
  await account.assess(sweepFact(account, bucket, { attempt: 4 }));
  assert.equal((await account.item(bucket))?.['verdict'], 'unreadable');
  await account.clients.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  assert.equal((await account.assess(eventFact(account, bucket))).kind, 'ignored');
  const { verdict, goneAt, parked } = (await account.item(bucket)) ?? {};
  assert.deepEqual(
    { verdict, goneAt, parked },
    { verdict: 'gone', goneAt: account.now().toISOString(), parked: undefined },
  );
});
