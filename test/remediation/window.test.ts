import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteBucketEncryptionCommand } from '@aws-sdk/client-s3';
import { DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms';
import { eventFact, sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { reencrypted, write } from './objects.ts';
import { SSE_S3, sseKms } from './rules.ts';

/** A compliant bucket, looked at once: what happens to it next is what the tests are about. */
async function guardedBucket(account: GuardedAccount): Promise<string> {
  const bucket = await account.bucket('data');
  await account.put(bucket, sseKms(account.keyArn));
  await account.assess(sweepFact(account, bucket, { causeId: 'before' }));
  account.advance(600);
  return bucket;
}

const startOf = async (account: GuardedAccount) =>
  (await account.jobs()).map(({ request }) =>
    request.ManifestGenerator?.S3JobManifestGenerator?.Filter?.CreatedAfter?.toISOString(),
  );

const leftoversOf = async (account: GuardedAccount, bucket: string) => (await account.item(bucket))?.['leftovers'];

const deleteEncryption = (account: GuardedAccount, Bucket: string) =>
  account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket }));

test('an event covers what was written since it, and in the quarter of an hour before it by which clocks may differ, and nothing older', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  await write(account, bucket, 'older');
  account.advance(2);
  await write(account, bucket, 'in-the-margin');
  account.advance(15 * 60 - 1);
  const trigger = eventFact(account, bucket);
  await write(account, bucket, 'in-its-second');
  account.advance(59);
  await write(account, bucket, 'a-minute-later');
  account.advance(1);
  assert.equal((await account.assess(trigger)).jobs, 1);
  assert.deepEqual(await startOf(account), ['2026-11-02T10:00:01.000Z']);
  assert.deepEqual(await reencrypted(account, bucket), ['a-minute-later', 'in-its-second', 'in-the-margin']);
});

test('a repair without anything written since the event starts no job', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  await write(account, bucket, 'older');
  account.advance(15 * 60 + 1);
  assert.equal((await account.assess(eventFact(account, bucket))).jobs, 0);
  assert.deepEqual(await account.jobs(), []);
});

test('a bucket on hold is covered from its first drift when its key works again', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  await write(account, bucket, 'before');
  account.advance(1_200);
  await account.clients.kms.send(new DisableKeyCommand({ KeyId: account.keyArn }));
  const first = eventFact(account, bucket);
  account.advance(60);
  assert.equal((await account.assess(first)).kind, 'hold');
  await write(account, bucket, 'on-hold');
  account.advance(3_600);
  assert.equal((await account.assess(eventFact(account, bucket, { causeId: 'second' }))).kind, 'hold');
  account.advance(3_600);
  await account.clients.kms.send(new EnableKeyCommand({ KeyId: account.keyArn }));
  assert.equal((await account.assess(sweepFact(account, bucket))).kind, 'repair');
  assert.deepEqual(await reencrypted(account, bucket), ['on-hold']);
  assert.deepEqual(await startOf(account), ['2026-11-02T10:05:00.000Z']);
  assert.equal((await account.item(bucket))?.['belowSince'], undefined);
});

test('objects under each rule that was seen while the bucket was on hold get their job', async () => {
  await using account = await openGuardedAccount();
  const other = account.aws.world.keys.create({ accountId: account.deps.account, region: account.deps.region }).arn;
  const bucket = await guardedBucket(account);
  const policy = policyWith({ standard: { algorithm: 'aws:kms', key: 'alias/not-yet' } });
  await account.put(bucket, { ...sseKms(other), BucketKeyEnabled: false });
  await write(account, bucket, 'under-other');
  await account.assess(eventFact(account, bucket), { policy });
  account.advance(60);
  await account.put(bucket, SSE_S3);
  await write(account, bucket, 'sse-s3');
  account.advance(60);
  assert.equal((await account.assess(eventFact(account, bucket, { causeId: 'second' }))).kind, 'repair');
  assert.deepEqual(await reencrypted(account, bucket), ['sse-s3', 'under-other']);
});

for (const cause of ['created', 'encryption-deleted'] as const) {
  test(`a bucket that was ${cause} and got another key within the settle time has jobs for both`, async () => {
    await using account = await openGuardedAccount();
    const other = account.aws.world.keys.create({ accountId: account.deps.account, region: account.deps.region }).arn;
    const bucket = await account.bucket('data');
    const first = eventFact(account, bucket, { cause });
    await write(account, bucket, 'sse-s3');
    account.advance(10);
    await account.put(bucket, sseKms(other));
    await write(account, bucket, 'under-other');
    account.advance(50);
    assert.equal((await account.assess(first)).jobs, 2);
    assert.deepEqual(await reencrypted(account, bucket), ['sse-s3', 'under-other']);
  });
}

