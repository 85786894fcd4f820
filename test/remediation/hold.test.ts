import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { eventFact, sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { reencrypted, write } from './objects.ts';
import { BLOCKS_SSE_C, SSE_S3, sseKms } from './rules.ts';

const NEW_BUCKET = { ...SSE_S3, ...BLOCKS_SSE_C };

/** A key of one's own making under an alias. */
async function keyAs(account: GuardedAccount, alias: string, input: CreateKeyCommandInput = {}): Promise<string> {
  const { kms } = account.clients;
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(input));
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyMetadata?.KeyId }));
  return KeyMetadata?.Arn ?? '';
}

type MakeKey = (account: GuardedAccount) => Promise<string>;

const BAD_KEYS: [what: string, code: string, key: MakeKey, names: RegExp][] = [
  [
    'is disabled',
    'key-not-enabled',
    async (account) => {
      await account.clients.kms.send(new DisableKeyCommand({ KeyId: account.keyArn }));
      return 'alias/reseal';
    },
    /^The key arn:aws:kms:eu-west-1:111111111111:key\/\S+ is in state Disabled and S3 needs it Enabled/,
  ],
  [
    'is pending deletion',
    'key-not-enabled',
    async (account) => {
      await account.clients.kms.send(new ScheduleKeyDeletionCommand({ KeyId: account.keyArn }));
      return 'alias/reseal';
    },
    /is in state PendingDeletion/,
  ],
  [
    'is asymmetric',
    'key-wrong-spec',
    async (account) => {
      await keyAs(account, 'alias/asymmetric', { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
      return 'alias/asymmetric';
    },
    /is of spec RSA_2048 and S3 needs SYMMETRIC_DEFAULT/,
  ],
  [
    'is in another Region',
    'key-wrong-region',
    async (account) =>
      account.aws.world.keys.create({ accountId: account.deps.account, region: 'us-east-1', alias: 'alias/east' }).arn,
    /^The key arn:aws:kms:us-east-1:111111111111:key\/\S+ is in us-east-1 and bucket weak is in eu-west-1: name an alias/,
  ],
  [
    'has no such alias',
    'key-not-found',
    async () => 'alias/absent',
    /^The standard's key alias\/absent was not found in account 111111111111, eu-west-1/,
  ],
  [
    'is managed by AWS',
    'key-aws-managed',
    async (account) => account.aws.world.keys.awsManaged('alias/aws/s3', account.deps.account, account.deps.region).arn,
    /is managed by AWS and can be neither shared nor granted/,
  ],
];

for (const [what, code, makeKey, names] of BAD_KEYS) {
  test(`a standard whose key ${what} is a hold that names it, and nothing is written`, async () => {
    await using account = await openGuardedAccount();
    const key = await makeKey(account);
    const policy = policyWith({ standard: { algorithm: 'aws:kms', key }, objects: { reencrypt: 'all' } });
    const bucket = await account.bucket('weak');
    await write(account, bucket, 'object');
    const trigger = eventFact(account, bucket, { cause: 'created' });
    const outcome = await account.assess(trigger, { policy });
    assert.deepEqual([outcome.kind, outcome.reasons.map((each) => each.code)], ['hold', [code, 'weaker-algorithm']]);
    assert.match(outcome.reasons[0]?.message ?? '', names);
    const { verdict, reasons, belowSince, repairs } = (await account.item(bucket)) ?? {};
    assert.deepEqual(
      { verdict, reasons, belowSince, repairs },
      { verdict: 'hold', reasons: outcome.reasons, belowSince: trigger.at, repairs: undefined },
    );
    assert.deepEqual([await account.rule(bucket), (await account.jobs()).length], [NEW_BUCKET, 0]);
  });
}

test('a key that breaks after it was remembered is seen before the write', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('weak');
  await account.put(await account.bucket('right'), sseKms(account.keyArn));
  await account.assess(eventFact(account, 'right'));
  account.advance(30);
  await account.clients.kms.send(new DisableKeyCommand({ KeyId: account.keyArn }));
  assert.equal((await account.assess(eventFact(account, bucket))).kind, 'hold');
  assert.deepEqual(await account.rule(bucket), NEW_BUCKET);
});

test('a key that was mended after it was remembered as broken is no reason to hold', async () => {
  await using account = await openGuardedAccount();
  await account.clients.kms.send(new DisableKeyCommand({ KeyId: account.keyArn }));
  assert.equal((await account.assess(eventFact(account, await account.bucket('first')))).kind, 'hold');
  account.advance(30);
  await account.clients.kms.send(new EnableKeyCommand({ KeyId: account.keyArn }));
  assert.equal((await account.assess(eventFact(account, await account.bucket('second')))).kind, 'repair');
});

test('a compliant bucket under a stronger rule keeps its objects where the standard key cannot take them', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('strong');
  await write(account, bucket, 'object');
  await account.put(bucket, {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: account.keyArn },
  });
  const policy = policyWith({ objects: { reencrypt: 'all' }, standard: { algorithm: 'aws:kms', key: 'alias/absent' } });
  const outcome = await account.assess(sweepFact(account, bucket), { policy });
  assert.deepEqual([outcome.kind, outcome.jobs], ['compliant', 0]);
  assert.match(JSON.stringify((await account.item(bucket))?.['leftovers']), /key-not-found/);
  assert.equal((await account.item(bucket))?.['backfilled'], undefined);
});

