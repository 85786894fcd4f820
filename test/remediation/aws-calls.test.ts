import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { eventFact, sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, pinnedPolicy, policyWith, REPORTS } from './guarded-account.ts';
import { countRounds } from './recorded-calls.ts';
import { leavesAccessToAccessPoints } from './others.ts';
import { SSE_S3, sseKms } from './rules.ts';

/** A first look at another bucket, so that policy, credentials and key are remembered. */
async function warmUp(account: GuardedAccount): Promise<void> {
  await account.put(await account.bucket('warm-up'), sseKms(account.keyArn));
  await account.assess(eventFact(account, 'warm-up'));
  account.operations();
  account.advance(10);
}

const writeObject = (account: GuardedAccount, Bucket: string, Key = 'object') =>
  account.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'body' }));

const RIGHT = { kind: 'compliant', reasons: [], jobs: 0 } as const;

test('a compliant bucket under SSE-S3 costs two calls', async () => {
  await using account = await openGuardedAccount();
  const policy = policyWith({ standard: { algorithm: 'AES256' } });
  const bucket = await account.bucket('right');
  assert.deepEqual(await account.assess(sweepFact(account, bucket), { policy }), RIGHT);
  assert.deepEqual(account.operations(), ['GetBucketEncryption', 'UpdateItem']);
});

test('a compliant bucket under a key costs a sweep three calls: its policy is its own, and the key and its policy are shared', async () => {
  await using account = await openGuardedAccount();
  for (const bucket of ['first', 'second', 'third'])
    await account.put(await account.bucket(bucket), sseKms(account.keyArn));
  const costs = [];
  for (const bucket of ['first', 'second', 'third']) {
    assert.deepEqual(await account.assess(sweepFact(account, bucket)), RIGHT);
    costs.push(account.operations());
  }
  const each = ['GetBucketEncryption', 'GetBucketPolicy', 'UpdateItem'];
  assert.deepEqual(costs, [
    ['GetBucketEncryption', 'DescribeKey', 'GetBucketPolicy', 'GetKeyPolicy', 'UpdateItem'],
    each,
    each,
  ]);
  account.advance(10);
  await account.assess(sweepFact(account, 'first', { causeId: 'the-next-sweep' }));
  assert.equal(account.operations().includes('GetKeyPolicy'), true, 'each sweep reads the policy of a key anew');
});

test('an event of a compliant bucket under a key reads its ACL and its key policy too', async () => {
  await using account = await openGuardedAccount();
  await warmUp(account);
  const bucket = await account.bucket('right');
  await account.put(bucket, sseKms(account.keyArn));
  assert.deepEqual(await account.assess(eventFact(account, bucket)), RIGHT);
  const read = ['GetBucketPolicy', 'GetBucketAcl', 'GetKeyPolicy'];
  assert.deepEqual(account.operations(), ['GetBucketEncryption', ...read, 'UpdateItem']);
});

test('a compliant log bucket costs a sweep two calls where it has seen who logs there', async () => {
  await using account = await openGuardedAccount();
  await account.bucket('logs');
  const logSources = [{ bucket: 'app', prefix: '' }];
  const { kind } = await account.assess(sweepFact(account, 'logs', { logSources }));
  assert.deepEqual([kind, account.operations()], ['compliant', ['GetBucketEncryption', 'UpdateItem']]);
});

const SAFETY = ['GetBucketPolicy', 'GetBucketAcl', 'GetKeyPolicy', 'GetBucketWebsite', 'GetBucketReplication'];

test('a repair that changes only the Bucket Key, with its first job, costs fifteen calls, the fresh looks at the key and directly before the write included', async () => {
  await using account = await openGuardedAccount();
  await warmUp(account);
  const bucket = await account.bucket('weak');
  await account.put(bucket, { ...sseKms(account.keyArn), BucketKeyEnabled: false });
  await writeObject(account, bucket);
  const outcome = await account.assess(eventFact(account, bucket));
  assert.deepEqual([outcome.kind, outcome.jobs], ['repair', 1]);
  assert.deepEqual(account.operations(), [
    'GetBucketEncryption',
    'DescribeKey',
    'UpdateItem',
    'GetBucketReplication',
    'GetBucketPolicy',
    'GetBucketAcl',
    'GetKeyPolicy',
    'GetBucketEncryption',
    'PutBucketEncryption',
    'GetBucketEncryption',
    'ListObjectsV2',
    'ListMultipartUploads',
    'GetObjectLockConfiguration',
    'TransactWriteItems',
    'SendMessage',
  ]);
});

