import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { send } from '../protocol/raw-request.ts';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, makeBucket, openS3, REGION, type OpenedS3 } from './open-s3.ts';

const NAMED = { Bucket: 'data' };
const OBJECT = { ...NAMED, Key: 'a' };
const READ = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' };

async function withPolicy(...Statement: object[]): Promise<OpenedS3 & { readonly nobody: S3Client }> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  await opened.s3.send(new PutPublicAccessBlockCommand({ ...NAMED, PublicAccessBlockConfiguration: {} }));
  await opened.s3.send(new PutObjectCommand({ ...OBJECT, Body: 'body' }));
  if (Statement.length > 0)
    await opened.s3.send(new PutBucketPolicyCommand({ ...NAMED, Policy: JSON.stringify({ Statement }) }));
  return { ...opened, nobody: opened.clients({ anonymous: true }).s3 };
}

const get = new GetObjectCommand(OBJECT);

describe('a request without credentials', () => {
  test('reads what a bucket policy opens to everybody, and nothing else', async () => {
    await using opened = await withPolicy(READ);
    const { Body } = await opened.nobody.send(get);
    assert.equal(await Body?.transformToString(), 'body');
    await expectSdkError(opened.nobody.send(new PutObjectCommand({ ...OBJECT, Body: 'x' })), 403, 'AccessDenied');
    await expectSdkError(opened.nobody.send(new GetBucketEncryptionCommand(NAMED)), 403, 'AccessDenied');
    await expectSdkError(opened.nobody.send(new GetObjectCommand({ ...NAMED, Key: 'none' })), 403, 'AccessDenied');
  });

  test('is refused where no policy names everybody', async () => {
    await using opened = await withPolicy({ ...READ, Principal: { AWS: ACCOUNT } });
    const error = await expectSdkError(opened.nobody.send(get), 403, 'AccessDenied');
    assert.equal(error.message, 'Access Denied');
  });

  const conditions: readonly [string, object, boolean][] = [
    ['a principal of an account', { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } }, false],
    ['any principal but one', { StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } }, true],
    ['a principal of the kind Anonymous', { StringEquals: { 'aws:PrincipalType': 'Anonymous' } }, true],
    ['no ARN of a principal', { Null: { 'aws:PrincipalArn': 'true' } }, true],
  ];
  for (const [what, Condition, isLetIn] of conditions) {
    test(`is ${isLetIn ? 'let in' : 'refused'} where the policy asks for ${what}`, async () => {
      await using opened = await withPolicy({ ...READ, Condition });
      if (isLetIn) await opened.nobody.send(get);
      else await expectSdkError(opened.nobody.send(get), 403, 'AccessDenied');
    });
  }

  test('is refused under RestrictPublicBuckets, although the policy stays', async () => {
    await using opened = await withPolicy(READ);
    const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true };
    await opened.s3.send(new PutPublicAccessBlockCommand({ ...NAMED, PublicAccessBlockConfiguration }));
    await expectSdkError(opened.nobody.send(get), 403, 'AccessDenied');
  });

  test('has no buckets, makes none, and neither copies nor uploads in parts', async () => {
    await using opened = await withPolicy({ ...READ, Action: 's3:*' });
    const { nobody } = opened;
    const refused = [
      () => nobody.send(new ListBucketsCommand({})),
      () => nobody.send(new CreateBucketCommand({ Bucket: 'mine' })),
      () => nobody.send(new CopyObjectCommand({ ...NAMED, Key: 'b', CopySource: 'data/a' })),
      () => nobody.send(new CreateMultipartUploadCommand(OBJECT)),
    ];
    for (const call of refused) await expectSdkError(call(), 403, 'AccessDenied');
    await nobody.send(new PutObjectCommand({ ...NAMED, Key: 'b', Body: 'x' }));
  });

  test('reaches a bucket of any Region without naming it', async () => {
    await using opened = await withPolicy(READ);
    const answer = await send({ port: opened.aws.port, target: '/data/a', signedFor: null });
    assert.deepEqual([answer.status, answer.body.toString()], [200, 'body']);
    const virtual = await send({
      port: opened.aws.port,
      target: '/a',
      headers: { host: 'data.localhost' },
      signedFor: null,
    });
    assert.deepEqual([virtual.status, virtual.body.toString()], [200, 'body']);
  });

  test('reaches no service but S3', async () => {
    await using opened = await withPolicy(READ);
    const json = await send({
      port: opened.aws.port,
      method: 'POST',
      target: '/',
      headers: { 'x-amz-target': 'TrentService.ListKeys' },
      signedFor: null,
    });
    const control = await send({
      port: opened.aws.port,
      target: '/v20180820/jobs',
      headers: { 'x-amz-account-id': ACCOUNT },
      signedFor: null,
    });
    assert.deepEqual([json.status, control.status], [400, 403]);
    assert.match(json.body.toString(), /AccessDenied/);
  });
});

describe('an object that everybody reads', () => {
  const KMS = 'Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.';
  for (const SSEAlgorithm of ['aws:kms', 'aws:kms:dsse'] as const) {
    test(`is lost to them once the default encryption is ${SSEAlgorithm}, whatever the key policy says`, async () => {
      await using opened = await withPolicy({ ...READ, Action: ['s3:GetObject', 's3:PutObject'] });
      await opened.nobody.send(get);
      const key = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
      Object.assign(key, {
        policy: { Statement: { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' } },
      });
      const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID: key.arn } }];
      await opened.s3.send(new PutBucketEncryptionCommand({ ...NAMED, ServerSideEncryptionConfiguration: { Rules } }));
      await opened.nobody.send(get);
      await opened.s3.send(new PutObjectCommand({ ...OBJECT, Body: 'body' }));
      const error = await expectSdkError(opened.nobody.send(get), 400, 'InvalidArgument');
      assert.equal(error.message, KMS);
      await expectSdkError(opened.nobody.send(new PutObjectCommand({ ...OBJECT, Body: 'x' })), 400, 'InvalidArgument');
      await expectSdkError(opened.nobody.send(new HeadObjectCommand(OBJECT)), 400, 'Unknown');
      await opened.s3.send(get);
    });
  }
});
