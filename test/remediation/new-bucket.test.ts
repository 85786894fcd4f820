import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DeleteBucketCommand, DeleteObjectCommand, PutBucketTaggingCommand } from '@aws-sdk/client-s3';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { rollback, type RolledBack } from '../../src/remediation/rollback.ts';
import { guarded, takeAway } from './drifted.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { reencrypted, write } from './objects.ts';
import { told } from './others.ts';
import { sseKms } from './rules.ts';

const TAG = 'reseal-exempt-until';
const ALLOWED = `arn:aws:iam::${ACCOUNT}:role/security-admin`;
const OTHER = `arn:aws:iam::${ACCOUNT}:role/team`;
const TAGS = [{ key: TAG, value: '2026-12-24' }];
const policy = policyWith({
  exceptionRequests: { tag: TAG, setBy: ['arn:aws:iam::*:role/security-admin'], maxDays: 90 },
});
const SETTLE_SECONDS = 60;

const rollBack = (account: GuardedAccount): Promise<RolledBack> =>
  rollback({ bucket: 'data', account: ACCOUNT, region: REGION, by: 'ada' }, account.deps);

async function tag(account: GuardedAccount, actor: string): Promise<BucketTrigger> {
  const Tagging = { TagSet: TAGS.map(({ key, value }) => ({ Key: key, Value: value })) };
  await account.clients.s3.send(new PutBucketTaggingCommand({ Bucket: 'data', Tagging }));
  return eventFact(account, 'data', { cause: 'tagged', actor, tags: TAGS, causeId: `tagged-by-${actor}` });
}

/** A bucket that was repaired and rolled back. */
async function rolledBack(account: GuardedAccount): Promise<void> {
  await account.bucket('data');
  await account.assess(eventFact(account, 'data', { cause: 'created', causeId: 'first-life' }));
  account.advance(60);
  await rollBack(account);
  account.advance(60);
  assert.deepEqual(told(await account.assess(sweepFact(account, 'data')))[1], ['rolled-back', 'weaker-algorithm']);
}

/** A bucket that is exempt by its tag. */
async function exempt(account: GuardedAccount): Promise<void> {
  await account.bucket('data');
  assert.equal((await account.assess(await tag(account, ALLOWED), { policy })).kind, 'exempt');
}

/** The bucket is deleted and made again ten seconds later; the two events. */
async function madeAnew(account: GuardedAccount): Promise<{ deleted: BucketTrigger; created: BucketTrigger }> {
  account.advance(3_600);
  await account.clients.s3.send(new DeleteBucketCommand({ Bucket: 'data' }));
  const deleted = eventFact(account, 'data', { cause: 'deleted' });
  account.advance(10);
  await account.bucket('data');
  return { deleted, created: eventFact(account, 'data', { cause: 'created', causeId: 'second-life' }) };
}

async function tellAll(account: GuardedAccount, facts: BucketTrigger[], over: Partial<AssessDeps> = {}) {
  account.advance(SETTLE_SECONDS);
  const kinds = [];
  for (const trigger of facts) {
    kinds.push((await account.assess(trigger, over)).kind);
    account.advance(1);
  }
  return kinds;
}

const keyOf = async (account: GuardedAccount) =>
  (await account.rule('data'))?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;

