import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListBucketsCommand, S3Client, ListDirectoryBucketsCommand } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createBucketCreated, createOwnBuckets } from '../../../src/aws/bucket/own-buckets.ts';
import { createReportsBucket } from '../../../src/aws/bucket/reports-bucket.ts';
import { type ApiAnswer, answering, PROXY_PAGE, s3Error, timeout } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';
import { createClients } from '../../local/clients.ts';

const findIn = (...answers: ApiAnswer[]) => createOwnBuckets(new S3Client(answering(...answers))).findOwn('logs');

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
  assert.deepEqual(await createOwnBuckets(s3).findOwn('logs'), { owned: true, region: 'us-west-2' });
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
  assert.deepEqual(await createOwnBuckets(s3).findOwn('logs'), { owned: true });
});

test('who owns a bucket is not known where ListBuckets is denied, slow, busy or no list', async () => {
  const answers = [s3Error(403, 'AccessDenied'), timeout(), s3Error(503, 'SlowDown'), PROXY_PAGE];
  const found = await Promise.all(answers.map((answer) => findIn(answer)));
  assert.deepEqual(found, [undefined, undefined, undefined, undefined]);
});

test('a ListBuckets that S3 refuses is our own fault and is thrown', async () => {
  await assert.rejects(findIn(s3Error(400, 'InvalidArgument')), { name: 'InvalidArgument', message: 'said S3' });
});

test('the embedded S3 tells own buckets from strangers', async () => {
  await using local = await openAws();
  await using american = createClients(local.aws, { account: ACCOUNT, region: 'us-west-2' });
  await using stranger = createClients(local.aws, { account: '222222222222', region: REGION });
  await local.bucket('team');
  const list = createOwnBuckets(local.clients.s3);
  const found = {
    own: await list.findOwn('team'),
    ownFromElsewhere: await createOwnBuckets(american.s3).findOwn('team'),
    foreign: await createOwnBuckets(stranger.s3).findOwn('team'),
  };
  assert.deepEqual(found, {
    own: { owned: true, region: REGION },
    ownFromElsewhere: { owned: true, region: REGION },
    foreign: { owned: false },
  });
});

const AT = new Date('2026-10-01T12:00:00Z');

function mocked() {
  const s3 = new S3Client({ region: REGION });
  return { mock: mockClient(s3), read: createBucketCreated(s3) };
}

test('the date is that of the very name, on whichever page it comes', async () => {
  const { mock, read } = mocked();
  mock
    .on(ListBucketsCommand)
    .resolvesOnce({ Buckets: [{ Name: 'logs-2', CreationDate: new Date(0) }], ContinuationToken: 'more' })
    .resolvesOnce({ Buckets: [{ Name: 'logs', CreationDate: AT }] });
  assert.deepEqual(await read('logs'), { kind: 'read', value: '2026-10-01T12:00:00.000Z' });
  assert.deepEqual(
    mock.calls().map((call) => call.args[0].input),
    [
      { MaxBuckets: 1000, Prefix: 'logs' },
      { MaxBuckets: 1000, Prefix: 'logs', ContinuationToken: 'more' },
    ],
  );
});

test('a directory bucket is looked up in its own list', async () => {
  const { mock, read } = mocked();
  mock.on(ListDirectoryBucketsCommand).resolves({ Buckets: [{ Name: 'fast--euw1-az1--x-s3', CreationDate: AT }] });
  assert.deepEqual(await read('fast--euw1-az1--x-s3'), { kind: 'read', value: '2026-10-01T12:00:00.000Z' });
});

test('a bucket that is not listed, or without a date, is unread', async () => {
  const { mock, read } = mocked();
  mock
    .on(ListBucketsCommand)
    .resolvesOnce({ Buckets: [] })
    .resolvesOnce({ Buckets: [{ Name: 'logs' }] });
  const facts = [await read('logs'), await read('logs')];
  const start = 'The creation date of bucket logs cannot be read from the answer to s3:ListAllMyBuckets';
  assert.deepEqual(facts, [
    { kind: 'unread', why: `${start}: the account lists no such bucket.`, denied: false },
    { kind: 'unread', why: `${start}: it has none.`, denied: false },
  ]);
  mock.on(ListDirectoryBucketsCommand).resolves({});
  assert.deepEqual(await read('fast--euw1-az1--x-s3'), {
    kind: 'unread',
    why: 'The creation date of bucket fast--euw1-az1--x-s3 cannot be read from the answer to s3express:ListAllMyDirectoryBuckets: the account lists no such bucket.',
    denied: false,
  });
});

test('a denied list says what to allow', async () => {
  const read = createBucketCreated(new S3Client(answering(s3Error(403, 'AccessDenied'))));
  assert.deepEqual(await read('logs'), {
    kind: 'unread',
    why: "The creation date of bucket logs could not be read with s3:ListAllMyBuckets (AccessDenied): allow s3:ListAllMyBuckets to Reseal's role, and see that no other policy denies it.",
    denied: true,
  });
});

test('the embedded S3 tells when a bucket was created', async () => {
  await using local = await openAws({ now: () => AT });
  const bucket = await local.bucket('dated');
  assert.deepEqual(await createBucketCreated(local.clients.s3)(bucket), {
    kind: 'read',
    value: '2026-10-01T12:00:00.000Z',
  });
});

test('of several buckets for reports of a Region the newest counts; it is remembered for five minutes, and none is not', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3);
  const bucket = (stack: string, day: number, region = REGION) => ({
    Name: `reports-${stack}-${ACCOUNT}-${region}-an`,
    CreationDate: new Date(Date.UTC(2026, 10, day)),
  });
  mock.on(ListBucketsCommand).resolvesOnce({ Buckets: [{ Name: 'reports-of-sales' }] });
  let nowMs = 0;
  const reportsBucketIn = createReportsBucket(s3, 'reports', { account: ACCOUNT, now: () => new Date(nowMs) });
  assert.equal(await reportsBucketIn(REGION), undefined);
  const [old, present, far] = [bucket('00000000', 1), bucket('11111111', 9), bucket('22222222', 20, 'us-west-2')];
  mock.on(ListBucketsCommand).resolves({ Buckets: [old, present, far, { Name: 'reports-of-sales' }] });
  assert.equal(await reportsBucketIn(REGION), present.Name);
  assert.equal(await reportsBucketIn('us-west-2'), far.Name);
  mock.on(ListBucketsCommand).resolves({ Buckets: [old] });
  nowMs = 299_999;
  assert.equal(await reportsBucketIn(REGION), present.Name);
  nowMs = 300_000;
  assert.equal(await reportsBucketIn(REGION), old.Name);
  assert.deepEqual(mock.commandCalls(ListBucketsCommand)[0]?.args[0].input, { MaxBuckets: 1000, Prefix: 'reports-' });
});
