import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CopyObjectCommand,
  DeleteBucketEncryptionCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, allow, makeBucket, openS3, REGION, type OpenedS3 } from './open-s3.ts';

const ENCRYPTION = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }] };
const NAMED = { Bucket: 'data' };
const OBJECT = { ...NAMED, Key: 'a' };

/** Each call, the only action that it needs, and on what. */
const CALLS: readonly [name: string, action: string, resource: string, call: (s3: S3Client) => Promise<unknown>][] = [
  [
    'GetBucketEncryption',
    's3:GetEncryptionConfiguration',
    'arn:aws:s3:::data',
    (s3) => s3.send(new GetBucketEncryptionCommand(NAMED)),
  ],
  [
    'PutBucketEncryption',
    's3:PutEncryptionConfiguration',
    'arn:aws:s3:::data',
    (s3) => s3.send(new PutBucketEncryptionCommand({ ...NAMED, ServerSideEncryptionConfiguration: ENCRYPTION })),
  ],
  [
    'DeleteBucketEncryption',
    's3:PutEncryptionConfiguration',
    'arn:aws:s3:::data',
    (s3) => s3.send(new DeleteBucketEncryptionCommand(NAMED)),
  ],
  ['ListObjectsV2', 's3:ListBucket', 'arn:aws:s3:::data', (s3) => s3.send(new ListObjectsV2Command(NAMED))],
  [
    'ListObjectVersions',
    's3:ListBucketVersions',
    'arn:aws:s3:::data',
    (s3) => s3.send(new ListObjectVersionsCommand(NAMED)),
  ],
  ['ListBuckets', 's3:ListAllMyBuckets', '*', (s3) => s3.send(new ListBucketsCommand({}))],
  ['GetObject', 's3:GetObject', 'arn:aws:s3:::data/a', (s3) => s3.send(new GetObjectCommand(OBJECT))],
  [
    'GetObject of a version',
    's3:GetObjectVersion',
    'arn:aws:s3:::data/a',
    (s3) => s3.send(new GetObjectCommand({ ...OBJECT, VersionId: 'null' })),
  ],
  ['PutObject', 's3:PutObject', 'arn:aws:s3:::data/a', (s3) => s3.send(new PutObjectCommand({ ...OBJECT, Body: 'x' }))],
  ['DeleteObject', 's3:DeleteObject', 'arn:aws:s3:::data/a', (s3) => s3.send(new DeleteObjectCommand(OBJECT))],
  [
    'DeleteObject of a version',
    's3:DeleteObjectVersion',
    'arn:aws:s3:::data/a',
    (s3) => s3.send(new DeleteObjectCommand({ ...OBJECT, VersionId: 'null' })),
  ],
];

async function withObject(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  await opened.s3.send(new PutObjectCommand({ ...OBJECT, Body: 'body' }));
  return opened;
}

describe('a role', () => {
  for (const [name, action, resource, call] of CALLS) {
    test(`needs ${action} on ${resource} for ${name}, and nothing else`, async () => {
      await using opened = await withObject();
      await call(opened.asRole('enough', [allow(action, resource)]));
      const error = await expectSdkError(call(opened.asRole('nothing', [allow('sqs:*')])), 403, 'AccessDenied');
      assert.match(error.message, new RegExp(`${action} on resource`));
    });
  }

  test('that may not list is not told that a key is missing', async () => {
    await using opened = await withObject();
    const missing = new GetObjectCommand({ ...NAMED, Key: 'missing' });
    await expectSdkError(opened.asRole('blind', [allow('s3:GetObject')]).send(missing), 403, 'AccessDenied');
    await expectSdkError(
      opened.asRole('seeing', [allow(['s3:GetObject', 's3:ListBucket'])]).send(missing),
      404,
      'NoSuchKey',
    );
  });

  test('that HeadBucket refuses learns the Region', async () => {
    await using opened = await withObject();
    const error: unknown = await opened
      .asRole('nothing', [allow('sqs:*')])
      .send(new HeadBucketCommand(NAMED))
      .catch((cause: unknown) => cause);
    const response = Object(Reflect.get(Object(error), '$response'));
    assert.deepEqual([response.statusCode, response.headers['x-amz-bucket-region']], [403, REGION]);
  });

  test('needs the tag permissions to copy an object with tags, and not without', async () => {
    await using opened = await withObject();
    await opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'tagged', Body: 'x', Tagging: 'k=v' }));
    const copier = opened.asRole('copier', [allow(['s3:GetObject', 's3:PutObject'])]);
    await copier.send(new CopyObjectCommand({ ...NAMED, Key: 'copy', CopySource: 'data/a' }));
    const tagged = new CopyObjectCommand({ ...NAMED, Key: 'copy', CopySource: 'data/tagged' });
    await expectSdkError(copier.send(tagged), 403, 'AccessDenied');
    const tagging = ['s3:GetObjectTagging', 's3:PutObjectTagging'];
    await opened.asRole('tagger', [allow(['s3:GetObject', 's3:PutObject', ...tagging])]).send(tagged);
  });

  test('has one refusal per key in DeleteObjects', async () => {
    await using opened = await withObject();
    const cleaner = opened.asRole('cleaner', [allow('s3:DeleteObject', 'arn:aws:s3:::data/a')]);
    const Objects = [{ Key: 'a' }, { Key: 'b' }];
    const { Deleted, Errors } = await cleaner.send(new DeleteObjectsCommand({ ...NAMED, Delete: { Objects } }));
    assert.deepEqual([Deleted, Errors?.map(({ Key, Code }) => [Key, Code])], [[{ Key: 'a' }], [['b', 'AccessDenied']]]);
  });
});

