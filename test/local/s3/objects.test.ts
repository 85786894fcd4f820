import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { makeBucket, openS3, type OpenedS3 } from './open-s3.ts';

const KEYS = [
  'plain',
  'with space',
  'with+plus',
  'with,comma',
  'with"quote',
  "with'apostrophe",
  'with\nnewline',
  'with&<>',
  'with%20percent',
  'emoji 😀',
  '/leading',
  'double//slash',
  './dot/../dots',
  'x'.repeat(1024),
  '€'.repeat(341),
];

function put(opened: OpenedS3, input: Partial<PutObjectCommandInput> = {}) {
  return opened.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'a', Body: '0123456789', ...input }));
}

async function read(opened: OpenedS3, input: Partial<GetObjectCommandInput> = {}): Promise<string | undefined> {
  const { Body } = await opened.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'a', ...input }));
  return Body?.transformToString();
}

describe('an object key', () => {
  for (const Key of KEYS) {
    test(`${JSON.stringify(Key.slice(0, 20))} of ${Buffer.byteLength(Key)} bytes is kept exactly`, async () => {
      await using opened = await openS3();
      await makeBucket(opened.s3, 'data');
      await put(opened, { Key, Body: Key });
      const { Contents } = await opened.s3.send(new ListObjectsV2Command({ Bucket: 'data' }));
      assert.deepEqual([await read(opened, { Key }), Contents?.map((each) => each.Key)], [Key, [Key]]);
    });
  }

  test('of 1,025 bytes is KeyTooLongError', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    await expectSdkError(put(opened, { Key: `${'€'.repeat(341)}xx` }), 400, 'KeyTooLongError');
  });
});

describe('GetObject', () => {
  const ranges: readonly [range: string, body: string, contentRange: string | undefined][] = [
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=4-2', '0123456789', undefined],
    ['bytes=0-1,4-5', '0123456789', undefined],
  ];
  for (const [Range, body, contentRange] of ranges) {
    test(`of ${Range} is ${body}`, async () => {
      await using opened = await openS3();
      await makeBucket(opened.s3, 'data');
      await put(opened);
      const answer = await opened.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'a', Range }));
      assert.deepEqual(
        [await answer.Body?.transformToString(), answer.ContentRange, answer.ContentLength],
        [body, contentRange, body.length],
      );
    });
  }

  test('of a range behind the end is InvalidRange', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    await put(opened);
    await expectSdkError(read(opened, { Range: 'bytes=10-' }), 416, 'InvalidRange');
  });

  test('gives headers and metadata back, and takes overrides for one answer', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    const content = {
      CacheControl: 'no-cache',
      ContentDisposition: 'attachment',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      ContentType: 'text/plain',
    };
    await put(opened, { ...content, Metadata: { team: 'blue' } });
    const {
      Body: _,
      $metadata: __,
      ...answer
    } = await opened.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'a', ResponseContentType: 'text/csv' }));
    assert.deepEqual(answer, {
      ...content,
      ContentType: 'text/csv',
      Metadata: { team: 'blue' },
      AcceptRanges: 'bytes',
      ContentLength: 10,
      ETag: '"781e5e245d69b566979b86e28d23f2c7"',
      LastModified: opened.clock.now,
      ServerSideEncryption: 'AES256',
      ChecksumCRC32: 'poTHxg==',
      ChecksumType: 'FULL_OBJECT',
    } satisfies Partial<typeof answer>);
  });

  test('of an archived object is InvalidObjectState, and HeadObject answers', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    await put(opened, { StorageClass: 'DEEP_ARCHIVE' });
    await expectSdkError(read(opened), 403, 'InvalidObjectState');
    const { StorageClass } = await opened.s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'a' }));
    assert.equal(StorageClass, 'DEEP_ARCHIVE');
  });

  test('of what is not there is NoSuchKey', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    await expectSdkError(read(opened), 404, 'NoSuchKey');
  });
});

