import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateVectorBucketCommand, DeleteVectorBucketCommand } from '@aws-sdk/client-s3vectors';
import { createClients } from '../local/clients.ts';
import { sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { told } from './others.ts';

const arnOf = (name: string) => `arn:aws:s3vectors:${REGION}:${ACCOUNT}:bucket/${name}`;
const VECTORS = arnOf('embeddings');

const make = ({ clients }: Pick<GuardedAccount, 'clients'>, vectorBucketName: string, kmsKeyArn?: string) =>
  clients.s3Vectors.send(
    new CreateVectorBucketCommand({
      vectorBucketName,
      ...(kmsKeyArn === undefined ? {} : { encryptionConfiguration: { sseType: 'aws:kms', kmsKeyArn } }),
    }),
  );

test('a vector bucket below the standard is held, and the policy that is pasted refuses the next one', async () => {
  await using account = await openGuardedAccount();
  await make(account, 'embeddings');
  const held = await account.assess(sweepFact(account, VECTORS));
  assert.deepEqual(told(held), ['hold', ['vector-encryption-fixed', 'weaker-algorithm']]);
  assert.deepEqual(account.operations(), ['GetVectorBucket', 'DescribeKey', 'UpdateItem']);
  const { organization } = account.aws;
  organization.found('999999999999');
  organization.createAccount(ACCOUNT);
  organization.attachPolicy(organization.root.id, JSON.parse(held.reasons[0]?.paste ?? '{}'));
  const other = account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
  const denied = { name: 'AccessDeniedException' };
  await assert.rejects(make(account, 'next'), denied);
  await assert.rejects(make(account, 'next', other), denied);
  await make(account, 'next', account.keyArn);
  await using elsewhere = createClients(account.aws, { account: ACCOUNT, region: 'us-east-1' });
  await make({ clients: elsewhere }, 'another-region');
});

test("one under the standard's key is right, and one under another key that is kept too", async () => {
  await using account = await openGuardedAccount();
  await make(account, 'embeddings', account.keyArn);
  assert.deepEqual(told(await account.assess(sweepFact(account, VECTORS))), ['compliant', []]);
  assert.deepEqual(account.operations(), ['GetVectorBucket', 'DescribeKey', 'UpdateItem']);
  const other = account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
  await make(account, 'other', other);
  const trigger = sweepFact(account, arnOf('other'));
  assert.deepEqual(told(await account.assess(trigger)), ['hold', ['vector-encryption-fixed', 'key-other']]);
  const keep = policyWith({
    rules: [{ name: 'kept', when: { kind: 'vector' }, standard: { algorithm: 'aws:kms', key: 'keep' } }],
  });
  account.advance(60);
  assert.deepEqual(told(await account.assess(trigger, { policy: keep })), ['compliant', []]);
});

test('under a standard of exactly SSE-S3 the pasted policy refuses keys, and under DSSE-KMS SSE-KMS is enough', async () => {
  await using account = await openGuardedAccount();
  await make(account, 'embeddings', account.keyArn);
  const exactly = policyWith({ standard: { algorithm: 'AES256', strength: 'exactly' } });
  const held = await account.assess(sweepFact(account, VECTORS), { policy: exactly });
  assert.deepEqual(told(held), ['hold', ['vector-encryption-fixed', 'not-exactly']]);
  assert.deepEqual(JSON.parse(held.reasons[0]?.paste ?? '{}').Statement, [
    {
      Sid: 'VectorBucketsUnderKms',
      Effect: 'Deny',
      Action: 's3vectors:CreateVectorBucket',
      Resource: arnOf('*'),
      Condition: { StringEquals: { 's3vectors:sseType': 'aws:kms' } },
    },
  ]);
  const dsse = policyWith({ standard: { algorithm: 'aws:kms:dsse', key: 'alias/reseal' } });
  account.advance(60);
  assert.deepEqual(told(await account.assess(sweepFact(account, VECTORS), { policy: dsse })), [
    'compliant',
    ['vector-no-dsse'],
  ]);
});

test('objects: all plans nothing for a vector bucket, and one that is gone is gone', async () => {
  await using account = await openGuardedAccount();
  await make(account, 'embeddings', account.keyArn);
  const policy = policyWith({ objects: { reencrypt: 'all' } });
  assert.deepEqual(told(await account.assess(sweepFact(account, VECTORS), { policy })), ['compliant', []]);
  assert.deepEqual((await account.item(VECTORS))?.['leftovers'], []);
  await account.clients.s3Vectors.send(new DeleteVectorBucketCommand({ vectorBucketArn: VECTORS }));
  account.advance(60);
  const gone = await account.assess(sweepFact(account, VECTORS), { policy });
  assert.deepEqual(told(gone)[1], ['bucket-gone']);
});
