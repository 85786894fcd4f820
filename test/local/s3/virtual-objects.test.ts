import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { patternBytes } from '../../../local/s3/body.ts';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, makeBucket, openS3, REGION, type OpenedS3 } from './open-s3.ts';

const GIB = 1024 ** 3;
const TERABYTE = 1_000_000_000_000;
const SIX = { seed: 'six', sizeBytes: 6 * GIB };
const DATA = { Bucket: 'data' };

async function openWithSix(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  const answer = await page(opened, 'POST', '', { bucket: 'data', key: 'six', body: SIX, metadata: { team: 'blue' } });
  assert.equal(answer.status, 200);
  return opened;
}

async function page(opened: OpenedS3, method: string, query: string, body?: object) {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${opened.aws.endpoint}/_local/objects${query}`, { method, ...init });
  const answer: Record<string, unknown> = Object(await response.json());
  return { status: response.status, answer };
}

async function read({ s3 }: OpenedS3, Key: string, Range: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ ...DATA, Key, Range }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

async function copyInParts(
  { s3 }: OpenedS3,
  {
    from,
    key,
    sizes,
    ...more
  }: { from: string; key: string; sizes: number[] } & Partial<CreateMultipartUploadCommandInput>,
) {
  const named = { ...DATA, Key: key };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...named, ...more }));
  let first = 0;
  const Parts = [];
  for (const [at, size] of sizes.entries()) {
    const PartNumber = at + 1;
    const { CopyPartResult } = await s3.send(
      new UploadPartCopyCommand({
        ...named,
        UploadId,
        PartNumber,
        CopySource: `data/${from}`,
        CopySourceRange: `bytes=${first}-${first + size - 1}`,
      }),
    );
    const { ETag, ChecksumCRC32 } = CopyPartResult ?? {};
    Parts.push({ PartNumber, ETag, ChecksumCRC32 });
    first += size;
  }
  return s3.send(new CompleteMultipartUploadCommand({ ...named, UploadId, MultipartUpload: { Parts } }));
}

describe('an object of a pattern', () => {
  test('has a size, headers and readable ranges', async () => {
    await using opened = await openWithSix();
    const head = await opened.s3.send(new HeadObjectCommand({ ...DATA, Key: 'six' }));
    assert.deepEqual([head.ContentLength, head.Metadata], [6 * GIB, { team: 'blue' }]);
    const first = 5 * GIB + 3;
    assert.deepEqual(
      await read(opened, 'six', `bytes=${first}-${first + 99}`),
      patternBytes({ seed: 'six', first, sizeBytes: 100 }),
    );
    assert.deepEqual(
      await read(opened, 'six', 'bytes=-16'),
      patternBytes({ seed: 'six', first: 6 * GIB - 16, sizeBytes: 16 }),
    );
    await expectSdkError(opened.s3.send(new GetObjectCommand({ ...DATA, Key: 'six' })), 501, 'NotImplemented');
  });

  test('over 5 GiB is copied in parts only, keeps its bytes, and costs no memory', async () => {
    await using opened = await openWithSix();
    const keyArn = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
    await expectSdkError(
      opened.s3.send(new CopyObjectCommand({ ...DATA, Key: 'copy', CopySource: 'data/six' })),
      400,
      'InvalidRequest',
    );
    const before = process.memoryUsage();
    const { ETag } = await copyInParts(opened, {
      from: 'six',
      key: 'copy',
      sizes: [5 * GIB, GIB],
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyArn,
    });
    const after = process.memoryUsage();
    assert.match(ETag ?? '', /-2"$/);
    assert.ok(after.external + after.heapUsed - before.external - before.heapUsed < 64 * 1024 ** 2);
    const range = `bytes=${5 * GIB - 50}-${5 * GIB + 49}`;
    assert.deepEqual(await read(opened, 'copy', range), await read(opened, 'six', range));
    const [source, copy] = await Promise.all(
      ['six', 'copy'].map(async (key) => (await page(opened, 'GET', `?bucket=data&key=${key}`)).answer),
    );
    assert.equal(copy?.['digest'], source?.['digest']);
    assert.notEqual(copy?.['etag'], source?.['etag']);
    assert.partialDeepStrictEqual(copy?.['parts'], [{ sizeBytes: 5 * GIB }, { sizeBytes: GIB }]);
  });

  test('that was copied with a part out of place has another digest', async () => {
    await using opened = await openWithSix();
    await copyInParts(opened, { from: 'six', key: 'short', sizes: [5 * GIB, GIB - 1] });
    const digests = await Promise.all(
      ['six', 'short'].map(async (key) => (await page(opened, 'GET', `?bucket=data&key=${key}`)).answer['digest']),
    );
    assert.notEqual(digests[0], digests[1]);
  });

  test('stays without bytes in a copy by CopyObject', async () => {
    await using opened = await openWithSix();
    opened.aws.buckets.seedObject({ bucket: 'data', key: 'five', body: { seed: 'five', sizeBytes: 5 * GIB } });
    const { CopyObjectResult } = await opened.s3.send(
      new CopyObjectCommand({ ...DATA, Key: 'again', CopySource: 'data/five' }),
    );
    const { ETag } = await opened.s3.send(new HeadObjectCommand({ ...DATA, Key: 'five' }));
    assert.equal(CopyObjectResult?.ETag, ETag);
    assert.deepEqual(await read(opened, 'again', 'bytes=-9'), await read(opened, 'five', 'bytes=-9'));
  });
});

describe('an object of 50 TB', () => {
  test('has its parts and a checksum over them from the start', async () => {
    await using opened = await openWithSix();
    const { status } = await page(opened, 'POST', '', {
      bucket: 'data',
      key: 'large',
      body: { seed: 'large', sizeBytes: 50 * TERABYTE },
      partSizes: Array.from({ length: 10_000 }, () => 5_000_000_000),
      checksum: { algorithm: 'CRC32', type: 'COMPOSITE' },
      protection: { algorithm: 'none' },
    });
    assert.equal(status, 200);
    const named = { ...DATA, Key: 'large' };
    const part = await opened.s3.send(new HeadObjectCommand({ ...named, PartNumber: 10_000 }));
    const whole = await opened.s3.send(new HeadObjectCommand({ ...named, ChecksumMode: 'ENABLED' }));
    assert.deepEqual(
      [part.ContentLength, part.PartsCount, whole.ContentLength, whole.ChecksumType],
      [5_000_000_000, 10_000, 50 * TERABYTE, 'COMPOSITE'],
    );
    assert.match(whole.ETag ?? '', /-10000"$/);
    assert.match(whole.ChecksumCRC32 ?? '', /-10000$/);
    const first = 50 * TERABYTE - 5;
    assert.deepEqual(await read(opened, 'large', 'bytes=-5'), patternBytes({ seed: 'large', first, sizeBytes: 5 }));
  });

  test('is refused where its parts are not the whole, or it is larger than S3 takes', async () => {
    await using opened = await openWithSix();
    const large = { bucket: 'data', key: 'large', body: { seed: 'large', sizeBytes: 10 } };
    const { status, answer } = await page(opened, 'POST', '', { ...large, partSizes: [5, 4] });
    assert.deepEqual([status, answer['error']], [400, 'the sizes of the parts must be 10 bytes together, found 9']);
    const tooLarge = { ...large, body: { seed: 'x', sizeBytes: 10_000 * 5 * GIB + 1 } };
    assert.equal((await page(opened, 'POST', '', tooLarge)).status, 400);
    const checksum = { algorithm: 'CRC32', type: 'COMPOSITE' };
    assert.equal((await page(opened, 'POST', '', { ...large, checksum })).status, 400);
    assert.equal((await page(opened, 'GET', '?bucket=data&key=nowhere')).status, 404);
    assert.equal((await page(opened, 'GET', '?bucket=data')).status, 400);
  });
});
