import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketCorsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, makeBucket, openS3, OTHER_ACCOUNT, REGION } from './open-s3.ts';

const BAD_NAMES = [
  'ab',
  'a'.repeat(64),
  'Capital',
  'under_score',
  '-begins-with-hyphen',
  'ends-with-hyphen-',
  'two..dots',
  '192.168.5.4',
  'xn--name',
  'sthree-name',
  'amzn-s3-demo-name',
  'name-s3alias',
  'name--ol-s3',
  'name.mrap',
  'name-222222222222-eu-west-1-an',
];

describe('CreateBucket', () => {
  test("takes in the account's own namespace a name of account and Region only", async () => {
    await using opened = await openS3();
    const create = (Bucket: string) =>
      opened.s3.send(new CreateBucketCommand({ Bucket, BucketNamespace: 'account-regional' }));
    for (const name of ['data', 'data-111111111111-us-west-2-an'])
      await expectSdkError(create(name), 400, 'InvalidBucketName');
    await assert.doesNotReject(create(`data-${ACCOUNT}-${REGION}-an`));
  });

  for (const name of BAD_NAMES) {
    test(`refuses the name ${name}`, async () => {
      await using opened = await openS3();
      await expectSdkError(opened.s3.send(new CreateBucketCommand({ Bucket: name })), 400, 'InvalidBucketName');
    });
  }

  test('accepts an account-regional name as a plain one', async () => {
    await using opened = await openS3();
    const name = 'logs-111111111111-eu-west-1-an';
    await makeBucket(opened.s3, name);
    const { Buckets } = await opened.s3.send(new ListBucketsCommand({}));
    assert.deepEqual(Buckets, [{ Name: name, CreationDate: opened.clock.now }]);
  });

  test('answers 501 for a directory bucket', async () => {
    await using opened = await openS3();
    const config = {
      Location: { Type: 'AvailabilityZone', Name: 'euw1-az1' },
      Bucket: { Type: 'Directory', DataRedundancy: 'SingleAvailabilityZone' },
    } as const;
    const call = opened.s3.send(new CreateBucketCommand({ Bucket: 'plain', CreateBucketConfiguration: config }));
    await expectSdkError(call, 501, 'NotImplemented');
  });

  test('again for an own bucket succeeds in us-east-1 only', async () => {
    await using opened = await openS3();
    const east = opened.clients({ account: ACCOUNT, region: 'us-east-1' }).s3;
    await east.send(new CreateBucketCommand({ Bucket: 'in-the-east' }));
    const { Location } = await east.send(new CreateBucketCommand({ Bucket: 'in-the-east' }));
    assert.equal(Location, '/in-the-east');
    await makeBucket(opened.s3, 'in-ireland');
    await expectSdkError(makeBucket(opened.s3, 'in-ireland'), 409, 'BucketAlreadyOwnedByYou');
  });

  test('for a name of another account is BucketAlreadyExists, in us-east-1 as well', async () => {
    await using opened = await openS3();
    await opened
      .clients({ account: OTHER_ACCOUNT, region: 'us-east-1' })
      .s3.send(new CreateBucketCommand({ Bucket: 'taken' }));
    const east = opened.clients({ account: ACCOUNT, region: 'us-east-1' }).s3;
    await expectSdkError(east.send(new CreateBucketCommand({ Bucket: 'taken' })), 409, 'BucketAlreadyExists');
  });

  test('takes any Region at us-east-1 and only its own elsewhere', async () => {
    await using opened = await openS3();
    const east = opened.clients({ account: ACCOUNT, region: 'us-east-1' }).s3;
    await makeBucket(east, 'made-from-afar', 'eu-central-1');
    const { LocationConstraint } = await east.send(new GetBucketLocationCommand({ Bucket: 'made-from-afar' }));
    assert.equal(LocationConstraint, 'eu-central-1');
    await expectSdkError(makeBucket(opened.s3, 'elsewhere', 'us-west-2'), 400, 'IllegalLocationConstraintException');
  });

  test('reads EU as eu-west-1 and gives it back as EU', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'old-style', 'EU');
    const { BucketRegion } = await opened.s3.send(new HeadBucketCommand({ Bucket: 'old-style' }));
    const { LocationConstraint } = await opened.s3.send(new GetBucketLocationCommand({ Bucket: 'old-style' }));
    assert.deepEqual({ BucketRegion, LocationConstraint }, { BucketRegion: 'eu-west-1', LocationConstraint: 'EU' });
  });

  test('with ObjectLockEnabledForBucket turns versioning and Object Lock on', async () => {
    await using opened = await openS3();
    const config = { LocationConstraint: 'eu-west-1' } as const;
    await opened.s3.send(
      new CreateBucketCommand({
        Bucket: 'locked',
        ObjectLockEnabledForBucket: true,
        CreateBucketConfiguration: config,
      }),
    );
    const { Status } = await opened.s3.send(new GetBucketVersioningCommand({ Bucket: 'locked' }));
    const lock = await opened.s3.send(new GetObjectLockConfigurationCommand({ Bucket: 'locked' }));
    assert.deepEqual(
      { Status, lock: lock.ObjectLockConfiguration },
      { Status: 'Enabled', lock: { ObjectLockEnabled: 'Enabled' } },
    );
  });

  test('refuses an ACL on a bucket whose ACLs are off', async () => {
    await using opened = await openS3();
    const call = opened.s3.send(new CreateBucketCommand({ Bucket: 'open-to-all', ACL: 'public-read' }));
    await expectSdkError(call, 400, 'InvalidBucketAclWithObjectOwnership');
  });
});

