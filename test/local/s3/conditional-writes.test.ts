import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, allow, makeBucket, openS3, type OpenedS3, REGION } from './open-s3.ts';
import { openUpload } from './parts.ts';

const DATA = { Bucket: 'data' };

async function openWithObject(): Promise<OpenedS3 & { etag: string }> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  return { ...opened, etag: await put(opened.s3, 'a', 'first') };
}

async function put(s3: S3Client, Key: string, Body: string, more: object = {}): Promise<string> {
  return (await s3.send(new PutObjectCommand({ ...DATA, Key, Body, ...more }))).ETag ?? '';
}

function copyOnto({ s3 }: OpenedS3, more: Partial<CopyObjectCommandInput>) {
  return s3.send(
    new CopyObjectCommand({ ...DATA, Key: 'a', CopySource: 'data/a', MetadataDirective: 'REPLACE', ...more }),
  );
}

function remove({ s3 }: OpenedS3) {
  return s3.send(new DeleteObjectCommand({ ...DATA, Key: 'a' }));
}

describe('a copy', () => {
  test('is made where target and source are as asked', async () => {
    await using opened = await openWithObject();
    const { etag } = opened;
    const copied = await copyOnto(opened, { IfMatch: etag, CopySourceIfMatch: etag });
    assert.equal(copied.CopyObjectResult?.ETag, etag);
    await put(opened.s3, 'a', 'second');
    await expectSdkError(copyOnto(opened, { IfMatch: etag }), 412, 'PreconditionFailed');
    await expectSdkError(copyOnto(opened, { CopySourceIfMatch: etag }), 412, 'PreconditionFailed');
    await expectSdkError(copyOnto(opened, { IfNoneMatch: '*' }), 412, 'PreconditionFailed');
    const other = { Key: 'b', CopySource: 'data/a' };
    await expectSdkError(copyOnto(opened, { ...other, IfMatch: etag }), 404, 'NoSuchKey');
    await copyOnto(opened, { ...other, IfNoneMatch: '*' });
  });

  test('knows no conditions that S3 does not know on writes', async () => {
    await using opened = await openWithObject();
    const { etag } = opened;
    for (const condition of [{ IfMatch: '*' }, { IfNoneMatch: etag }, { IfMatch: etag, IfNoneMatch: '*' }])
      await expectSdkError(copyOnto(opened, condition), 501, 'NotImplemented');
  });
});

describe('an upload in parts', () => {
  async function begun(opened: OpenedS3) {
    const upload = await openUpload(opened.s3, { ...DATA, Key: 'a' });
    return { upload, parts: [await upload.put(1, 'new')] };
  }

  test('replaces what matches', async () => {
    await using opened = await openWithObject();
    const { upload, parts } = await begun(opened);
    await expectSdkError(upload.complete(parts, { IfMatch: '"other"' }), 412, 'PreconditionFailed');
    await expectSdkError(upload.complete(parts, { IfNoneMatch: '*' }), 412, 'PreconditionFailed');
    const done = await upload.complete(parts, { IfMatch: opened.etag });
    const { ETag } = await opened.s3.send(new HeadObjectCommand({ ...DATA, Key: 'a' }));
    assert.equal(ETag, done.ETag);
  });

  test('that a write came between conflicts with it, even where the bytes are the same', async () => {
    await using opened = await openWithObject();
    const { upload, parts } = await begun(opened);
    await put(opened.s3, 'a', 'first');
    await expectSdkError(upload.complete(parts, { IfMatch: opened.etag }), 409, 'ConditionalRequestConflict');
    await put(opened.s3, 'a', 'second');
    await expectSdkError(upload.complete(parts, { IfMatch: opened.etag }), 412, 'PreconditionFailed');
  });

  for (const versioned of [false, true]) {
    test(`that a delete came between finds nothing to match${versioned ? ' behind its marker' : ''}`, async () => {
      await using opened = await openWithObject();
      const VersioningConfiguration = { Status: 'Enabled' as const };
      if (versioned) await opened.s3.send(new PutBucketVersioningCommand({ ...DATA, VersioningConfiguration }));
      const { upload, parts } = await begun(opened);
      await remove(opened);
      await expectSdkError(upload.complete(parts, { IfMatch: opened.etag }), 404, 'NoSuchKey');
      await expectSdkError(upload.complete(parts, { IfNoneMatch: '*' }), 409, 'ConditionalRequestConflict');
      await upload.complete(parts);
    });
  }

  test('does not conflict with an update of the encryption, which writes nothing', async () => {
    await using opened = await openWithObject();
    const KMSKeyArn = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
    const { upload, parts } = await begun(opened);
    const ObjectEncryption = { SSEKMS: { KMSKeyArn } };
    await opened.s3.send(new UpdateObjectEncryptionCommand({ ...DATA, Key: 'a', ObjectEncryption }));
    await upload.complete(parts, { IfMatch: opened.etag });
  });
});

describe('who writes under a condition', () => {
  test('needs the right to read what is compared', async () => {
    await using opened = await openWithObject();
    const { etag } = opened;
    const writer = opened.asRole('writer', [allow('s3:PutObject')]);
    const both = opened.asRole('both', [allow(['s3:PutObject', 's3:GetObject'])]);
    await expectSdkError(put(writer, 'a', 'next', { IfMatch: etag }), 403, 'AccessDenied');
    await put(writer, 'b', 'new', { IfNoneMatch: '*' });
    await put(both, 'a', 'next', { IfMatch: etag });
    const upload = await openUpload(writer, { ...DATA, Key: 'a' });
    const parts = [await upload.put(1, 'new')];
    await expectSdkError(upload.complete(parts, { IfMatch: etag }), 403, 'AccessDenied');
    await upload.complete(parts);
  });

  test('may be made to by a bucket policy, which spares the parts of an upload', async () => {
    await using opened = await openWithObject();
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::data/*',
      Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await opened.s3.send(new PutBucketPolicyCommand({ ...DATA, Policy }));
    const writer = opened.asRole('writer', [allow('s3:*')]);
    await expectSdkError(put(writer, 'b', 'new'), 403, 'AccessDenied');
    await put(writer, 'b', 'new', { IfNoneMatch: '*' });
    const upload = await openUpload(writer, { ...DATA, Key: 'c' });
    const parts = [await upload.put(1, 'new')];
    await expectSdkError(upload.complete(parts), 403, 'AccessDenied');
    await upload.complete(parts, { IfNoneMatch: '*' });
  });
});
