import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import type { Encryption } from '../../src/policy/model.ts';
import { acknowledge } from '../../src/remediation/acknowledge.ts';
import { rollback, type RollbackDeps } from '../../src/remediation/rollback.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { told } from './others.ts';
import { BLOCKS_SSE_C, SSE_S3, sseKms } from './rules.ts';

const BY = `arn:aws:iam::${ACCOUNT}:role/operator`;
const NEW_BUCKET = { ...SSE_S3, ...BLOCKS_SSE_C };
const ROLLED_BACK = ['hold', ['rolled-back', 'weaker-algorithm']];

/** A bucket that was repaired a minute ago. */
async function repaired(): Promise<GuardedAccount> {
  const account = await openGuardedAccount();
  await account.bucket('data');
  assert.equal((await account.assess(eventFact(account, 'data', { cause: 'created' }))).kind, 'repair');
  account.advance(60);
  account.operations();
  return account;
}

const rollBack = (account: GuardedAccount, bucket = 'data', over: Partial<RollbackDeps> = {}) =>
  rollback({ bucket, account: ACCOUNT, region: REGION, by: BY }, { ...account.deps, ...over });

test('a rollback puts back what the last repair replaced, and says what it did', async () => {
  await using account = await repaired();
  const replaced = { algorithm: 'aws:kms', keyId: account.keyArn, bucketKey: true, blocked: ['SSE-C'] };
  const restored = { algorithm: 'AES256', bucketKey: false, blocked: ['SSE-C'] };
  assert.deepEqual(await rollBack(account), { replaced, restored, repairedAt: '2026-11-02T10:00:00.000Z' });
  assert.deepEqual(await account.rule('data'), NEW_BUCKET);
  assert.deepEqual((await account.item('data'))?.['rolledBack'], {
    at: '2026-11-02T10:01:00.000Z',
    by: BY,
    replaced,
    restored,
  });
});

test('neither the event of the rollback nor any later event or sweep repairs the bucket', async () => {
  await using account = await repaired();
  await rollBack(account);
  for (const trigger of [
    eventFact(account, 'data', { actor: BY }),
    eventFact(account, 'data', { cause: 'encryption-deleted', actor: `arn:aws:iam::${ACCOUNT}:role/other` }),
    sweepFact(account, 'data'),
  ]) {
    const held = await account.assess(trigger);
    assert.deepEqual(told(held), ROLLED_BACK, trigger.cause);
    assert.match(
      held.reasons[0]?.message ?? '',
      /^Bucket data was rolled back by arn:aws:iam::111111111111:role\/operator at 2026-11-02T10:01:00.000Z: .*reseal acknowledge data --region eu-west-1 --table LEDGER_TABLE\.$/,
    );
    account.advance(48 * 3_600);
  }
  assert.deepEqual(await account.rule('data'), NEW_BUCKET);
  const { verdict, claimOwner, pending } = (await account.item('data')) ?? {};
  assert.deepEqual({ verdict, claimOwner, pending }, { verdict: 'hold', claimOwner: undefined, pending: undefined });
});

test('a second rollback says that it was rolled back already, and changes nothing', async () => {
  await using account = await repaired();
  await rollBack(account);
  const before = await account.item('data');
  account.advance(60);
  await assert.rejects(rollBack(account), {
    code: 'not-rolled-back',
    message: `bucket data was not rolled back: it was rolled back already, by ${BY} at 2026-11-02T10:01:00.000Z, and is held since. Run reseal acknowledge data --region ${REGION} where it shall be judged again`,
  });
  assert.deepEqual([await account.item('data'), await account.rule('data')], [before, NEW_BUCKET]);
});

test('once it is acknowledged the bucket is repaired again', async () => {
  await using account = await repaired();
  await rollBack(account);
  await account.assess(eventFact(account, 'data', { actor: BY }));
  account.advance(3_600);
  assert.deepEqual(await acknowledge({ bucket: 'data', account: ACCOUNT, region: REGION, by: BY }, account.deps), {
    rolledBack: true,
    flapping: false,
  });
  account.advance(60);
  assert.equal((await account.assess(sweepFact(account, 'data'))).kind, 'repair');
  assert.deepEqual(await account.rule('data'), { ...sseKms(account.keyArn), ...BLOCKS_SSE_C });
  assert.equal((await account.item('data'))?.['rolledBack'], undefined);
});

test('of several repairs the last is rolled back', async () => {
  await using account = await repaired();
  const other = account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
  const between = { ...sseKms(other), BucketKeyEnabled: false, ...BLOCKS_SSE_C };
  await account.put('data', between);
  assert.equal((await account.assess(eventFact(account, 'data'))).kind, 'repair');
  await rollBack(account);
  assert.deepEqual(await account.rule('data'), between);
});