describe('a key under a role', () => {
  test('needs kms:GenerateDataKey to write and kms:Decrypt to read, through S3 only', async () => {
    await using opened = await withObject();
    const key = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
    const under = { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: key.arn };
    const via = (service: string) => ({ StringEquals: { 'kms:ViaService': service } });
    const s3Only = allow(['s3:GetObject', 's3:PutObject']);
    const put = new PutObjectCommand({ ...OBJECT, Body: 'x', ...under });
    const get = new GetObjectCommand(OBJECT);
    const writer = { ...allow('kms:GenerateDataKey', key.arn), Condition: via(`s3.${REGION}.amazonaws.com`) };
    const elsewhere = { ...allow('kms:*', key.arn), Condition: via('sqs.eu-west-1.amazonaws.com') };
    await expectSdkError(opened.asRole('no-key', [s3Only]).send(put), 403, 'AccessDenied');
    await expectSdkError(opened.asRole('elsewhere', [s3Only, elsewhere]).send(put), 403, 'AccessDenied');
    await opened.asRole('writer', [s3Only, writer]).send(put);
    await expectSdkError(opened.asRole('writer', [s3Only, writer]).send(get), 403, 'AccessDenied');
    await opened.asRole('reader', [s3Only, allow('kms:Decrypt', key.arn)]).send(get);
  });

  test('needs nothing for aws/s3 in its own account', async () => {
    await using opened = await withObject();
    const role = opened.asRole('plain', [allow(['s3:GetObject', 's3:PutObject'])]);
    await role.send(new PutObjectCommand({ ...OBJECT, Body: 'x', ServerSideEncryption: 'aws:kms' }));
    const { Body } = await role.send(new GetObjectCommand(OBJECT));
    assert.equal(await Body?.transformToString(), 'x');
  });

  test('is closed to a role that is denied kms:Decrypt, aws/s3 included, and the headers are not', async () => {
    await using opened = await withObject();
    await opened.s3.send(new PutObjectCommand({ ...OBJECT, Body: 'x', ServerSideEncryption: 'aws:kms' }));
    const never = { ...allow('kms:Decrypt'), Effect: 'Deny' };
    const role = opened.asRole('proves', [allow('s3:GetObject'), never]);
    await expectSdkError(role.send(new GetObjectCommand(OBJECT)), 403, 'AccessDenied');
    assert.equal((await role.send(new HeadObjectCommand(OBJECT))).ServerSideEncryption, 'aws:kms');
  });

  test('can be tied to one object by its encryption context, or to the bucket with a bucket key', async () => {
    await using opened = await withObject();
    await opened.s3.send(new PutBucketVersioningCommand({ ...NAMED, VersioningConfiguration: { Status: 'Enabled' } }));
    const key = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
    const context = (arn: string) => ({ StringEquals: { 'kms:EncryptionContext:aws:s3:arn': arn } });
    const role = opened.asRole('tied', [
      allow('s3:PutObject'),
      { ...allow('kms:GenerateDataKey', key.arn), Condition: context('arn:aws:s3:::data/a') },
    ]);
    const put = (BucketKeyEnabled: boolean) =>
      role.send(
        new PutObjectCommand({
          ...OBJECT,
          Body: 'x',
          ServerSideEncryption: 'aws:kms',
          SSEKMSKeyId: key.arn,
          BucketKeyEnabled,
        }),
      );
    await put(false);
    await expectSdkError(put(true), 403, 'AccessDenied');
  });
});