describe('a bucket of another Region', () => {
  test('is PermanentRedirect with its Region and endpoint', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'in-ireland');
    const east = opened.clients({ account: ACCOUNT, region: 'us-east-1' }).s3;
    const error = await expectSdkError(
      east.send(new ListObjectsV2Command({ Bucket: 'in-ireland' })),
      301,
      'PermanentRedirect',
    );
    assert.equal(error.$response?.headers['x-amz-bucket-region'], 'eu-west-1');
    assert.deepEqual(
      { Endpoint: Reflect.get(error, 'Endpoint'), Bucket: Reflect.get(error, 'Bucket') },
      { Endpoint: 'in-ireland.s3.eu-west-1.amazonaws.com', Bucket: 'in-ireland' },
    );
  });

  test('tells its Region to HeadBucket without a body', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'in-ireland');
    const east = opened.clients({ account: ACCOUNT, region: 'us-east-1' }).s3;
    const failed = await east.send(new HeadBucketCommand({ Bucket: 'in-ireland' })).catch((error: unknown) => error);
    assert.ok(failed instanceof Error && '$response' in failed);
    assert.equal(Reflect.get(Object(failed.$response), 'headers')['x-amz-bucket-region'], 'eu-west-1');
  });
});

describe('a bucket of another account', () => {
  test('is refused, and HeadBucket still tells the Region', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'not-yours');
    const stranger = opened.clients({ account: OTHER_ACCOUNT }).s3;
    await expectSdkError(stranger.send(new ListObjectsV2Command({ Bucket: 'not-yours' })), 403, 'AccessDenied');
    const failed = await stranger.send(new HeadBucketCommand({ Bucket: 'not-yours' })).catch((error: unknown) => error);
    const response = Object(Reflect.get(Object(failed), '$response'));
    assert.deepEqual(
      { status: response.statusCode, region: response.headers['x-amz-bucket-region'] },
      { status: 403, region: 'eu-west-1' },
    );
  });

  test('is AccessDenied on every operation whose ExpectedBucketOwner is another', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'mine');
    const asked = { Bucket: 'mine', ExpectedBucketOwner: OTHER_ACCOUNT };
    await expectSdkError(opened.s3.send(new ListObjectsV2Command(asked)), 403, 'AccessDenied');
    await expectSdkError(opened.s3.send(new PutObjectCommand({ ...asked, Key: 'a', Body: 'a' })), 403, 'AccessDenied');
    await expectSdkError(opened.s3.send(new DeleteBucketCommand(asked)), 403, 'AccessDenied');
  });
});

describe('DeleteBucket', () => {
  test('refuses a bucket with objects, takes an empty one, and frees its name for another account', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'full');
    await opened.s3.send(new PutObjectCommand({ Bucket: 'full', Key: 'a', Body: 'a' }));
    await expectSdkError(opened.s3.send(new DeleteBucketCommand({ Bucket: 'full' })), 409, 'BucketNotEmpty');
    await makeBucket(opened.s3, 'empty');
    await opened.s3.send(new DeleteBucketCommand({ Bucket: 'empty' }));
    await expectSdkError(opened.s3.send(new ListObjectsV2Command({ Bucket: 'empty' })), 404, 'NoSuchBucket');
    await makeBucket(opened.clients({ account: OTHER_ACCOUNT }).s3, 'empty');
  });
});

describe('what is not emulated', () => {
  test('answers 501 by name', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'plain');
    const error = await expectSdkError(
      opened.s3.send(new GetBucketCorsCommand({ Bucket: 'plain' })),
      501,
      'NotImplemented',
    );
    assert.match(error.message, /GetBucketCors/);
  });
});
