import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ListBucketsCommand, ListDirectoryBucketsCommand } from '@aws-sdk/client-s3';
import { createS3 } from '../../../local/s3/create-s3.ts';
import { createClients } from '../clients.ts';
import { serve } from '../protocol/endpoint.ts';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, makeBucket, openS3, OTHER_ACCOUNT, type OpenedS3 } from './open-s3.ts';

async function threeBuckets(opened: OpenedS3): Promise<void> {
  const east = opened.clients({ account: ACCOUNT, region: 'us-east-1' }).s3;
  await makeBucket(opened.s3, 'b-ireland');
  await makeBucket(opened.s3, 'a-ireland');
  await makeBucket(east, 'c-frankfurt', 'eu-central-1');
  await makeBucket(opened.clients({ account: OTHER_ACCOUNT }).s3, 'a-stranger');
}

describe('ListBuckets', () => {
  test('lists the own buckets of every Region by name, without their Regions where nothing is asked', async () => {
    await using opened = await openS3();
    await threeBuckets(opened);
    const { Buckets } = await opened.s3.send(new ListBucketsCommand({}));
    assert.deepEqual(
      Buckets,
      ['a-ireland', 'b-ireland', 'c-frankfurt'].map((Name) => ({ Name, CreationDate: opened.clock.now })),
    );
  });

  test('names the Regions where the request has a parameter, and pages', async () => {
    await using opened = await openS3();
    await threeBuckets(opened);
    const first = await opened.s3.send(new ListBucketsCommand({ MaxBuckets: 2 }));
    const second = await opened.s3.send(
      new ListBucketsCommand({ MaxBuckets: 2, ContinuationToken: first.ContinuationToken }),
    );
    const pages = [first, second].map(({ Buckets }) => Buckets?.map(({ Name, BucketRegion }) => [Name, BucketRegion]));
    assert.deepEqual(pages, [
      [
        ['a-ireland', 'eu-west-1'],
        ['b-ireland', 'eu-west-1'],
      ],
      [['c-frankfurt', 'eu-central-1']],
    ]);
    assert.equal(second.ContinuationToken, undefined);
  });

  test('filters by prefix and by the Region of the endpoint', async () => {
    await using opened = await openS3();
    await threeBuckets(opened);
    const byPrefix = await opened.s3.send(new ListBucketsCommand({ Prefix: 'b-' }));
    const byRegion = await opened.s3.send(new ListBucketsCommand({ BucketRegion: 'eu-west-1' }));
    assert.deepEqual(
      [byPrefix, byRegion].map(({ Buckets }) => Buckets?.map(({ Name }) => Name)),
      [['b-ireland'], ['a-ireland', 'b-ireland']],
    );
    await expectSdkError(opened.s3.send(new ListBucketsCommand({ BucketRegion: 'us-west-2' })), 400, 'InvalidArgument');
  });

  test('refuses a page size and a token that cannot be', async () => {
    await using opened = await openS3();
    await expectSdkError(opened.s3.send(new ListBucketsCommand({ MaxBuckets: 0 })), 400, 'InvalidArgument');
    await expectSdkError(opened.s3.send(new ListBucketsCommand({ ContinuationToken: 'x' })), 400, 'InvalidArgument');
  });
});

describe('ListDirectoryBuckets', () => {
  test('has a service of its own, which signs as s3express and knows none', async () => {
    await using opened = await openS3();
    await using endpoint = await serve([createS3(opened.aws.world).directoryBuckets]);
    await using clients = createClients(endpoint);
    const { Buckets, ContinuationToken } = await clients.s3.send(new ListDirectoryBucketsCommand({}));
    assert.deepEqual([Buckets ?? [], ContinuationToken], [[], undefined]);
  });
});
