import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancelKeyDeletionCommand, EnableKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { reencrypted, write } from './objects.ts';
import { paste, putKeyPolicy, told } from './others.ts';
import { BLOCKS_SSE_C, SSE_S3, sseKms } from './rules.ts';

const NEW_BUCKET = { ...SSE_S3, ...BLOCKS_SSE_C };
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;

/** Keys are often only administered by IAM, and used by those whom the key policy names. */
const ADMINISTERS = {
  Sid: 'Administration',
  Effect: 'Allow',
  Principal: { AWS: ROOT },
  Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:Put*', 'kms:Enable*'],
  Resource: '*',
};

/** What S3 answers to a write without headers: undefined where it is taken, else the name of the error. */
async function refusal(account: GuardedAccount, bucket: string): Promise<string | undefined> {
  return write(account, bucket, 'object').then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
}

test('under a key whose policy does not admit the account nobody can write: the bucket is held, and pasting what the hold gives for it and for the re-encrypting role lets it be repaired', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  await putKeyPolicy(account, ADMINISTERS);
  await account.put(bucket, sseKms(account.keyArn));
  assert.equal(await refusal(account, bucket), 'AccessDenied');
  await account.put(bucket, NEW_BUCKET);

  const held = await account.assess(eventFact(account, bucket, { cause: 'created' }));
  const lacking = ['key-policy-lacks-account', 'key-policy-lacks-account'];
  assert.deepEqual(told(held), ['hold', [...lacking, 'weaker-algorithm']]);
  assert.deepEqual([await account.rule(bucket), await refusal(account, bucket)], [NEW_BUCKET, undefined]);

  assert.equal(await paste(account, held.reasons), 2);
  account.advance(60);
  const outcome = await account.assess(eventFact(account, bucket));
  assert.deepEqual([outcome.kind, outcome.jobs], ['repair', 1]);
  assert.equal(await refusal(account, bucket), undefined);
  assert.deepEqual(await reencrypted(account, bucket), ['object']);
});

test('a key that the account may use and the re-encrypting role not is a hold that names the role', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  const uses = { ...ADMINISTERS, Sid: 'Use', Action: ['kms:GenerateDataKey*', 'kms:Decrypt'] };
  await putKeyPolicy(account, ADMINISTERS, uses);
  const held = await account.assess(eventFact(account, bucket));
  assert.deepEqual(told(held), ['hold', ['key-policy-lacks-account', 'weaker-algorithm']]);
  assert.match(
    held.reasons[0]?.message ?? '',
    /does not let the role arn:aws:iam::111111111111:role\/batch call kms:Encrypt/,
  );
  assert.equal(await paste(account, held.reasons), 1);
  account.advance(60);
  assert.equal((await account.assess(eventFact(account, bucket))).kind, 'repair');
});

test('a key policy that denies the use of the key is a hold that names the statement', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  const all = { ...ADMINISTERS, Action: 'kms:*' };
  const denies = { Sid: 'Frozen', Effect: 'Deny', Principal: '*', Action: 'kms:GenerateDataKey', Resource: '*' };
  await putKeyPolicy(account, all, denies);
  await account.put(bucket, sseKms(account.keyArn));
  assert.equal(await refusal(account, bucket), 'AccessDenied');
  await account.put(bucket, NEW_BUCKET);
  const held = await account.assess(eventFact(account, bucket));
  assert.deepEqual(told(held), ['hold', ['key-policy-denies', 'weaker-algorithm']]);
  assert.match(held.reasons[0]?.message ?? '', /denies .* the action kms:GenerateDataKey \(.*Frozen.*\)/);
  assert.deepEqual([await account.rule(bucket), await refusal(account, bucket)], [NEW_BUCKET, undefined]);
});

test('a bucket key that would take away what the key policy gives by object is a hold, until the policy names the bucket too', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  const uses = (...arns: string[]) => ({
    ...ADMINISTERS,
    Sid: 'ObjectsOfData',
    Action: ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*'],
    Condition: { StringLike: { 'kms:EncryptionContext:aws:s3:arn': arns } },
  });
  const withoutBucketKey = { ...sseKms(account.keyArn), BucketKeyEnabled: false, ...BLOCKS_SSE_C };
  await putKeyPolicy(account, ADMINISTERS, uses('arn:aws:s3:::data/*'));
  await account.put(bucket, withoutBucketKey);
  assert.equal(await refusal(account, bucket), undefined);
  await account.put(bucket, sseKms(account.keyArn));
  assert.equal(await refusal(account, bucket), 'AccessDenied');
  await account.put(bucket, withoutBucketKey);

  const held = await account.assess(eventFact(account, bucket));
  assert.deepEqual(told(held), ['hold', ['bucket-key-breaks-context', 'bucket-key-off']]);
  assert.match(held.reasons[0]?.message ?? '', /ObjectsOfData/);
  assert.deepEqual([await account.rule(bucket), await refusal(account, bucket)], [withoutBucketKey, undefined]);

  await putKeyPolicy(account, ADMINISTERS, uses('arn:aws:s3:::data/*', 'arn:aws:s3:::data'));
  account.advance(60);
  assert.equal((await account.assess(eventFact(account, bucket))).kind, 'repair');
  assert.deepEqual(await account.rule(bucket), { ...sseKms(account.keyArn), ...BLOCKS_SSE_C });
  assert.equal(await refusal(account, bucket), undefined);
});

const scheduled = (account: GuardedAccount, KeyId: string) =>
  account.clients.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));

for (const [what, keyOf] of [
  ["the standard's key", (account: GuardedAccount) => account.keyArn],
  [
    'a key of its own that is as good',
    (account: GuardedAccount) => account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn,
  ],
] as const) {
  test(`a compliant bucket under ${what} that is being deleted is an incident by name, until the deletion is cancelled`, async () => {
    await using account = await openGuardedAccount();
    const rules = [{ name: 'own keys', when: { buckets: ['*'] }, standard: { key: 'keep' } }];
    const policy = policyWith({ rules });
    const bucket = await account.bucket('data');
    const KeyId = keyOf(account);
    await account.put(bucket, sseKms(KeyId));
    await write(account, bucket, 'object');
    assert.equal((await account.assess(eventFact(account, bucket), { policy })).kind, 'compliant');
    await scheduled(account, KeyId);
    assert.equal(await refusal(account, bucket), 'KMS.KMSInvalidStateException');

    account.advance(3_600);
    account.operations();
    const held = await account.assess(sweepFact(account, bucket), { policy });
    assert.deepEqual(told(held), ['hold', ['key-being-deleted']]);
    assert.match(
      held.reasons[0]?.message ?? '',
      /^The key arn:aws:kms:\S+ of bucket data is in state PendingDeletion and S3 needs it Enabled; KMS deletes it on 2026-11-09, /,
    );
    assert.equal(account.operations().includes('PutBucketEncryption'), false);
    assert.equal((await account.item(bucket))?.['verdict'], 'hold');

    await account.clients.kms.send(new CancelKeyDeletionCommand({ KeyId }));
    await account.clients.kms.send(new EnableKeyCommand({ KeyId }));
    account.advance(3_600);
    const outcome = await account.assess(sweepFact(account, bucket), { policy });
    assert.deepEqual([...told(outcome), await refusal(account, bucket)], ['compliant', [], undefined]);
  });
}