test('a repair that brings a key, with its first job, costs sixteen calls: every safety trigger is read once', async () => {
  await using account = await openGuardedAccount();
  await warmUp(account);
  const bucket = await account.bucket('weak');
  await writeObject(account, bucket);
  const outcome = await account.assess(eventFact(account, bucket));
  assert.deepEqual([outcome.kind, outcome.jobs], ['repair', 1]);
  assert.deepEqual(account.operations(), [
    'GetBucketEncryption',
    'DescribeKey',
    'UpdateItem',
    ...SAFETY,
    'GetBucketEncryption',
    'PutBucketEncryption',
    'GetBucketEncryption',
    'ListObjectsV2',
    'ListMultipartUploads',
    'GetObjectLockConfiguration',
    'TransactWriteItems',
    'SendMessage',
  ]);
});

test('ten buckets of one batch that get a key, each with its first job, cost thirteen calls each and two for the key that they share', async () => {
  await using account = await openGuardedAccount();
  await warmUp(account);
  const buckets = Array.from({ length: 10 }, (_, index) => `weak-${index}`);
  for (const bucket of buckets) await writeObject(account, await account.bucket(bucket));
  const outcomes = await Promise.all(buckets.map((bucket) => account.assess(eventFact(account, bucket))));
  assert.deepEqual(new Set(outcomes.map(({ kind, jobs }) => `${kind} ${jobs}`)), new Set(['repair 1']));
  const calls = Map.groupBy(account.operations(), (operation) => operation);
  const times = Object.fromEntries([...calls].map(([operation, { length }]) => [operation, length]));
  assert.deepEqual(times, {
    DescribeKey: 1,
    GetKeyPolicy: 1,
    GetBucketEncryption: 30,
    UpdateItem: 10,
    GetBucketPolicy: 10,
    GetBucketAcl: 10,
    GetBucketWebsite: 10,
    GetBucketReplication: 10,
    PutBucketEncryption: 10,
    ListObjectsV2: 10,
    ListMultipartUploads: 10,
    GetObjectLockConfiguration: 1,
    TransactWriteItems: 10,
    SendMessage: 10,
  });
});

test('a bucket whose policy leaves its access to access points costs one call more to list them: seventeen', async () => {
  await using account = await openGuardedAccount();
  await warmUp(account);
  const bucket = await account.bucket('delegating');
  await writeObject(account, bucket);
  const Policy = leavesAccessToAccessPoints(bucket);
  await account.clients.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
  const outcome = await account.assess(eventFact(account, bucket));
  assert.deepEqual([outcome.kind, outcome.jobs], ['repair', 1]);
  assert.deepEqual(account.operations(), [
    'GetBucketEncryption',
    'DescribeKey',
    'UpdateItem',
    ...SAFETY,
    'ListAccessPoints',
    'GetBucketEncryption',
    'PutBucketEncryption',
    'GetBucketEncryption',
    'ListObjectsV2',
    'ListMultipartUploads',
    'GetObjectLockConfiguration',
    'TransactWriteItems',
    'SendMessage',
  ]);
});

for (const reencrypt of ['all', 'drifted', 'none']) {
  test(`a new empty bucket under reencrypt ${reencrypt} is repaired without a job, and its second look costs no more than any`, async () => {
    await using account = await openGuardedAccount();
    const policy = policyWith({ objects: { reencrypt } });
    await warmUp(account);
    const bucket = await account.bucket('new');
    const outcome = await account.assess(eventFact(account, bucket, { cause: 'created' }), { policy });
    assert.deepEqual([outcome.kind, outcome.jobs], ['repair', 0]);
    assert.deepEqual(account.operations(), [
      'GetBucketEncryption',
      'DescribeKey',
      'UpdateItem',
      ...SAFETY,
      'GetBucketEncryption',
      'PutBucketEncryption',
      'GetBucketEncryption',
      ...(reencrypt === 'none' ? [] : ['ListObjectsV2', 'ListMultipartUploads']),
      'UpdateItem',
    ]);
    account.advance(10);
    assert.deepEqual(await account.assess(sweepFact(account, bucket), { policy }), {
      kind: 'compliant',
      reasons: [],
      jobs: 0,
    });
    const look = ['GetBucketEncryption', 'GetBucketPolicy', 'GetKeyPolicy', 'UpdateItem'];
    assert.deepEqual(account.operations(), look);
    assert.deepEqual(await account.jobs(), []);
  });
}

