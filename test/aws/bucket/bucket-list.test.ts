import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createBucketList } from '../../../src/aws/bucket/bucket-list.ts';
import { createDirectoryBuckets } from '../../../src/aws/bucket/directory-buckets.ts';
import { type Answer, answering, PROXY_PAGE, s3Error, timeout } from '../canned-answers.ts';
import { collect } from '../collect.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';
import { createClients } from '../../local/clients.ts';

const findIn = (...answers: Answer[]) => createBucketList(new S3Client(answering(...answers))).findOwn('logs');

test('a list asks for the Region in pages of 1,000 until there is no token', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3);
  mock
    .on(ListBucketsCommand)
    .resolvesOnce({ Buckets: [{ Name: 'team-a' }, {}], ContinuationToken: 'more' })
    .resolvesOnce({ Buckets: [], ContinuationToken: 'still more' })
    .resolvesOnce({ Buckets: [{ Name: 'team-b' }] });
  assert.deepEqual(await collect(createBucketList(s3).list(REGION, 'team-')), ['team-a', 'team-b']);
  assert.deepEqual(
    mock.commandCalls(ListBucketsCommand).map((call) => call.args[0].input),
    [
      { MaxBuckets: 1000, BucketRegion: REGION, Prefix: 'team-' },
      { MaxBuckets: 1000, BucketRegion: REGION, Prefix: 'team-', ContinuationToken: 'more' },
      { MaxBuckets: 1000, BucketRegion: REGION, Prefix: 'team-', ContinuationToken: 'still more' },
    ],
  );
});

test('an answer without a list does not pass for an account without buckets', async () => {
  const list = createBucketList(new S3Client(answering(PROXY_PAGE))).list(REGION);
  await assert.rejects(collect(list), {
    code: 'unreadable',
    retryable: true,
    message:
      'ListBuckets: expected an answer with Buckets, found none; is there a proxy between this function and AWS?',
  });
});

test('an own bucket is found on whichever page and place it comes', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3);
  mock
    .on(ListBucketsCommand)
    .resolvesOnce({ Buckets: [{ Name: 'logs-archive', BucketRegion: REGION }], ContinuationToken: 'more' })
    .resolvesOnce({
      Buckets: [{ Name: 'logs-b' }, { Name: 'logs', BucketRegion: 'us-west-2' }],
      ContinuationToken: 'x',
    });
  assert.deepEqual(await createBucketList(s3).findOwn('logs'), { owned: true, region: 'us-west-2' });
  assert.deepEqual(
    mock.commandCalls(ListBucketsCommand).map((call) => call.args[0].input),
    [
      { MaxBuckets: 1000, Prefix: 'logs' },
      { MaxBuckets: 1000, Prefix: 'logs', ContinuationToken: 'more' },
    ],
  );
});

test('an own bucket whose Region is not told is still owned', async () => {
  const s3 = new S3Client({ region: REGION });
  mockClient(s3)
    .on(ListBucketsCommand)
    .resolves({ Buckets: [{ Name: 'logs' }] });
  assert.deepEqual(await createBucketList(s3).findOwn('logs'), { owned: true });
});

test('who owns a bucket is not known where ListBuckets is denied, slow, busy or no list', async () => {
  const answers = [s3Error(403, 'AccessDenied'), timeout(), s3Error(503, 'SlowDown'), PROXY_PAGE];
  const found = await Promise.all(answers.map((answer) => findIn(answer)));
  assert.deepEqual(found, [undefined, undefined, undefined, undefined]);
});

test('a ListBuckets that S3 refuses is our own fault and is thrown', async () => {
  await assert.rejects(findIn(s3Error(400, 'InvalidArgument')), { name: 'InvalidArgument', message: 'said S3' });
});

test('the embedded S3 lists by Region and prefix, and tells own buckets from strangers', async () => {
  await using local = await openAws();
  await using american = createClients(local.aws, { account: ACCOUNT, region: 'us-west-2' });
  await using stranger = createClients(local.aws, { account: '222222222222', region: REGION });
  for (const name of ['team-b', 'team-a', 'other', 'team']) await local.bucket(name);
  const list = createBucketList(local.clients.s3);
  const listed = {
    all: await collect(list.list(REGION)),
    prefixed: await collect(list.list(REGION, 'team-')),
    american: await collect(createBucketList(american.s3).list('us-west-2')),
    own: await list.findOwn('team'),
    ownFromElsewhere: await createBucketList(american.s3).findOwn('team'),
    foreign: await createBucketList(stranger.s3).findOwn('team'),
  };
  assert.deepEqual(listed, {
    all: ['other', 'team', 'team-a', 'team-b'],
    prefixed: ['team-a', 'team-b'],
    american: [],
    own: { owned: true, region: REGION },
    ownFromElsewhere: { owned: true, region: REGION },
    foreign: { owned: false },
  });
});

test('directory buckets are listed page by page', async () => {
  const page = (name: string, token: string): Answer => ({
    status: 200,
    body: `<?xml version="1.0"?><ListAllMyDirectoryBucketsResult><Buckets><Bucket><Name>${name}</Name></Bucket></Buckets>${token}</ListAllMyDirectoryBucketsResult>`,
  });
  const s3 = new S3Client(
    answering(page('a--euw1-az1--x-s3', '<ContinuationToken>more</ContinuationToken>'), page('b--euw1-az1--x-s3', '')),
  );
  assert.deepEqual(await collect(createDirectoryBuckets(s3).list()), ['a--euw1-az1--x-s3', 'b--euw1-az1--x-s3']);
});
