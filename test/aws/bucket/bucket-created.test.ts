import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListBucketsCommand, ListDirectoryBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createBucketCreated } from '../../../src/aws/bucket/bucket-created.ts';
import { answering, s3Error } from '../canned-answers.ts';
import { openAws, REGION } from '../fixture.ts';

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
  const start = 'The creation date of bucket logs cannot be told from the answer to s3:ListAllMyBuckets';
  assert.deepEqual(facts, [
    { kind: 'unread', why: `${start}: the account lists no such bucket.`, denied: false },
    { kind: 'unread', why: `${start}: it has none.`, denied: false },
  ]);
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