test('a bucket in the built-in standard needs no key, and an exempt one neither', async () => {
  await using account = await openGuardedAccount();
  const exceptions = [{ bucket: 'exempt', reason: 'a test', owner: 'the team', until: '2027-01-01' }];
  await account.bucket('exempt');
  const policy = policyWith({ exceptions });
  const kinds = [];
  for (const bucket of [REPORTS, 'exempt'])
    kinds.push((await account.assess(eventFact(account, bucket), { policy })).kind);
  assert.deepEqual(kinds, ['compliant', 'exempt']);
  assert.deepEqual(account.operations(), ['GetBucketEncryption', 'UpdateItem', 'GetBucketEncryption', 'UpdateItem']);
});

test('a bucket on hold and an observed one cost no write to S3', async () => {
  await using account = await openGuardedAccount();
  await warmUp(account);
  await account.put(await account.bucket('weak'), SSE_S3);
  await account.assess(eventFact(account, 'weak'), { policy: policyWith({ mode: 'observe' }) });
  const observed = ['GetItem', ...SAFETY, 'ListObjectsV2', 'UpdateItem'];
  assert.deepEqual(account.operations(), ['GetBucketEncryption', 'DescribeKey', ...observed]);
  account.advance(1);
  await account.assess(eventFact(account, 'weak', { observe: true }));
  account.advance(1);
  const isOfKey = (operation: string) => operation === 'GetKeyPolicy';
  assert.deepEqual(account.operations(), ['GetBucketEncryption', ...observed.filter((each) => !isOfKey(each))]);
  const standard = { algorithm: 'aws:kms', key: 'alias/absent' };
  await account.assess(eventFact(account, 'weak'), { policy: policyWith({ standard }) });
  assert.deepEqual(account.operations(), [
    'GetBucketEncryption',
    'DescribeKey',
    'UpdateItem',
    'GetBucketPolicy',
    'GetBucketAcl',
    'UpdateItem',
  ]);
});

test('a compliant empty bucket costs two calls more under all: nothing is read that only objects could need', async () => {
  await using account = await openGuardedAccount();
  await warmUp(account);
  account.advance(120);
  const bucket = await account.bucket('empty');
  await account.put(bucket, sseKms(account.keyArn));
  const policy = policyWith({ objects: { reencrypt: 'all' } });
  assert.equal((await account.assess(sweepFact(account, bucket), { policy })).kind, 'compliant');
  const look = ['GetBucketEncryption', 'DescribeKey', 'GetBucketPolicy', 'GetKeyPolicy', 'UpdateItem'];
  const expected = [...look, 'ListObjectsV2', 'UpdateItem'];
  assert.deepEqual(account.operations(), expected);
});

test('a cold repair with two jobs waits eleven times: what does not depend on another answer is asked for at once', async () => {
  await using account = await openGuardedAccount();
  const other = account.aws.world.keys.create({ accountId: account.deps.account, region: account.deps.region }).arn;
  const bucket = await account.bucket('two-rules');
  await writeObject(account, bucket);
  await account.put(bucket, sseKms(other));
  await writeObject(account, bucket, 'another');
  const rounds = countRounds(account.told);
  const outcome = await account.assess(eventFact(account, bucket, { cause: 'created' }), {
    policy: pinnedPolicy(account),
  });
  assert.equal(outcome.jobs, 2);
  assert.deepEqual(
    rounds.map((round) => round.toSorted()),
    [
      ['GetBucketEncryption', 'GetItem'],
      ['DescribeKey'],
      ['UpdateItem'],
      SAFETY.toSorted(),
      ['GetBucketEncryption'],
      ['PutBucketEncryption'],
      ['GetBucketEncryption', 'ListMultipartUploads', 'ListObjectsV2'],
      ['DescribeKey', 'GetObjectLockConfiguration'],
      ['GetKeyPolicy'],
      ['TransactWriteItems'],
      ['SendMessage'],
    ],
  );
});