test('a denied write is a hold that says what to allow, and the next look tries again', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('weak');
  await write(account, bucket, 'object');
  account.aws.faults.add({ kind: 'access-denied', operation: 'PutBucketEncryption', times: 1 });
  const trigger = eventFact(account, bucket, { cause: 'created' });
  const outcome = await account.assess(trigger);
  assert.deepEqual([outcome.kind, outcome.reasons.map(({ code }) => code)], ['hold', ['write-denied']]);
  assert.match(
    outcome.reasons[0]?.message ?? '',
    /^AWS denies this role s3:PutEncryptionConfiguration on bucket weak \(AccessDenied: .*\): allow it in its own policies \(infra\/member\/roles\.yml\), in the bucket policy/,
  );
  const { verdict, belowSince, pending, claimOwner } = (await account.item(bucket)) ?? {};
  assert.deepEqual(
    { verdict, belowSince, pending, claimOwner },
    { verdict: 'hold', belowSince: trigger.at, pending: undefined, claimOwner: undefined },
  );
  assert.equal(account.operations().includes('SendMessage'), false);
  account.advance(3_600);
  assert.equal((await account.assess(sweepFact(account, bucket))).kind, 'repair');
  assert.deepEqual(await reencrypted(account, bucket), ['object']);
});

for (const kind of ['internal-error', 'throttle', 'reset', 'lost-answer'] as const) {
  test(`a write that ends in ${kind} is tried again with its work kept`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('weak');
    await write(account, bucket, 'object');
    account.aws.faults.add({ kind, operation: 'PutBucketEncryption', times: 1 });
    const trigger = eventFact(account, bucket, { cause: 'created' });
    const outcome = await account.assess(trigger);
    assert.deepEqual([outcome.kind, outcome.reasons.map(({ code }) => code)], ['unreadable', ['write-failed']]);
    const item = await account.item(bucket);
    assert.deepEqual(
      [item?.['claimOwner'], item?.['attempt'], Object(item?.['pending']).replaced],
      [undefined, 1, { algorithm: 'AES256', bucketKey: false, blocked: ['SSE-C'] }],
    );
    account.advance(60);
    const again = await account.assess({ ...trigger, attempt: 1 });
    assert.deepEqual([again.kind, again.jobs], ['repair', 1]);
    assert.deepEqual(await reencrypted(account, bucket), ['object']);
    const repairs = (await account.item(bucket))?.['repairs'];
    assert.equal(Array.isArray(repairs) && repairs.length, 1);
  });
}

test('a write that S3 refuses as wrong is our fault: it fails at once and is not tried again', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('weak');
  const refuse: AssessDeps['encryption']['write'] = async () => {
    throw Object.assign(new Error('said S3'), { name: 'MalformedXML', $metadata: { httpStatusCode: 400 } });
  };
  const encryption = { ...account.deps.encryption, write: refuse };
  await assert.rejects(account.assess(eventFact(account, bucket), { encryption }), {
    code: 'write-refused',
    retryable: false,
    bucket,
    message: 'The encryption of bucket weak could not be written (MalformedXML: said S3).',
  });
  const { verdict, pending, claimOwner } = (await account.item(bucket)) ?? {};
  assert.deepEqual(
    { verdict, pending, claimOwner },
    { verdict: 'unreadable', pending: undefined, claimOwner: undefined },
  );
});

test('where S3 refuses a job, the repair is recorded, and the objects stay undone until the next sweep has them taken', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('weak');
  await write(account, bucket, 'object');
  const trigger = eventFact(account, bucket, { cause: 'created' });
  account.aws.faults.add({ kind: 'access-denied', operation: 'CreateJob', times: 1 });
  const repaired = await account.assess(trigger);
  assert.deepEqual([repaired.kind, repaired.jobs], ['repair', 1]);
  const { verdict, repairs, undone, pending } = (await account.item(bucket)) ?? {};
  assert.deepEqual([verdict, pending], ['repair', undefined]);
  assert.equal(Array.isArray(repairs) && repairs.length, 1);
  assert.equal(undone instanceof Set && undone.size, 1);
  account.advance(3_600);
  assert.equal((await account.assess(sweepFact(account, bucket))).kind, 'compliant');
  assert.deepEqual(await reencrypted(account, bucket), ['object']);
});
