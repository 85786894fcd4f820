import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateAliasCommand, CreateKeyCommand, DisableKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import {
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import type { BusEvent } from '../../../local/world.ts';
import { NAME, openDirectory } from './open-directory.ts';
import { encryptBy, textOf } from './deliveries.ts';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, allow, type OpenedS3, REGION } from './open-s3.ts';

const DIRECTORY = { Bucket: NAME };
const ARN = `arn:aws:s3express:${REGION}:${ACCOUNT}:bucket/${NAME}`;

const newKey = (opened: OpenedS3): string => opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;

const put = (s3: S3Client, rule: ServerSideEncryptionRule) =>
  s3.send(new PutBucketEncryptionCommand({ ...DIRECTORY, ServerSideEncryptionConfiguration: { Rules: [rule] } }));

async function ruleOf(s3: S3Client): Promise<ServerSideEncryptionRule | undefined> {
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand(DIRECTORY));
  return ServerSideEncryptionConfiguration?.Rules?.[0];
}

test('a directory bucket has a policy, which lets other accounts in and is not there at first', async () => {
  await using opened = await openDirectory();
  await expectSdkError(opened.s3.send(new GetBucketPolicyCommand(DIRECTORY)), 404, 'NoSuchBucketPolicy');
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: '222222222222' },
    Action: 's3express:CreateSession',
    Resource: ARN,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await opened.s3.send(new PutBucketPolicyCommand({ ...DIRECTORY, Policy }));
  assert.equal((await opened.s3.send(new GetBucketPolicyCommand(DIRECTORY))).Policy, Policy);
});

