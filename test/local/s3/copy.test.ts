import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, makeBucket, openS3, OTHER_ACCOUNT, REGION, type OpenedS3 } from './open-s3.ts';

async function withSource(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  await opened.s3.send(
    new PutObjectCommand({
      Bucket: 'data',
      Key: 'a b',
      Body: 'body',
      ContentType: 'text/plain',
      Metadata: { team: 'blue' },
      Tagging: 'k=v',
      WebsiteRedirectLocation: '/elsewhere',
      StorageClass: 'STANDARD_IA',
    }),
  );
  return opened;
}

function copy(opened: OpenedS3, input: Partial<CopyObjectCommandInput> = {}) {
  return opened.s3.send(new CopyObjectCommand({ Bucket: 'data', Key: 'copy', CopySource: 'data/a%20b', ...input }));
}

async function look(opened: OpenedS3, Key = 'copy') {
  const named = { Bucket: 'data', Key };
  const { Body, ...answer } = await opened.s3.send(new GetObjectCommand(named));
  const { TagSet } = await opened.s3.send(new GetObjectTaggingCommand(named));
  return {
    body: await Body?.transformToString(),
    type: answer.ContentType,
    metadata: answer.Metadata,
    tags: TagSet?.map((tag) => `${tag.Key}=${tag.Value}`),
    redirect: answer.WebsiteRedirectLocation,
    storageClass: answer.StorageClass,
    date: answer.LastModified,
  };
}

describe('CopyObject', () => {
  test('keeps metadata and tags, but not class, redirect and date', async () => {
    await using opened = await withSource();
    opened.clock.now = new Date('2026-11-23T00:00:00Z');
    const { CopyObjectResult } = await copy(opened);
    assert.deepEqual(CopyObjectResult?.LastModified, opened.clock.now);
    assert.deepEqual(await look(opened), {
      body: 'body',
      type: 'text/plain',
      metadata: { team: 'blue' },
      tags: ['k=v'],
      redirect: undefined,
      storageClass: undefined,
      date: opened.clock.now,
    });
  });

  test('replaces metadata and tags where told to', async () => {
    await using opened = await withSource();
    await copy(opened, {
      MetadataDirective: 'REPLACE',
      Metadata: { team: 'red' },
      ContentType: 'text/csv',
      TaggingDirective: 'REPLACE',
      Tagging: 'n=w',
      StorageClass: 'GLACIER_IR',
    });
    const { type, metadata, tags, storageClass } = await look(opened);
    assert.deepEqual(
      { type, metadata, tags, storageClass },
      { type: 'text/csv', metadata: { team: 'red' }, tags: ['n=w'], storageClass: 'GLACIER_IR' },
    );
  });

  test('onto itself is refused unless something changes', async () => {
    await using opened = await withSource();
    await expectSdkError(copy(opened, { Key: 'a b' }), 400, 'InvalidRequest');
    await copy(opened, { Key: 'a b', ServerSideEncryption: 'AES256' });
    await copy(opened, { Key: 'a b', StorageClass: 'STANDARD' });
    await copy(opened, { Key: 'a b', MetadataDirective: 'REPLACE' });
  });

  test('onto itself passes where the default of the bucket is no longer the plain one', async () => {
    await using opened = await withSource();
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } } as const;
    const configuration = { Rules: [rule] };
    await opened.s3.send(
      new PutBucketEncryptionCommand({ Bucket: 'data', ServerSideEncryptionConfiguration: configuration }),
    );
    const { ServerSideEncryption } = await copy(opened, { Key: 'a b' });
    assert.equal(ServerSideEncryption, 'aws:kms');
  });

  test('onto itself passes for an object that is not under SSE-S3', async () => {
    await using opened = await withSource();
    const protection = { algorithm: 'none' } as const;
    opened.aws.buckets.seedObject({ bucket: 'data', key: 'old', body: 'old', protection });
    const { ServerSideEncryption } = await copy(opened, { Key: 'old', CopySource: 'data/old' });
    assert.equal(ServerSideEncryption, 'AES256');
    await expectSdkError(copy(opened, { Key: 'old', CopySource: 'data/old' }), 400, 'InvalidRequest');
  });

  test('brings an old version back as the current one', async () => {
    await using opened = await withSource();
    const status = { Status: 'Enabled' } as const;
    await opened.s3.send(new PutBucketVersioningCommand({ Bucket: 'data', VersioningConfiguration: status }));
    await opened.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'a b', Body: 'newer' }));
    const { CopySourceVersionId } = await copy(opened, { Key: 'a b', CopySource: 'data/a%20b?versionId=null' });
    assert.equal(CopySourceVersionId, 'null');
    assert.equal((await look(opened, 'a b')).body, 'body');
  });

  test('of an archived object is ObjectNotInActiveTierError', async () => {
    await using opened = await withSource();
    opened.aws.buckets.seedObject({ bucket: 'data', key: 'frozen', body: '', storageClass: 'GLACIER' });
    await expectSdkError(copy(opened, { CopySource: 'data/frozen' }), 403, 'ObjectNotInActiveTierError');
  });

  test('takes a source of another Region, and none of another account', async () => {
    await using opened = await withSource();
    const east = opened.clients({ account: ACCOUNT, region: 'us-east-1' }).s3;
    await makeBucket(east, 'frankfurt', 'eu-central-1');
    const frankfurt = opened.clients({ account: ACCOUNT, region: 'eu-central-1' }).s3;
    await frankfurt.send(new CopyObjectCommand({ Bucket: 'frankfurt', Key: 'copy', CopySource: 'data/a%20b' }));
    const stranger = opened.clients({ account: OTHER_ACCOUNT, region: REGION }).s3;
    await makeBucket(stranger, 'theirs');
    const call = stranger.send(new CopyObjectCommand({ Bucket: 'theirs', Key: 'copy', CopySource: 'data/a%20b' }));
    await expectSdkError(call, 403, 'AccessDenied');
  });

  test('checks the conditions on its source', async () => {
    await using opened = await withSource();
    const { ETag } = await opened.s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'a b' }));
    await copy(opened, { CopySourceIfMatch: ETag });
    await expectSdkError(copy(opened, { CopySourceIfNoneMatch: ETag }), 412, 'PreconditionFailed');
    const later = new Date('2027-01-01T00:00:00Z');
    await expectSdkError(copy(opened, { CopySourceIfModifiedSince: later }), 412, 'PreconditionFailed');
  });

  const sources: readonly [source: string, status: number, code: string][] = [
    ['data', 400, 'InvalidArgument'],
    ['data/', 400, 'InvalidArgument'],
    ['data/50%', 400, 'InvalidArgument'],
    ['nowhere/a', 404, 'NoSuchBucket'],
    ['data/nothing', 404, 'NoSuchKey'],
    ['data/a%20b?versionId=none', 404, 'NoSuchVersion'],
    ['arn:aws:s3:eu-west-1:111111111111:accesspoint/x/object/y', 501, 'NotImplemented'],
  ];
  for (const [CopySource, status, code] of sources) {
    test(`of ${CopySource} is ${code}`, async () => {
      await using opened = await withSource();
      await expectSdkError(copy(opened, { CopySource }), status, code);
    });
  }
});
