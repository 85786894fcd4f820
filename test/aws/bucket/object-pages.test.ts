import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createObjectPages, type ObjectPage } from '../../../src/aws/bucket/object-pages.ts';
import { answering, PROXY_PAGE } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

const OWNED = { bucket: 'example-bucket', account: ACCOUNT };
const names = ({ objects }: ObjectPage) => objects.map(({ key, isCurrent }) => [key, isCurrent]);

test('keys come as they are, whatever is in them, and a page begins after any of them', async () => {
  await using open = await openAws();
  const { s3 } = open.clients;
  await open.bucket('example-bucket');
  const keys = ['a b', 'a+b', 'a%2Bb', 'é/ü', 'line\nfeed', '\u0001'].toSorted();
  for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket: 'example-bucket', Key, Body: 'x' }));
  const pages = createObjectPages(s3);
  const { objects, next } = await pages.current(OWNED);
  assert.deepEqual([objects.map(({ key }) => key).toSorted(), next], [keys, undefined]);
  const [first, ...others] = objects;
  assert.ok(first?.etag !== undefined && first.lastModifiedMs !== undefined);
  assert.deepEqual(
    (await pages.current(OWNED, { key: first.key })).objects.map(({ key }) => key),
    others.map(({ key }) => key),
  );
  await assert.rejects(pages.current({ ...OWNED, account: '222222222222' }), { name: 'AccessDenied' });
});

test('every version is listed, and no delete marker', async () => {
  await using open = await openAws();
  const { s3 } = open.clients;
  const Bucket = await open.bucket('example-bucket');
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  await put('a');
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  await put('a');
  await put('b');
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'b' }));
  const pages = createObjectPages(s3);
  const page = await pages.versions(OWNED);
  assert.deepEqual(names(page), [
    ['a', true],
    ['a', false],
    ['b', false],
  ]);
  const [newest, oldest] = page.objects;
  assert.equal(oldest?.versionId, 'null');
  const after = { key: 'a', versionId: newest?.versionId ?? '' };
  assert.deepEqual(names(await pages.versions(OWNED, after)), [
    ['a', false],
    ['b', false],
  ]);
});

test('the next page begins where this one ends, as S3 says it', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3);
  const Contents = ['a+b', 'c%2Bd'].map((Key) => ({ Key, ETag: '"e"', Size: 1, LastModified: new Date(0) }));
  mock
    .on(ListObjectsV2Command)
    .resolvesOnce({ IsTruncated: true, NextContinuationToken: 'behind what is deleted' })
    .resolves({ IsTruncated: true, NextContinuationToken: 'token', Contents });
  mock.on(ListObjectVersionsCommand).resolves({ IsTruncated: true, NextKeyMarker: 'c+d', NextVersionIdMarker: 'v' });
  const pages = createObjectPages(s3);
  assert.deepEqual((await pages.current(OWNED)).next, { key: 'c+d' });
  assert.deepEqual(await pages.versions(OWNED, { key: 'a', versionId: 'v0' }), {
    objects: [],
    next: { key: 'c d', versionId: 'v' },
  });
  const [call] = mock.commandCalls(ListObjectVersionsCommand);
  assert.deepEqual(call?.args[0].input, {
    Bucket: 'example-bucket',
    ExpectedBucketOwner: ACCOUNT,
    EncodingType: 'url',
    KeyMarker: 'a',
    VersionIdMarker: 'v0',
  });
});

test('a list of versions that goes on, and does not say where, does not pass for a whole one', async () => {
  const s3 = new S3Client({ region: REGION });
  mockClient(s3).on(ListObjectVersionsCommand).resolves({ IsTruncated: true });
  await assert.rejects(createObjectPages(s3).versions(OWNED), { code: 'unreadable', bucket: 'example-bucket' });
});

test('an answer that is no listing does not pass for an empty bucket', async () => {
  for (const list of ['current', 'versions'] as const)
    await assert.rejects(createObjectPages(new S3Client(answering(PROXY_PAGE)))[list](OWNED), {
      code: 'unreadable',
      bucket: 'example-bucket',
    });
});

test('an answer that says there is more, and not where, is no end of the bucket', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3);
  mock.on(ListObjectsV2Command).resolves({ IsTruncated: true, Contents: [] });
  mock.on(ListObjectVersionsCommand).resolves({ IsTruncated: true, Versions: [{ Key: 'a', VersionId: 'v' }] });
  const pages = createObjectPages(s3);
  await assert.rejects(pages.current(OWNED), { code: 'unreadable', message: /^ListObjectsV2 for example-bucket: / });
  await assert.rejects(pages.versions(OWNED), {
    code: 'unreadable',
    message: /an answer with NextKeyMarker, found none/,
  });
});
