import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DeleteBucketEncryptionCommand, type ServerSideEncryptionRule } from '@aws-sdk/client-s3';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import { guarded } from './drifted.ts';
import { eventFact, sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { laterTries } from './later-tries.ts';
import { reencrypted, write } from './objects.ts';
import { SSE_S3, sseKms } from './rules.ts';

const otherKey = ({ aws, deps }: GuardedAccount) =>
  aws.world.keys.create({ accountId: deps.account, region: deps.region }).arn;

/** Somebody puts a rule and writes an object under it; the event tells the rule. */
async function replace(
  account: GuardedAccount,
  bucket: string,
  key: string,
  rule: ServerSideEncryptionRule,
): Promise<BucketTrigger> {
  const { SSEAlgorithm = '', KMSMasterKeyID } = rule.ApplyServerSideEncryptionByDefault ?? {};
  const { BucketKeyEnabled: bucketKey = false } = rule;
  await account.put(bucket, rule);
  const rulePut = {
    algorithm: SSEAlgorithm,
    bucketKey,
    ...(KMSMasterKeyID === undefined ? {} : { keyId: KMSMasterKeyID }),
  };
  const event = eventFact(account, bucket, { causeId: `put ${key}`, rulePut });
  await write(account, bucket, key);
  account.advance(10);
  return event;
}

/** Tells the events one after the other, with what is tried again. */
async function tell(account: GuardedAccount, events: readonly BucketTrigger[]): Promise<void> {
  const tries = laterTries(account);
  for (const event of events) {
    await account.assess(event);
    account.advance(1);
  }
  await tries.deliver();
}

describe('a rule that was replaced before anybody looked is looked for all the same', () => {
  const orders: [string, (first: BucketTrigger, second: BucketTrigger) => BucketTrigger[], number][] = [
    ['first the older event', (first, second) => [first, second], 2],
    ['first the newer event', (first, second) => [second, first], 2],
    ['each event twice', (first, second) => [second, first, first, second], 2],
    ['only the older event', (first) => [first], 2],
  ];
  for (const [name, order, jobs] of orders) {
    test(name, async () => {
      await using account = await openGuardedAccount();
      const bucket = await guarded(account);
      const first = await replace(account, bucket, 'under-sse-s3', SSE_S3);
      const second = await replace(account, bucket, 'under-other', sseKms(otherKey(account)));
      account.advance(60);
      await tell(account, order(first, second));
      assert.deepEqual(await reencrypted(account, bucket), ['under-other', 'under-sse-s3']);
      assert.equal((await account.jobs()).length, jobs, 'and nothing is paid for twice');
    });
  }

  test('a sweep is faster than the events of a deletion and of another key', async () => {
    await using account = await openGuardedAccount();
    const bucket = await guarded(account);
    await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
    const deleted = eventFact(account, bucket, { cause: 'encryption-deleted' });
    await write(account, bucket, 'under-sse-s3');
    account.advance(10);
    const second = await replace(account, bucket, 'under-other', sseKms(otherKey(account)));
    assert.equal((await account.assess(sweepFact(account, bucket))).kind, 'repair');
    account.advance(60);
    await tell(account, [deleted, second]);
    assert.deepEqual(await reencrypted(account, bucket), ['under-other', 'under-sse-s3']);
    assert.equal((await account.jobs()).length, 2);
  });

  test('somebody else has put the standard back before the event', async () => {
    await using account = await openGuardedAccount();
    const bucket = await guarded(account);
    const first = await replace(account, bucket, 'under-sse-s3', SSE_S3);
    const second = await replace(account, bucket, 'right', sseKms(account.keyArn));
    account.advance(60);
    await tell(account, [second, first]);
    assert.deepEqual(await reencrypted(account, bucket), ['right', 'under-sse-s3']);
    assert.equal((await account.jobs()).length, 1);
  });

  test('nobody could read the bucket when the event came', async () => {
    await using account = await openGuardedAccount();
    const bucket = await guarded(account);
    const first = await replace(account, bucket, 'under-sse-s3', SSE_S3);
    await replace(account, bucket, 'right', sseKms(account.keyArn));
    const parked = { ...first, attempt: 4 };
    account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketEncryption', times: 1 });
    assert.equal((await account.assess(parked)).kind, 'unreadable');
    account.advance(3_600);
    await account.assess(sweepFact(account, bucket));
    assert.deepEqual(await reencrypted(account, bucket), ['right', 'under-sse-s3']);
  });

  test('each rule of many that were only observed', async () => {
    await using account = await openGuardedAccount();
    const bucket = await guarded(account);
    const policy = policyWith({ mode: 'observe' });
    const keys: string[] = [];
    for (let at = 1; at <= 7; at += 1) {
      const first = await replace(account, bucket, `told ${at}`, sseKms(otherKey(account)));
      const second = await replace(account, bucket, `seen ${at}`, sseKms(otherKey(account)));
      keys.push(`told ${at}`, `seen ${at}`);
      await account.assess({ ...first, causeId: `first ${at}` }, { policy });
      await account.assess({ ...second, causeId: `second ${at}` }, { policy });
    }
    account.advance(60);
    assert.equal((await account.assess(sweepFact(account, bucket))).kind, 'repair');
    assert.deepEqual(await reencrypted(account, bucket), keys.toSorted());
    assert.ok((await account.jobs()).length <= 5);
  });
});

test('a rule that is no less than the standard brings no job, also where keys are kept', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  const right = await replace(account, bucket, 'right', sseKms(account.keyArn));
  await tell(account, [right]);
  const policy = policyWith({ rules: [{ name: 'kept', when: {}, standard: { key: 'keep' } }] });
  const kept = await replace(account, bucket, 'kept', sseKms(otherKey(account)));
  await replace(account, bucket, 'kept too', sseKms(otherKey(account)));
  await account.assess(kept, { policy });
  assert.deepEqual(await account.jobs(), []);
});