describe('row 5: a bucket that is deleted and made again within the settle delay', () => {
  test('is repaired although the old one was rolled back, its events in order', async () => {
    await using account = await openGuardedAccount();
    await rolledBack(account);
    const { deleted, created } = await madeAnew(account);
    assert.deepEqual(await tellAll(account, [deleted, created]), ['repair', 'compliant']);
    assert.equal(await keyOf(account), account.keyArn);
    assert.equal((await account.item('data'))?.['rolledBack'], undefined);
  });

  test('is repaired although the old one was rolled back, the created event first', async () => {
    await using account = await openGuardedAccount();
    await rolledBack(account);
    const { deleted, created } = await madeAnew(account);
    assert.deepEqual(await tellAll(account, [created, deleted]), ['hold', 'repair']);
    assert.equal(await keyOf(account), account.keyArn);
  });

  test('has its objects re-encrypted from its own beginning on', async () => {
    await using account = await openGuardedAccount();
    await rolledBack(account);
    const { deleted, created } = await madeAnew(account);
    await write(account, 'data', 'of-the-new-bucket');
    await tellAll(account, [created, deleted]);
    assert.deepEqual(await reencrypted(account, 'data'), ['of-the-new-bucket']);
  });

  test('is repaired although the old one was exempt by a tag that anybody may have put on the new one', async () => {
    await using account = await openGuardedAccount();
    await exempt(account);
    const { deleted, created } = await madeAnew(account);
    const tagged = await tag(account, OTHER);
    assert.deepEqual(await tellAll(account, [deleted, created, tagged], { policy }), [
      'repair',
      'compliant',
      'compliant',
    ]);
    assert.equal(await keyOf(account), account.keyArn);
  });

  test('is repaired where the new tag came with CreateBucket, of which no event tells', async () => {
    await using account = await openGuardedAccount();
    await exempt(account);
    const { deleted, created } = await madeAnew(account);
    await tag(account, OTHER);
    assert.equal((await tellAll(account, [created, deleted], { policy })).at(-1), 'repair');
    assert.equal(await keyOf(account), account.keyArn);
  });

  test('is repaired where the event of the old tag comes after all others', async () => {
    await using account = await openGuardedAccount();
    await account.bucket('data');
    const tagged = await tag(account, ALLOWED);
    const { deleted, created } = await madeAnew(account);
    await tag(account, OTHER);
    const kinds = await tellAll(account, [deleted, created, tagged], { policy });
    assert.deepEqual(kinds, ['repair', 'compliant', 'compliant']);
  });

  test('is exempt again where somebody who may has tagged the new one, whatever comes first', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [2, 0, 1],
    ]) {
      await using account = await openGuardedAccount();
      await exempt(account);
      const { deleted, created } = await madeAnew(account);
      const facts = [deleted, created, await tag(account, ALLOWED)];
      const kinds = await tellAll(
        account,
        order.map((index) => facts[index] ?? assert.fail()),
        { policy: policyWith({ mode: 'observe', exceptionRequests: (await policy()).document.exceptionRequests }) },
      );
      assert.equal(kinds.at(-1), 'exempt', order.join());
    }
  });

  test('keeps the hold of a rollback of its own, whenever the event of the old bucket comes', async () => {
    await using account = await openGuardedAccount();
    await rolledBack(account);
    const { deleted, created } = await madeAnew(account);
    await tellAll(account, [deleted, created]);
    account.advance(60);
    await rollBack(account);
    assert.deepEqual(await tellAll(account, [deleted, created]), ['hold', 'hold']);
    assert.notEqual(await keyOf(account), account.keyArn);
  });
});

describe('row 5: CreateBucket of a bucket that one has, which us-east-1 answers with 200', () => {
  test('ends no rollback', async () => {
    await using account = await openGuardedAccount();
    await rolledBack(account);
    const created = eventFact(account, 'data', { cause: 'created', causeId: 'again' });
    assert.deepEqual(await tellAll(account, [created, created]), ['hold', 'hold']);
    assert.notEqual(await keyOf(account), account.keyArn);
  });

  test('ends no exemption', async () => {
    await using account = await openGuardedAccount();
    await exempt(account);
    const created = eventFact(account, 'data', { cause: 'created', causeId: 'again' });
    assert.deepEqual(await tellAll(account, [created, created], { policy }), ['exempt', 'exempt']);
  });
});

test('row 5: a look that saw NoSuchBucket is proof as well', async () => {
  await using account = await openGuardedAccount();
  await rolledBack(account);
  account.advance(3_600);
  await account.clients.s3.send(new DeleteBucketCommand({ Bucket: 'data' }));
  assert.equal((await account.assess(sweepFact(account, 'data'))).kind, 'ignored');
  account.advance(10);
  await account.bucket('data');
  const created = eventFact(account, 'data', { cause: 'created', causeId: 'second-life' });
  assert.deepEqual(await tellAll(account, [created]), ['repair']);
});

/** A guarded bucket that was repaired once, and that its owner has deleted and made again with the standard's own key. */
async function repairedAndMadeAnew(account: GuardedAccount, seen: 'event' | 'look'): Promise<void> {
  const bucket = await guarded(account);
  await account.assess(await takeAway(account, bucket, 'first'));
  await reencrypted(account, bucket);
  await account.clients.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'after-first' }));
  account.advance(3_600);
  await account.clients.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  const deleted = eventFact(account, bucket, { cause: 'deleted' });
  if (seen === 'look') await account.assess(sweepFact(account, bucket));
  account.advance(10);
  await account.put(await account.bucket(bucket), sseKms(account.keyArn));
  if (seen === 'event') await tellAll(account, [deleted]);
}

for (const seen of ['event', 'look'] as const) {
  test(`row 17: a bucket that was made anew is not rolled back to the rule of the old one (known by ${seen})`, async () => {
    await using account = await openGuardedAccount();
    await repairedAndMadeAnew(account, seen);
    const rule = await account.rule('data');
    await assert.rejects(rollBack(account), { code: 'not-rolled-back', message: /the ledger has no repair of it/ });
    assert.deepEqual(await account.rule('data'), rule);
    assert.equal((await account.item('data'))?.['rollingBack'], undefined);
  });
}