test('drift that no event told is covered from the last time the bucket was seen compliant', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guardedBucket(account);
  await deleteEncryption(account, bucket);
  await write(account, bucket, 'unseen');
  account.advance(3_600);
  assert.equal((await account.assess(sweepFact(account, bucket))).kind, 'repair');
  assert.deepEqual(await startOf(account), ['2026-11-02T09:45:00.000Z']);
  assert.deepEqual(await reencrypted(account, bucket), ['unseen']);
});

test('drift that only an observing sweep saw is covered from the last time the bucket was seen compliant', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guardedBucket(account);
  await deleteEncryption(account, bucket);
  await write(account, bucket, 'unseen');
  account.advance(3_600);
  await account.assess(sweepFact(account, bucket, { observe: true }));
  account.advance(60);
  await account.put(bucket, { ...SSE_S3, BlockedEncryptionTypes: { EncryptionType: ['NONE'] } });
  assert.equal((await account.assess(eventFact(account, bucket))).kind, 'repair');
  assert.deepEqual(await reencrypted(account, bucket), ['unseen']);
});

test('where nobody knows the start, the objects are left as they are and the ledger says so', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  await write(account, bucket, 'old');
  account.advance(60);
  assert.equal((await account.assess(sweepFact(account, bucket))).kind, 'repair');
  assert.deepEqual(await leftoversOf(account, bucket), [
    {
      code: 'drift-start-unknown',
      message:
        'It is not known since when bucket data was below its standard, so its objects stay as they are: set objects.reencrypt: all to include them.',
    },
  ]);
  assert.deepEqual(await account.jobs(), []);
});

test('a sweep whose write was denied or lost does not pass its own time off as the start', async () => {
  for (const kind of ['access-denied', 'internal-error'] as const) {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('data');
    await write(account, bucket, 'old');
    account.advance(60);
    account.aws.faults.add({ kind, operation: 'PutBucketEncryption', times: 1 });
    await account.assess(sweepFact(account, bucket));
    assert.equal((await account.item(bucket))?.['belowSince'], undefined);
    account.advance(60);
    assert.equal((await account.assess(sweepFact(account, bucket, { causeId: 'sweep-2' }))).kind, 'repair');
    assert.match(JSON.stringify(await leftoversOf(account, bucket)), /drift-start-unknown/);
  }
});

test('an event from the future does not shorten the window', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guardedBucket(account);
  await deleteEncryption(account, bucket);
  await write(account, bucket, 'object');
  const trigger = eventFact(account, bucket, { at: '2026-11-02T23:00:00Z' });
  account.advance(60);
  assert.equal((await account.assess(trigger)).kind, 'repair');
  assert.deepEqual(await startOf(account), ['2026-11-02T09:45:00.000Z']);
  assert.deepEqual(await reencrypted(account, bucket), ['object']);
});

for (const [path, prepare] of [
  ['a repair', async () => {}],
  [
    'the backfill of a compliant bucket',
    (account: GuardedAccount, bucket: string) => account.put(bucket, sseKms(account.keyArn)),
  ],
] as const) {
  test(`what is written below the standard while ${path} is being finished is covered, even if that event is lost`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('data');
    await write(account, bucket, 'first');
    await prepare(account, bucket);
    let started = 0;
    const { ledger } = account.deps;
    const settle: typeof ledger.settle = async (id, change, terms, jobs) => {
      for (const _ of jobs ?? []) {
        account.advance(5);
        await deleteEncryption(account, bucket);
        started += 1;
        await write(account, bucket, `below ${started}`);
        account.advance(5);
      }
      return ledger.settle(id, change, terms, jobs);
    };
    const policy = policyWith({ objects: { reencrypt: 'all' } });
    await account.assess(eventFact(account, bucket, { cause: 'created' }), { ledger: { ...ledger, settle }, policy });
    account.advance(3_600);
    assert.equal((await account.assess(sweepFact(account, bucket), { policy })).kind, 'repair');
    assert.deepEqual(await reencrypted(account, bucket), ['below 1', 'below 2', 'first']);
  });
}

test('a bucket that was exempt is covered from before its exception, when that has expired', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guardedBucket(account);
  const exceptions = [{ bucket, reason: 'a migration', owner: 'the team', until: '2026-11-02' }];
  const policy = policyWith({ exceptions });
  await deleteEncryption(account, bucket);
  assert.equal((await account.assess(eventFact(account, bucket), { policy })).kind, 'exempt');
  await write(account, bucket, 'exempt');
  account.advance(24 * 3_600);
  const outcome = await account.assess(sweepFact(account, bucket), { policy });
  assert.deepEqual(
    [outcome.kind, outcome.reasons.map(({ code }) => code)],
    ['repair', ['weaker-algorithm', 'exception-expired']],
  );
  assert.deepEqual(await reencrypted(account, bucket), ['exempt']);
});
