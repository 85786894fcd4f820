import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  GetObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3';
import { CreateKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, makeBucket, openS3, OTHER_ACCOUNT, REGION, type OpenedS3 } from './open-s3.ts';

const NAMED = { Bucket: 'shared' };
const get = new GetObjectCommand({ ...NAMED, Key: 'a' });

/** A bucket whose policy lets another account read; its default encryption is still that of a new bucket. */
async function withSharedBucket(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, NAMED.Bucket);
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: OTHER_ACCOUNT },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::shared/*',
  };
  await opened.s3.send(new PutBucketPolicyCommand({ ...NAMED, Policy: JSON.stringify({ Statement }) }));
  return opened;
}

const write = (opened: OpenedS3) => opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'a', Body: 'body' }));

const setDefault = (opened: OpenedS3, SSEAlgorithm: ServerSideEncryption, KMSMasterKeyID?: string) =>
  opened.s3.send(
    new PutBucketEncryptionCommand({
      ...NAMED,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm,
              ...(KMSMasterKeyID === undefined ? {} : { KMSMasterKeyID }),
            },
          },
        ],
      },
    }),
  );

const OWN = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
const viaS3 = (region: string) => ({ StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } });
const DECRYPT = { Effect: 'Allow', Principal: { AWS: OTHER_ACCOUNT }, Action: 'kms:Decrypt', Resource: '*' };

describe('a reader of another account', () => {
  test('reads under SSE-S3, not under a customer key, and again once the key policy lets it', async () => {
    await using opened = await withSharedBucket();
    const reader = opened.clients({ account: OTHER_ACCOUNT }).s3;
    const { kms } = opened.clients({ account: ACCOUNT, region: REGION });
    await write(opened);
    await reader.send(get);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId ?? '';
    await setDefault(opened, 'aws:kms', KeyMetadata?.Arn);
    await reader.send(get);
    await write(opened);
    const error = await expectSdkError(reader.send(get), 403, 'AccessDenied');
    assert.match(error.message, /kms:Decrypt on resource: arn:aws:kms/);
    const put = (...Statement: object[]) =>
      kms.send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify({ Statement: [OWN, ...Statement] }) }));
    await put({ ...DECRYPT, Condition: viaS3('us-east-1') });
    await expectSdkError(reader.send(get), 403, 'AccessDenied');
    await put({ ...DECRYPT, Condition: viaS3(REGION) });
    const { Body } = await reader.send(get);
    assert.equal(await Body?.transformToString(), 'body');
  });

  test('never reads under the AWS managed key', async () => {
    await using opened = await withSharedBucket();
    const reader = opened.clients({ account: OTHER_ACCOUNT }).s3;
    await write(opened);
    await reader.send(get);
    await setDefault(opened, 'aws:kms');
    await write(opened);
    await expectSdkError(reader.send(get), 403, 'AccessDenied');
    await opened.s3.send(get);
  });
});
