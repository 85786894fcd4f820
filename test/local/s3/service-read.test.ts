import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PutBucketEncryptionCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { type RawAnswer, send } from '../protocol/raw-request.ts';
import { ACCOUNT, makeBucket, openS3, REGION, type OpenedS3 } from './open-s3.ts';

const NAMED = { Bucket: 'origin' };
const DISTRIBUTION = `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`;
const CLOUDFRONT = {
  Effect: 'Allow',
  Principal: { Service: 'cloudfront.amazonaws.com' },
  Condition: { StringEquals: { 'aws:SourceArn': DISTRIBUTION } },
  Resource: '*',
};

/** The origin of a distribution with origin access control (CloudFront guide, "Restricting access to an Amazon S3 origin"). */
async function withOrigin(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, NAMED.Bucket);
  const Statement = { ...CLOUDFRONT, Action: 's3:GetObject', Resource: 'arn:aws:s3:::origin/*' };
  await opened.s3.send(new PutBucketPolicyCommand({ ...NAMED, Policy: JSON.stringify({ Statement }) }));
  await write(opened);
  return opened;
}

const write = (opened: OpenedS3) => opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'a', Body: 'body' }));

async function read(opened: OpenedS3, more: object = {}): Promise<[number, string]> {
  const asked = { service: 'cloudfront.amazonaws.com', sourceArn: DISTRIBUTION, bucket: 'origin', key: 'a', ...more };
  return told(
    await send({
      port: opened.aws.port,
      method: 'POST',
      target: '/_local/read',
      body: JSON.stringify(asked),
      signedFor: null,
    }),
  );
}

const told = ({ status, body }: RawAnswer): [number, string] =>
  status === 200 ? [status, body.toString()] : [status, JSON.parse(body.toString()).code];

async function encrypt(opened: OpenedS3, keyArn?: string): Promise<void> {
  const byDefault = { SSEAlgorithm: 'aws:kms' as const, ...(keyArn === undefined ? {} : { KMSMasterKeyID: keyArn }) };
  const Rules = [{ ApplyServerSideEncryptionByDefault: byDefault }];
  await opened.s3.send(new PutBucketEncryptionCommand({ ...NAMED, ServerSideEncryptionConfiguration: { Rules } }));
  await write(opened);
}

describe('a distribution with origin access control', () => {
  test('reads what the bucket policy gives it, and no other distribution does', async () => {
    await using opened = await withOrigin();
    assert.deepEqual(await read(opened), [200, 'body']);
    assert.deepEqual(await read(opened, { sourceArn: `${DISTRIBUTION}2` }), [403, 'AccessDenied']);
    assert.deepEqual(await read(opened, { service: 'ses.amazonaws.com' }), [403, 'AccessDenied']);
    assert.deepEqual(await read(opened, { key: 'missing' }), [403, 'AccessDenied']);
    assert.deepEqual(await read(opened, { bucket: 'nowhere' }), [404, 'NoSuchBucket']);
  });

  test('loses new objects once the default is a customer key, until the key policy names it', async () => {
    await using opened = await withOrigin();
    const { kms } = opened.clients({ account: ACCOUNT, region: REGION });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await encrypt(opened, KeyMetadata?.Arn);
    assert.deepEqual(await read(opened), [403, 'AccessDenied']);
    const own = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
    const Policy = JSON.stringify({ Statement: [own, { ...CLOUDFRONT, Action: 'kms:Decrypt' }] });
    await kms.send(new PutKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, Policy }));
    assert.deepEqual(await read(opened), [200, 'body']);
  });

  test('never reads under the AWS managed key', async () => {
    await using opened = await withOrigin();
    await encrypt(opened);
    assert.deepEqual(await read(opened), [403, 'AccessDenied']);
  });
});