async function isRefused(account: GuardedAccount, message: RegExp, bucket = 'data'): Promise<void> {
  const rule = await account.rule(bucket);
  const item = await account.item(bucket);
  account.operations();
  await assert.rejects(rollBack(account, bucket), { code: 'not-rolled-back', bucket, message });
  const written = account.operations().filter((each) => each === 'PutBucketEncryption' || each === 'UpdateItem');
  assert.deepEqual([written, await account.rule(bucket), await account.item(bucket)], [[], rule, item]);
}

test('a bucket of which no repair is known is not rolled back', async () => {
  await using account = await repaired();
  await account.bucket('untouched');
  await isRefused(account, /^bucket untouched was not rolled back: the ledger has no repair of it; /, 'untouched');
});

test('a bucket that somebody has changed since is not rolled back', async () => {
  await using account = await repaired();
  await account.put('data', { ...sseKms(account.keyArn), BucketKeyEnabled: false });
  await isRefused(
    account,
    /: expected what the repair of 2026-11-02T10:00:00\.000Z wrote, \{.*\}, found \{.*\}: somebody has changed it since$/,
  );
});

test('after a rollback somebody else may have changed the bucket, which is what a second one says then', async () => {
  await using account = await repaired();
  await rollBack(account);
  await account.put('data', { ...sseKms(account.keyArn), BucketKeyEnabled: false });
  await isRefused(account, /: somebody has changed it since$/);
});

for (const [kind, what] of [
  [
    'access-denied',
    /its encryption cannot be read \(AccessDenied: .+\); check whose bucket it is \(--account\), and use credentials or a role \(--role\) that may read it$/,
  ],
  ['internal-error', /its encryption cannot be read \(InternalError: .+\)$/],
] as const) {
  test(`a bucket whose reading ends in ${kind} is not rolled back`, async () => {
    await using account = await repaired();
    const item = await account.item('data');
    account.aws.faults.add({ kind, operation: 'GetBucketEncryption', times: 1 });
    await assert.rejects(rollBack(account), {
      code: 'not-rolled-back',
      message: what,
    });
    assert.deepEqual(await account.item('data'), item);
    assert.deepEqual(await account.rule('data'), { ...sseKms(account.keyArn), ...BLOCKS_SSE_C });
  });
}

test('a rollback that S3 does not let write leaves no hold behind', async () => {
  await using account = await repaired();
  const rule = await account.rule('data');
  account.aws.faults.add({ kind: 'access-denied', operation: 'PutBucketEncryption', times: 1 });
  await assert.rejects(rollBack(account), { code: 'not-rolled-back', message: /AccessDenied/ });
  assert.deepEqual([(await account.item('data'))?.['rolledBack'], await account.rule('data')], [undefined, rule]);
  await account.put('data', SSE_S3);
  account.advance(60);
  assert.equal((await account.assess(eventFact(account, 'data'))).kind, 'repair');
});

test('the hold stands before the rule is written, so that no event is faster', async () => {
  await using account = await repaired();
  let heldAtWrite: unknown;
  const encryption: RollbackDeps['encryption'] = {
    ...account.deps.encryption,
    write: async (rule) => {
      heldAtWrite = (await account.item('data'))?.['rollingBack'] !== undefined;
      await account.deps.encryption.write(rule);
    },
  };
  await rollBack(account, 'data', { encryption });
  assert.equal(heldAtWrite, true);
});

test("a block of SSE-C that S3 added by itself to what was written is nobody's change", async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  const restored = { algorithm: 'AES256', bucketKey: false };
  let rule: Encryption = restored;
  const encryption: RollbackDeps['encryption'] = {
    read: async () => ({ kind: 'read', rule }),
    write: async ({ rule: wrote }) => {
      rule = { ...wrote, blocked: ['SSE-C'] };
    },
  };
  assert.equal((await account.assess(eventFact(account, bucket), { encryption })).kind, 'repair');
  assert.deepEqual((await rollBack(account, bucket, { encryption })).restored, restored);
});

test('a directory bucket is rolled back to SSE-S3, and held', async () => {
  await using account = await openGuardedAccount();
  const bucket = 'fast--euw1-az1--x-s3';
  const CreateBucketConfiguration = {
    Location: { Type: 'AvailabilityZone', Name: 'euw1-az1' },
    Bucket: { Type: 'Directory', DataRedundancy: 'SingleAvailabilityZone' },
  } as const;
  await account.clients.s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
  assert.equal((await account.assess(eventFact(account, bucket))).kind, 'repair');
  await rollBack(account, bucket);
  assert.deepEqual((await account.rule(bucket))?.ApplyServerSideEncryptionByDefault, { SSEAlgorithm: 'AES256' });
  account.advance(60);
  assert.deepEqual(told(await account.assess(sweepFact(account, bucket))), ROLLED_BACK);
});
