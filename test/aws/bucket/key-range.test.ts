import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createKeyRange } from '../../../src/aws/bucket/key-range.ts';
import type { KeyRange } from '../../../src/policy/copy/range-halves.ts';
import { present } from '../../../src/present.ts';
import { answering, PROXY_PAGE, s3Error } from '../canned-answers.ts';
import { ACCOUNT, type Fixture, openAws, REGION } from '../fixture.ts';

const OWNED = { bucket: 'example-bucket', account: ACCOUNT };

/** In the order of S3. */
const ODD = [
  '\u0001',
  '\n',
  ' ',
  '%2B',
  '+',
  '/',
  '//a',
  'a b',
  'a%',
  'a+b',
  'a/../b',
  '\u007f',
  'é/ü',
  '\ud7ff',
  '\ue000',
  '\ufffe',
  '\uffff',
  '😀',
  '😀/😀',
  '\u{10ffff}',
];

async function filled(open: Fixture, keys: readonly string[]): Promise<void> {
  const Bucket = await open.bucket(OWNED.bucket);
  for (const Key of keys) await open.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
}

describe('a page of a range', () => {
  test('has the keys behind the one and up to the other as they are, whatever is in them', async () => {
    await using open = await openAws();
    await filled(open, ODD);
    const read = createKeyRange(open.clients.s3);
    const keysOf = async (range: KeyRange) => (await read({ ...OWNED, ...range })).objects.map(({ key }) => key);
    assert.deepEqual(await keysOf({ after: '' }), ODD);
    for (const [at, after] of ODD.entries()) {
      assert.deepEqual(await keysOf({ after }), ODD.slice(at + 1));
      assert.deepEqual(await keysOf({ after: '', until: after }), ODD.slice(0, at + 1));
      const page = await read({ ...OWNED, after, ...present({ until: ODD[at + 2] }), atMost: 1 });
      assert.deepEqual(
        [page.objects.map(({ key }) => key), page.done],
        [ODD.slice(at + 1, at + 2), at + 2 >= ODD.length],
      );
    }
  });

  test('says of each object what tells it from another one', async () => {
    await using open = await openAws();
    await filled(open, ['long'.repeat(256)]);
    const Key = 'cold';
    const put = { Bucket: OWNED.bucket, Key, Body: 'frosty', StorageClass: 'GLACIER_IR' } as const;
    const { ETag } = await open.clients.s3.send(new PutObjectCommand(put));
    const { objects, done } = await createKeyRange(open.clients.s3)({ ...OWNED, after: '' });
    assert.deepEqual(
      [objects[0], done],
      [
        { key: Key, etag: ETag, sizeBytes: 6, lastModifiedMs: objects[0]?.lastModifiedMs, storageClass: 'GLACIER_IR' },
        true,
      ],
    );
    assert.ok(Number(objects[0]?.lastModifiedMs) > 0);
    assert.equal(objects[1]?.storageClass, 'STANDARD');
  });

  test('begins behind a key that is not there any more, and loses none to those that come and go', async () => {
    await using open = await openAws();
    await filled(open, ['a', 'c', 'e', 'g']);
    const { s3 } = open.clients;
    const read = createKeyRange(s3);
    const first = await read({ ...OWNED, after: '', atMost: 2 });
    assert.deepEqual([first.objects.map(({ key }) => key), first.done], [['a', 'c'], false]);
    for (const Key of ['a', 'c']) await s3.send(new DeleteObjectCommand({ Bucket: OWNED.bucket, Key }));
    for (const Key of ['b', 'd']) await s3.send(new PutObjectCommand({ Bucket: OWNED.bucket, Key, Body: 'x' }));
    const rest = await read({ ...OWNED, after: 'c' });
    assert.deepEqual([rest.objects.map(({ key }) => key), rest.done], [['d', 'e', 'g'], true]);
  });

  test('is that of the owner who is expected', async () => {
    await using open = await openAws();
    await filled(open, []);
    const read = createKeyRange(open.clients.s3);
    assert.deepEqual(await read({ ...OWNED, after: '' }), { objects: [], done: true });
    await assert.rejects(read({ bucket: OWNED.bucket, account: '222222222222', after: '' }), { name: 'AccessDenied' });
    const denied = createKeyRange(new S3Client(answering(s3Error(403, 'AccessDenied'))));
    await assert.rejects(denied({ ...OWNED, after: '' }), { name: 'AccessDenied' });
  });
});

const row = (Key: string) => ({ Key, ETag: '"e"', Size: 1, LastModified: new Date('2026-11-02T10:15:30Z') });

test('a page on which nothing is left of what was deleted is not the end', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3);
  mock
    .on(ListObjectsV2Command)
    .resolvesOnce({ IsTruncated: true, NextContinuationToken: 'token' })
    .resolvesOnce({ IsTruncated: true, NextContinuationToken: 'other', Contents: [row('b+c')] });
  const { objects, done } = await createKeyRange(s3)({ ...OWNED, after: 'a', until: 'c' });
  assert.deepEqual([objects.map(({ key }) => key), done], [['b c'], false]);
  const asked = { Bucket: OWNED.bucket, ExpectedBucketOwner: ACCOUNT, EncodingType: 'url' };
  assert.deepEqual(
    mock.commandCalls(ListObjectsV2Command).map((call) => call.args[0].input),
    [
      { ...asked, StartAfter: 'a' },
      { ...asked, ContinuationToken: 'token' },
    ],
  );
});

describe('an answer that is no listing of the range is no end of it', () => {
  const { ETag: _, ...withoutTag } = row('b');
  for (const [missing, output] of [
    ['IsTruncated', { Contents: [row('b')] }],
    ['NextContinuationToken', { IsTruncated: true }],
    ['keys behind StartAfter', { IsTruncated: true, Contents: [row('a')] }],
    ['Key, ETag, Size and LastModified of each object', { IsTruncated: false, Contents: [withoutTag] }],
  ] as const)
    test(`without ${missing}`, async () => {
      const s3 = new S3Client({ region: REGION });
      mockClient(s3)
        .on(ListObjectsV2Command)
        .resolves({ ...output, Contents: [...(output.Contents ?? [])] });
      await assert.rejects(createKeyRange(s3)({ ...OWNED, after: 'a' }), {
        code: 'unreadable',
        retryable: true,
        bucket: OWNED.bucket,
        message: `ListObjectsV2 for example-bucket: expected an answer with ${missing}, found none; is there a proxy between this function and AWS?`,
      });
    });

  test('but a page of a proxy', async () => {
    await assert.rejects(createKeyRange(new S3Client(answering(PROXY_PAGE)))({ ...OWNED, after: '' }), {
      code: 'unreadable',
    });
  });
});
