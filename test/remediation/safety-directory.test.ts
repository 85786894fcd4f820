import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateBucketCommand, DeleteBucketEncryptionCommand } from '@aws-sdk/client-s3';
import { createClients } from '../local/clients.ts';
import { textOf } from '../local/s3/deliveries.ts';
import { expectSdkError } from '../local/s3/expect-sdk-error.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { write } from './objects.ts';
import { paste, putPolicy, STRANGER, told } from './others.ts';
import { sseKms } from './rules.ts';

const ZONE = 'euw1-az1';
const NAME = `fast--${ZONE}--x-s3`;
const KMS = 'aws:kms';

async function withDirectory(): Promise<GuardedAccount> {
  const account = await openGuardedAccount();
  await account.clients.s3.send(
    new CreateBucketCommand({
      Bucket: NAME,
      CreateBucketConfiguration: {
        Location: { Type: 'AvailabilityZone', Name: ZONE },
        Bucket: { Type: 'Directory', DataRedundancy: 'SingleAvailabilityZone' },
      },
    }),
  );
  return account;
}

const otherKey = (account: GuardedAccount) => account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;

async function keyOf(account: GuardedAccount): Promise<string | undefined> {
  return (await account.rule(NAME))?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
}

test("a new directory bucket gets the standard's key by its ARN, and is never asked for its owner", async () => {
  await using account = await withDirectory();
  const outcome = await account.assess(eventFact(account, NAME, { cause: 'created' }));
  assert.deepEqual([outcome.kind, outcome.jobs], ['repair', 0]);
  assert.deepEqual(await account.rule(NAME), sseKms(account.keyArn));
  const ofBucket = account.calls.filter(({ input }) => Reflect.get(input, 'Bucket') === NAME);
  assert.deepEqual(
    ofBucket.map(({ operation, input }) => [operation, Reflect.has(input, 'ExpectedBucketOwner')]),
    ['GetBucketEncryption', 'GetBucketPolicy', 'GetBucketEncryption', 'PutBucketEncryption', 'GetBucketEncryption'].map(
      (each) => [each, false],
    ),
  );
  account.advance(60);
  assert.deepEqual(told(await account.assess(eventFact(account, NAME))), ['compliant', []]);
});

test('a directory bucket under another key is held, because S3 gives it one key for life', async () => {
  await using account = await withDirectory();
  const policy = policyWith({ standard: { algorithm: KMS, key: 'alias/reseal', strength: 'exactly' } });
  const first = otherKey(account);
  await account.put(NAME, sseKms(first));
  await expectSdkError(account.put(NAME, sseKms(account.keyArn)), 400, 'InvalidRequest');
  account.operations();
  const held = await account.assess(eventFact(account, NAME), { policy });
  assert.deepEqual([held.kind, held.reasons[0]?.code], ['hold', 'directory-key-for-life']);
  assert.match(held.reasons[0]?.message ?? '', new RegExp(`^Directory bucket ${NAME} is under the key ${first}, `));
  assert.deepEqual([account.operations().includes('PutBucketEncryption'), await keyOf(account)], [false, first]);
});

test('a directory bucket that had another key and has none now is held once S3 has refused the key', async () => {
  await using account = await withDirectory();
  await account.put(NAME, sseKms(otherKey(account)));
  await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: NAME }));
  const held = await account.assess(eventFact(account, NAME, { cause: 'encryption-deleted' }));
  assert.deepEqual(told(held), ['hold', ['directory-write-refused']]);
  const { verdict, claimOwner, pending } = (await account.item(NAME)) ?? {};
  assert.deepEqual({ verdict, claimOwner, pending }, { verdict: 'hold', claimOwner: undefined, pending: undefined });
  assert.equal(await keyOf(account), undefined);
});

test('where the standard is DSSE-KMS, a directory bucket gets SSE-KMS under its key, and says so', async () => {
  await using account = await withDirectory();
  const policy = policyWith({ standard: { algorithm: 'aws:kms:dsse', key: 'alias/reseal' } });
  const byHand = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: account.keyArn },
  } as const;
  await expectSdkError(account.put(NAME, byHand), 400, 'InvalidRequest');
  const outcome = await account.assess(eventFact(account, NAME), { policy });
  assert.deepEqual(told(outcome), ['repair', ['weaker-algorithm', 'directory-no-dsse']]);
  assert.deepEqual(await account.rule(NAME), sseKms(account.keyArn));
  account.advance(60);
  assert.deepEqual(told(await account.assess(eventFact(account, NAME), { policy })), [
    'compliant',
    ['directory-no-dsse'],
  ]);
});

test('a directory bucket that another account reads is held, and pasting what the hold gives lets it be repaired', async () => {
  await using account = await withDirectory();
  await using stranger = createClients(account.aws, { account: STRANGER });
  await putPolicy(account, NAME, {
    Effect: 'Allow',
    Principal: { AWS: STRANGER },
    Action: 's3express:CreateSession',
    Resource: `arn:aws:s3express:${REGION}:${ACCOUNT}:bucket/${NAME}`,
  });
  await write(account, NAME, 'object');
  assert.equal(await textOf(stranger.s3, NAME, 'object'), 'bytes of object');

  const held = await account.assess(eventFact(account, NAME));
  assert.deepEqual(told(held), ['hold', ['reader-other-account', 'weaker-algorithm']]);
  assert.equal(await keyOf(account), undefined);
  assert.equal(await paste(account, held.reasons), 1);
  account.advance(60);
  assert.equal((await account.assess(eventFact(account, NAME))).kind, 'repair');
  await write(account, NAME, 'object');
  assert.equal(await textOf(stranger.s3, NAME, 'object'), 'bytes of object');
  assert.equal(await keyOf(account), account.keyArn);
});

test('under a key without a grant another account cannot read a directory bucket', async () => {
  await using account = await withDirectory();
  await using stranger = createClients(account.aws, { account: STRANGER });
  await putPolicy(account, NAME, {
    Effect: 'Allow',
    Principal: { AWS: STRANGER },
    Action: 's3express:CreateSession',
    Resource: `arn:aws:s3express:${REGION}:${ACCOUNT}:bucket/${NAME}`,
  });
  await account.put(NAME, sseKms(account.keyArn));
  await write(account, NAME, 'object');
  await expectSdkError(textOf(stranger.s3, NAME, 'object'), 403, 'AccessDenied');
});
