import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type BucketInfo,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListDirectoryBucketsCommand,
  ListObjectsV2Command,
  type LocationInfo,
  PutObjectCommand,
  S3Client,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3';
import { textOf } from './deliveries.ts';
import { NAME, openDirectory, ZONE } from './open-directory.ts';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, allow, makeBucket, openS3, OTHER_ACCOUNT, REGION } from './open-s3.ts';

const IN_ZONE: LocationInfo = { Type: 'AvailabilityZone', Name: ZONE };
const KIND: BucketInfo = { Type: 'Directory', DataRedundancy: 'SingleAvailabilityZone' };

describe('a directory bucket', () => {
  test('is listed by ListDirectoryBuckets of its Region and account, and by ListBuckets never', async () => {
    await using opened = await openDirectory();
    await makeBucket(opened.s3, 'general');
    const { Buckets: general } = await opened.s3.send(new ListBucketsCommand({}));
    assert.deepEqual(
      general?.map(({ Name }) => Name),
      ['general'],
    );
    const { Buckets } = await opened.s3.send(new ListDirectoryBucketsCommand({}));
    assert.deepEqual(Buckets, [
      {
        Name: NAME,
        CreationDate: opened.clock.now,
        BucketArn: `arn:aws:s3express:${REGION}:${ACCOUNT}:bucket/${NAME}`,
      },
    ]);
    for (const place of [{ account: OTHER_ACCOUNT }, { account: ACCOUNT, region: 'us-east-1' }]) {
      const other = await opened.clients(place).s3.send(new ListDirectoryBucketsCommand({}));
      assert.deepEqual(other.Buckets ?? [], []);
    }
  });

  test('is listed in pages', async () => {
    await using opened = await openDirectory();
    const second = `second--${ZONE}--x-s3`;
    const CreateBucketConfiguration = { Location: IN_ZONE, Bucket: KIND };
    await opened.s3.send(new CreateBucketCommand({ Bucket: second, CreateBucketConfiguration }));
    const first = await opened.s3.send(new ListDirectoryBucketsCommand({ MaxDirectoryBuckets: 1 }));
    const { ContinuationToken } = first;
    const rest = await opened.s3.send(new ListDirectoryBucketsCommand({ MaxDirectoryBuckets: 1, ContinuationToken }));
    const names = [first, rest].map(({ Buckets }) => Buckets?.map(({ Name }) => Name));
    assert.deepEqual([...names, rest.ContinuationToken], [[NAME], [second], undefined]);
  });

  test('is made of a name with its zone, a location and a type that agree', async () => {
    await using opened = await openS3();
    const create = (Bucket: string, Location?: LocationInfo, kind: BucketInfo = KIND) =>
      opened.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { Location, Bucket: kind } }));
    await expectSdkError(create('data--x-s3', IN_ZONE), 400, 'InvalidBucketName');
    await expectSdkError(create(NAME), 400, 'InvalidRequest');
    await expectSdkError(create(NAME, { ...IN_ZONE, Name: 'euw1-az2' }), 400, 'InvalidRequest');
    await expectSdkError(create(NAME, { ...IN_ZONE, Type: 'LocalZone' }), 501, 'NotImplemented');
    await expectSdkError(create(NAME, IN_ZONE, {}), 400, 'InvalidRequest');
    await create(NAME, IN_ZONE);
    await expectSdkError(create(NAME, IN_ZONE), 409, 'BucketAlreadyOwnedByYou');
  });

  test('tells where it is and is deleted once it is empty', async () => {
    await using opened = await openDirectory();
    const head = await opened.s3.send(new HeadBucketCommand({ Bucket: NAME }));
    assert.deepEqual(
      [head.BucketLocationType, head.BucketLocationName, head.BucketRegion],
      ['AvailabilityZone', ZONE, REGION],
    );
    await opened.s3.send(new PutObjectCommand({ Bucket: NAME, Key: 'a', Body: 'x' }));
    const remove = () => opened.s3.send(new DeleteBucketCommand({ Bucket: NAME }));
    await expectSdkError(remove(), 409, 'BucketNotEmpty');
    await opened.s3.send(new DeleteObjectCommand({ Bucket: NAME, Key: 'a' }));
    await remove();
    await expectSdkError(opened.s3.send(new GetObjectCommand({ Bucket: NAME, Key: 'a' })), 404, 'NoSuchBucket');
  });

  test('keeps objects of its own class, listed below whole folders only', async () => {
    await using opened = await openDirectory();
    const { ETag } = await opened.s3.send(new PutObjectCommand({ Bucket: NAME, Key: 'dir/a', Body: 'body' }));
    assert.notEqual(ETag, '"841a2d689ad86bd1611447453c22c6fc"');
    assert.equal(await textOf(opened.s3, NAME, 'dir/a'), 'body');
    const head = await opened.s3.send(new HeadObjectCommand({ Bucket: NAME, Key: 'dir/a' }));
    assert.deepEqual([head.StorageClass, head.ServerSideEncryption], ['EXPRESS_ONEZONE', 'AES256']);
    const list = (Prefix: string) => opened.s3.send(new ListObjectsV2Command({ Bucket: NAME, Prefix }));
    assert.deepEqual(
      (await list('dir/')).Contents?.map(({ Key }) => Key),
      ['dir/a'],
    );
    await expectSdkError(list('di'), 400, 'InvalidArgument');
    await expectSdkError(
      opened.s3.send(new PutObjectCommand({ Bucket: NAME, Key: 'a', Body: '', StorageClass: 'STANDARD' })),
      400,
      'InvalidStorageClass',
    );
  });

  test('knows no UpdateObjectEncryption, and what is not emulated is refused by name', async () => {
    await using opened = await openDirectory();
    await opened.s3.send(new PutObjectCommand({ Bucket: NAME, Key: 'a', Body: 'x' }));
    const ObjectEncryption = { SSEKMS: { KMSKeyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/k` } };
    const update = new UpdateObjectEncryptionCommand({ Bucket: NAME, Key: 'a', ObjectEncryption });
    await expectSdkError(opened.s3.send(update), 400, 'InvalidRequest');
    const tagged = new PutObjectCommand({ Bucket: NAME, Key: 'a', Body: '', Tagging: 'a=1' });
    await expectSdkError(opened.s3.send(tagged), 501, 'NotImplemented');
    await expectSdkError(opened.s3.send(new GetBucketTaggingCommand({ Bucket: NAME })), 501, 'NotImplemented');
  });

  test('refuses sessions with the way to do without', async () => {
    await using opened = await openDirectory();
    const { config } = opened.s3;
    const withSessions = new S3Client({
      ...opened.aws.clientConfig({ account: ACCOUNT, region: REGION }),
      disableS3ExpressSessionAuth: false,
      requestHandler: config.requestHandler,
      maxAttempts: 1,
    });
    const error = await expectSdkError(
      withSessions.send(new HeadBucketCommand({ Bucket: NAME })),
      501,
      'NotImplemented',
    );
    assert.match(error.message, /disableS3ExpressSessionAuth/);
  });

  test('is reached with permissions of s3express, in its own account only', async () => {
    await using opened = await openDirectory();
    const arn = `arn:aws:s3express:${REGION}:${ACCOUNT}:bucket/${NAME}`;
    const session = opened.asRole('reader', [allow('s3express:CreateSession', arn)]);
    await session.send(new HeadBucketCommand({ Bucket: NAME }));
    await expectSdkError(session.send(new ListDirectoryBucketsCommand({})), 403, 'AccessDenied');
    const lister = opened.asRole('lister', [allow('s3express:ListAllMyDirectoryBuckets'), allow('s3:*')]);
    await lister.send(new ListDirectoryBucketsCommand({}));
    await expectSdkError(lister.send(new PutObjectCommand({ Bucket: NAME, Key: 'a', Body: '' })), 403, 'AccessDenied');
    const stranger = opened.clients({ account: OTHER_ACCOUNT }).s3;
    await expectSdkError(
      stranger.send(new PutObjectCommand({ Bucket: NAME, Key: 'a', Body: '' })),
      403,
      'AccessDenied',
    );
  });
});