describe('conditions', () => {
  test('of a read answer 304 and 412', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    const { ETag } = await put(opened);
    const head = (conditions: object) =>
      opened.s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'a', ...conditions }));
    const statusOf = (error: unknown): unknown =>
      Reflect.get(Object(Reflect.get(Object(error), '$metadata')), 'httpStatusCode');
    assert.equal(await head({ IfNoneMatch: ETag }).catch(statusOf), 304);
    assert.equal(await head({ IfModifiedSince: opened.clock.now }).catch(statusOf), 304);
    assert.equal(await head({ IfMatch: '"other"' }).catch(statusOf), 412);
    assert.equal((await head({ IfMatch: ETag })).ETag, ETag);
  });

  test('of a write keep a second writer out', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    const { ETag } = await put(opened, { IfNoneMatch: '*' });
    await expectSdkError(put(opened, { IfNoneMatch: '*' }), 412, 'PreconditionFailed');
    await expectSdkError(put(opened, { IfNoneMatch: '"other"' }), 501, 'NotImplemented');
    await put(opened, { IfMatch: ETag, Body: 'next' });
    await expectSdkError(put(opened, { IfMatch: ETag }), 412, 'PreconditionFailed');
    await expectSdkError(put(opened, { Key: 'b', IfMatch: ETag }), 404, 'NoSuchKey');
    assert.equal(await read(opened), 'next');
  });
});

describe('checksums', () => {
  for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
    test(`${algorithm} is kept and given back`, async () => {
      await using opened = await openS3();
      await makeBucket(opened.s3, 'data');
      const written = await put(opened, { ChecksumAlgorithm: algorithm });
      const head = await opened.s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'a', ChecksumMode: 'ENABLED' }));
      assert.ok(written[`Checksum${algorithm}`]);
      assert.equal(head[`Checksum${algorithm}`], written[`Checksum${algorithm}`]);
    });
  }

  test('that do not match are BadDigest', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    await expectSdkError(put(opened, { ChecksumCRC32: 'AAAAAA==' }), 400, 'BadDigest');
    await expectSdkError(put(opened, { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }), 400, 'BadDigest');
    await expectSdkError(put(opened, { ContentMD5: 'AAAA' }), 400, 'InvalidDigest');
  });
});

describe('tags of an object', () => {
  test('are put, counted, read and removed', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    await put(opened, { Tagging: 'a=1&b=two%20words' });
    const named = { Bucket: 'data', Key: 'a' };
    const tags = async () => (await opened.s3.send(new GetObjectTaggingCommand(named))).TagSet;
    assert.deepEqual(await tags(), [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'two words' },
    ]);
    assert.equal((await opened.s3.send(new HeadObjectCommand(named))).TagCount, 2);
    await opened.s3.send(new PutObjectTaggingCommand({ ...named, Tagging: { TagSet: [{ Key: 'c', Value: '' }] } }));
    assert.deepEqual(await tags(), [{ Key: 'c', Value: '' }]);
    await opened.s3.send(new DeleteObjectTaggingCommand(named));
    assert.deepEqual(await tags(), []);
  });

  test('beyond ten, twice the same or of AWS are refused', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    const many = Array.from({ length: 11 }, (_, index) => `k${index}=v`).join('&');
    await expectSdkError(put(opened, { Tagging: many }), 400, 'BadRequest');
    await expectSdkError(put(opened, { Tagging: 'a=1&a=2' }), 400, 'InvalidTag');
    await expectSdkError(put(opened, { Tagging: 'aws:x=1' }), 400, 'InvalidTag');
  });
});

describe('ACLs', () => {
  test('that grant something are refused, those that do not are taken', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    await put(opened, { ACL: 'bucket-owner-full-control' });
    await expectSdkError(put(opened, { ACL: 'public-read' }), 400, 'AccessControlListNotSupported');
  });
});

describe('DeleteObjects', () => {
  test('deletes many at once, what is not there as well', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    for (const Key of ['a', 'b', 'c']) await put(opened, { Key });
    const Objects = [{ Key: 'a' }, { Key: 'b' }, { Key: 'missing' }];
    const { Deleted, Errors } = await opened.s3.send(new DeleteObjectsCommand({ Bucket: 'data', Delete: { Objects } }));
    const { Contents } = await opened.s3.send(new ListObjectsV2Command({ Bucket: 'data' }));
    assert.deepEqual([Deleted, Errors ?? [], Contents?.map(({ Key }) => Key)], [Objects, [], ['c']]);
  });
});
