import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FactSources } from '../../src/aws/bucket/fact-sources.ts';
import { eventFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount } from './guarded-account.ts';
import { putPolicy, sweepAll, told } from './others.ts';
import { BLOCKS_SSE_C, SSE_S3 } from './rules.ts';

const NEW_BUCKET = { ...SSE_S3, ...BLOCKS_SSE_C };

/** One fact that safety rests on: the call that reads it, the reason's code, and what to allow. */
const FACTS: [operation: string, code: string, names: RegExp][] = [
  ['GetBucketPolicy', 'bucket-policy-unreadable', /^The policy of bucket data .*AccessDenied.*s3:GetBucketPolicy/],
  ['GetBucketAcl', 'acl-unreadable', /of bucket data .*AccessDenied.*s3:GetBucketAcl/],
  ['GetKeyPolicy', 'key-policy-unreadable', /^The policy of key arn:aws:kms:.*AccessDenied.*kms:GetKeyPolicy/],
  ['GetBucketReplication', 'replication-unreadable', /of bucket data .*AccessDenied.*s3:GetReplicationConfiguration/],
  ['GetBucketWebsite', 'website-unreadable', /of bucket data .*AccessDenied.*s3:GetBucketWebsite/],
];

const delays = (account: GuardedAccount) =>
  account.calls.flatMap(({ operation, input }) => {
    return operation === 'SendMessage' ? [Reflect.get(input, 'DelaySeconds')] : [];
  });

for (const [operation, code, names] of FACTS) {
  test(`where ${operation} is denied, the bucket is unreadable by that name, tried again and parked, and repaired once it is allowed`, async () => {
    await using account = await openGuardedAccount();
    await account.bucket('data');
    const fault = account.aws.faults.add({ kind: 'access-denied', operation, account: account.deps.account });
    const first = eventFact(account, 'data', { cause: 'created' });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const outcome = await account.assess({ ...first, attempt });
      assert.deepEqual(told(outcome), ['unreadable', [code]], `try ${attempt}`);
      assert.match(outcome.reasons[0]?.message ?? '', names);
      account.advance(900);
    }
    assert.deepEqual(delays(account), [60, 120, 240, 480]);
    assert.equal(account.operations().includes('PutBucketEncryption'), false);
    assert.deepEqual(await account.rule('data'), NEW_BUCKET);
    const { verdict, parked, attempt, claimOwner, pending } = (await account.item('data')) ?? {};
    assert.deepEqual(
      { verdict, parked, attempt, claimOwner, pending },
      { verdict: 'unreadable', parked: true, attempt: 5, claimOwner: undefined, pending: undefined },
    );

    assert.equal((await sweepAll(account)).outcomes['data']?.kind, 'unreadable');
    assert.equal((await account.item('data'))?.['parked'], true);
    account.aws.faults.remove(fault);
    account.advance(3_600);
    assert.equal((await account.assess(eventFact(account, 'data'))).kind, 'repair');
    account.advance(3_600);
    const { outcomes } = await sweepAll(account);
    assert.equal(outcomes['data']?.kind, 'compliant');
  });
}

test('access points that cannot be read are unreadable by name where the bucket policy leaves the bucket to them', async () => {
  await using account = await openGuardedAccount();
  await account.bucket('data');
  await putPolicy(account, 'data', {
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::data/*',
    Condition: { StringEquals: { 's3:DataAccessPointAccount': account.deps.account } },
  });
  account.aws.faults.add({ kind: 'access-denied', operation: 'ListAccessPoints' });
  const outcome = await account.assess(eventFact(account, 'data'));
  assert.deepEqual(told(outcome), ['unreadable', ['access-points-unreadable']]);
  assert.deepEqual(await account.rule('data'), NEW_BUCKET);
});

test('a trigger that is only throttled is unreadable too, and never taken for "not there"', async () => {
  await using account = await openGuardedAccount();
  await account.bucket('data');
  account.aws.faults.add({ kind: 'throttle', operation: 'GetBucketWebsite', times: 1 });
  const trigger = eventFact(account, 'data');
  assert.deepEqual(told(await account.assess(trigger)), ['unreadable', ['website-unreadable']]);
  account.advance(60);
  assert.equal((await account.assess({ ...trigger, attempt: 1 })).kind, 'repair');
});

type Canned = (account: GuardedAccount) => Partial<FactSources>;

const bucketPolicy =
  (value: string): Canned =>
  () => ({ bucketPolicy: async () => ({ kind: 'read', value }) });
const keyPolicy =
  (value: string): Canned =>
  () => ({ keyPolicy: async () => ({ kind: 'read', value }) });
const statement = (over: object) =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*', ...over }] });

const MALFORMED: [what: string, code: string, canned: Canned][] = [
  [
    'a bucket policy that is cut off',
    'bucket-policy-unreadable',
    bucketPolicy('{"Version": "2012-10-17", "Statement": ['),
  ],
  ['a bucket policy that is a list', 'bucket-policy-unreadable', bucketPolicy('[]')],
  [
    'a principal of an unknown kind',
    'bucket-policy-unreadable',
    bucketPolicy(statement({ Principal: { Robot: 'r2' } })),
  ],
  [
    'an effect that is neither Allow nor Deny',
    'bucket-policy-unreadable',
    bucketPolicy(statement({ Effect: 'Perhaps' })),
  ],
  ['a key policy that is no JSON', 'key-policy-unreadable', keyPolicy('not a policy')],
  ['a key policy without statements', 'key-policy-unreadable', keyPolicy('{"Version": "2012-10-17"}')],
];

for (const [what, code, canned] of MALFORMED) {
  test(`${what} is unreadable by name, and nothing is written`, async () => {
    await using account = await openGuardedAccount();
    await account.bucket('data');
    const facts = { ...account.deps.facts, ...canned(account) };
    const outcome = await account.assess(eventFact(account, 'data'), { facts });
    assert.deepEqual(told(outcome), ['unreadable', [code]]);
    assert.deepEqual(await account.rule('data'), NEW_BUCKET);
    assert.equal((await account.item('data'))?.['nextTryAt'], '2026-11-02T10:01:00.000Z');
  });
}