describe('the default encryption of a directory bucket', () => {
  test('is SSE-S3 or SSE-KMS under a customer key, always with a bucket key, and what is written is under it', async () => {
    await using opened = await openDirectory();
    const plain = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const }, BucketKeyEnabled: true };
    assert.deepEqual(await ruleOf(opened.s3), plain);
    const key = newKey(opened);
    await encryptBy(opened.s3, NAME, 'aws:kms', key);
    assert.deepEqual(await ruleOf(opened.s3), {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
      BucketKeyEnabled: true,
    });
    await opened.s3.send(new PutObjectCommand({ ...DIRECTORY, Key: 'a', Body: 'body' }));
    const head = await opened.s3.send(new HeadObjectCommand({ ...DIRECTORY, Key: 'a' }));
    assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId, head.BucketKeyEnabled], ['aws:kms', key, true]);
    assert.equal(await textOf(opened.s3, NAME, 'a'), 'body');
    await opened.s3.send(new DeleteBucketEncryptionCommand(DIRECTORY));
    assert.deepEqual(await ruleOf(opened.s3), plain);
  });

  test('has one customer key for life, even after it was deleted', async () => {
    await using opened = await openDirectory();
    const key = newKey(opened);
    const other = newKey(opened);
    await encryptBy(opened.s3, NAME, 'aws:kms', key);
    await expectSdkError(encryptBy(opened.s3, NAME, 'aws:kms', other), 400, 'InvalidRequest');
    await opened.s3.send(new DeleteBucketEncryptionCommand(DIRECTORY));
    await expectSdkError(encryptBy(opened.s3, NAME, 'aws:kms', other), 400, 'InvalidRequest');
    await encryptBy(opened.s3, NAME, 'aws:kms', key.split('/').at(-1));
  });

  test('refuses DSSE, the AWS managed key, aliases, SSE-C blocks and a bucket key that is off', async () => {
    await using opened = await openDirectory();
    const key = newKey(opened);
    const { kms } = opened.clients({});
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/own', TargetKeyId: key }));
    const kmsKeys = [undefined, 'alias/aws/s3', 'alias/own', `arn:aws:kms:${REGION}:${ACCOUNT}:alias/own`];
    for (const id of kmsKeys) await expectSdkError(encryptBy(opened.s3, NAME, 'aws:kms', id), 400, 'InvalidRequest');
    await expectSdkError(encryptBy(opened.s3, NAME, 'aws:kms:dsse', key), 400, 'InvalidRequest');
    const byDefault = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: key };
    const wrong = [{ BlockedEncryptionTypes: { EncryptionType: ['SSE-C' as const] } }, { BucketKeyEnabled: false }];
    for (const more of wrong) {
      const rule = { ApplyServerSideEncryptionByDefault: byDefault, ...more };
      await expectSdkError(put(opened.s3, rule), 400, 'InvalidRequest');
    }
    const { ApplyServerSideEncryptionByDefault: kept } = (await ruleOf(opened.s3)) ?? {};
    assert.deepEqual(kept, { SSEAlgorithm: 'AES256' });
  });

  test('looks at the key when it is put: it must be there, enabled, of the Region and symmetric', async () => {
    await using opened = await openDirectory();
    const { kms } = opened.clients({});
    const disabled = newKey(opened);
    await kms.send(new DisableKeyCommand({ KeyId: disabled }));
    const { KeyMetadata: rsa } = await kms.send(
      new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }),
    );
    const far = opened.aws.world.keys.create({ accountId: ACCOUNT, region: 'us-east-1' }).arn;
    const cases = [
      [`arn:aws:kms:${REGION}:${ACCOUNT}:key/none`, 'KMS.NotFoundException'],
      [disabled, 'KMS.DisabledException'],
      [far, 'KMS.NotFoundException'],
      [rsa?.Arn, 'KMS.InvalidKeyUsageException'],
    ] as const;
    for (const [key, code] of cases) await expectSdkError(encryptBy(opened.s3, NAME, 'aws:kms', key), 400, code);
  });

  test('needs permissions of s3express, and on the key kms:GenerateDataKey and kms:Decrypt', async () => {
    await using opened = await openDirectory();
    const key = newKey(opened);
    const onBucket = allow('s3express:PutEncryptionConfiguration', ARN);
    const onKey = allow(['kms:GenerateDataKey', 'kms:Decrypt'], key);
    await expectSdkError(encryptBy(opened.asRole('none', [allow('s3:*')]), NAME, 'AES256'), 403, 'AccessDenied');
    const half = opened.asRole('half', [onBucket, allow('kms:GenerateDataKey', key)]);
    await encryptBy(half, NAME, 'AES256');
    await expectSdkError(encryptBy(half, NAME, 'aws:kms', key), 403, 'AccessDenied');
    await encryptBy(opened.asRole('both', [onBucket, onKey]), NAME, 'aws:kms', key);
    const reader = opened.asRole('reader', [allow('s3express:GetEncryptionConfiguration', ARN)]);
    assert.equal((await ruleOf(reader))?.BucketKeyEnabled, true);
  });

  test('is used with the ARN of the bucket as encryption context', async () => {
    await using opened = await openDirectory();
    const key = newKey(opened);
    await encryptBy(opened.s3, NAME, 'aws:kms', key);
    const condition = { StringEquals: { 'kms:EncryptionContext:aws:s3express:arn': ARN } };
    const admins = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...admins, Condition: condition }] });
    await opened.clients({}).kms.send(new PutKeyPolicyCommand({ KeyId: key, PolicyName: 'default', Policy }));
    const role = opened.asRole('writer', [allow('s3express:CreateSession', ARN), allow('kms:*', key)]);
    await role.send(new PutObjectCommand({ ...DIRECTORY, Key: 'a', Body: 'x' }));
  });

  test('answers 501 wherever an expected owner is sent, even the right one', async () => {
    await using opened = await openDirectory();
    const owner = { ...DIRECTORY, ExpectedBucketOwner: ACCOUNT };
    const configuration = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }] };
    const put = new PutBucketEncryptionCommand({ ...owner, ServerSideEncryptionConfiguration: configuration });
    await expectSdkError(opened.s3.send(new GetBucketEncryptionCommand(owner)), 501, 'NotImplemented');
    await expectSdkError(opened.s3.send(put), 501, 'NotImplemented');
    await expectSdkError(opened.s3.send(new DeleteBucketEncryptionCommand(owner)), 501, 'NotImplemented');
  });

  test('is published by CloudTrail as s3express', async () => {
    await using opened = await openDirectory();
    const events: BusEvent[] = [];
    const { bus } = opened.aws;
    const publish = bus.publish.bind(bus);
    bus.publish = (event) => {
      events.push(event);
      publish(event);
    };
    await encryptBy(opened.s3, NAME, 'AES256');
    assert.deepEqual(
      events.map(({ source, region, detail }) => [
        source,
        region,
        detail['eventSource'],
        detail['eventName'],
        detail['requestParameters'],
        detail['resources'],
      ]),
      [
        [
          'aws.s3express',
          REGION,
          's3express.amazonaws.com',
          'PutBucketEncryption',
          {
            bucketName: NAME,
            Host: `s3express-control.${REGION}.amazonaws.com`,
            encryption: '',
            ServerSideEncryptionConfiguration: {
              xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/',
              Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
            },
          },
          [{ accountId: ACCOUNT, type: 'AWS::S3Express::DirectoryBucket', ARN }],
        ],
      ],
    );
  });
});
