import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  type ChecksumAlgorithm,
  CopyObjectCommand,
  type CompletedPart,
  GetObjectAttributesCommand,
  type GetObjectAttributesCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, allow, makeBucket, openS3, type OpenedS3, REGION } from './open-s3.ts';
import { openUpload } from './parts.ts';

const FIRST = Buffer.alloc(5 * 1024 ** 2, 'a');
const DATA = { Bucket: 'data' };
const BIG = { ...DATA, Key: 'big' };

async function withBucket(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  return opened;
}

async function putTwoParts({ s3 }: OpenedS3, more: object = {}) {
  const upload = await openUpload(s3, { ...BIG, ...more });
  return upload.complete([await upload.put(1, FIRST), await upload.put(2, 'tail')]);
}

describe('the checksum of an upload in parts', () => {
  test('has the type that its algorithm can have', async () => {
    await using opened = await withBucket();
    await opened.s3.send(new PutObjectCommand({ ...DATA, Key: 'source', Body: '0123456789' }));
    const typeOf = async (ChecksumAlgorithm: ChecksumAlgorithm, ChecksumType?: 'COMPOSITE' | 'FULL_OBJECT') => {
      const upload = await openUpload(opened.s3, { ...BIG, ChecksumAlgorithm, ChecksumType });
      return (await upload.complete([await upload.copy(1, { CopySource: 'data/source' })])).ChecksumType;
    };
    for (const algorithm of ['CRC32', 'CRC32C', 'SHA1', 'SHA256', 'SHA512', 'MD5'] as const)
      assert.equal(await typeOf(algorithm), 'COMPOSITE');
    assert.equal(await typeOf('CRC64NVME'), 'FULL_OBJECT');
    assert.equal(await typeOf('CRC32C', 'FULL_OBJECT'), 'FULL_OBJECT');
    await expectSdkError(typeOf('SHA256', 'FULL_OBJECT'), 400, 'InvalidRequest');
    await expectSdkError(typeOf('CRC64NVME', 'COMPOSITE'), 400, 'InvalidRequest');
  });

  test('over parts wants that of each part, in numbers without gaps', async () => {
    await using opened = await withBucket();
    const upload = await openUpload(opened.s3, { ...BIG, ChecksumAlgorithm: 'SHA1' });
    const one = await upload.put(1, FIRST);
    const three = await upload.put(3, 'tail');
    const bare: CompletedPart = { PartNumber: 1, ETag: one.ETag };
    await expectSdkError(upload.complete([bare]), 400, 'InvalidRequest');
    await expectSdkError(upload.complete([{ ...one, ChecksumSHA1: three.ChecksumSHA1 }]), 400, 'InvalidPart');
    await expectSdkError(upload.complete([one, three]), 400, 'InvalidPartOrder');
    await expectSdkError(upload.complete([one], { ChecksumType: 'FULL_OBJECT' }), 400, 'InvalidRequest');
    await expectSdkError(upload.complete([one], { ChecksumSHA1: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }), 400, 'BadDigest');
    const { ChecksumSHA1, ETag } = await upload.complete([one], { ChecksumType: 'COMPOSITE' });
    const inner = createHash('sha1').update(FIRST).digest();
    assert.equal(ChecksumSHA1, `${createHash('sha1').update(inner).digest('base64')}-1`);
    const md5 = createHash('md5').update(FIRST).digest();
    assert.equal(ETag, `"${createHash('md5').update(md5).digest('hex')}-1"`);
  });

  test('under a KMS key is kept, but not in the answer of the completion', async () => {
    await using opened = await withBucket();
    const SSEKMSKeyId = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
    const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId };
    const done = await putTwoParts(opened, { ChecksumAlgorithm: 'SHA1', ...kms });
    const head = await opened.s3.send(new HeadObjectCommand({ ...BIG, ChecksumMode: 'ENABLED' }));
    assert.deepEqual([done.ChecksumSHA1, head.ChecksumType], [undefined, 'COMPOSITE']);
  });

  test('of a part is told with the part', async () => {
    await using opened = await withBucket();
    await putTwoParts(opened, { ChecksumAlgorithm: 'SHA256' });
    const part = { ...BIG, PartNumber: 2, ChecksumMode: 'ENABLED' as const };
    const value = createHash('sha256').update('tail').digest('base64');
    const head = await opened.s3.send(new HeadObjectCommand(part));
    const get = await opened.s3.send(new GetObjectCommand(part));
    assert.deepEqual([head.ChecksumSHA256, get.ChecksumSHA256, head.PartsCount], [value, value, 2]);
    const range = await opened.s3.send(new HeadObjectCommand({ ...BIG, Range: 'bytes=0-3', ChecksumMode: 'ENABLED' }));
    assert.equal(range.ChecksumSHA256, undefined);
    await expectSdkError(opened.s3.send(new GetObjectCommand({ ...part, PartNumber: 3 })), 416, 'InvalidPartNumber');
    await expectSdkError(opened.s3.send(new GetObjectCommand({ ...part, Range: 'bytes=0-3' })), 400, 'InvalidRequest');
  });

  test('becomes one of the whole in a copy by CopyObject, of the same algorithm', async () => {
    await using opened = await withBucket();
    await putTwoParts(opened, { ChecksumAlgorithm: 'SHA256' });
    const copy = new CopyObjectCommand({ ...DATA, Key: 'copy', CopySource: 'data/big' });
    const { CopyObjectResult: made } = await opened.s3.send(copy);
    const value = createHash('sha256').update(FIRST).update('tail').digest('base64');
    assert.deepEqual([made?.ChecksumSHA256, made?.ChecksumType], [value, 'FULL_OBJECT']);
    assert.doesNotMatch(made?.ETag ?? '', /-/);
  });
});

describe('GetObjectAttributes', () => {
  const ALL: GetObjectAttributesCommandInput['ObjectAttributes'] = [
    'ETag',
    'Checksum',
    'ObjectParts',
    'StorageClass',
    'ObjectSize',
  ];

  function attributes({ s3 }: Pick<OpenedS3, 's3'>, more: Partial<GetObjectAttributesCommandInput> = {}) {
    return s3.send(new GetObjectAttributesCommand({ ...BIG, ObjectAttributes: ALL, ...more }));
  }

  test('tells parts page by page where each has a checksum', async () => {
    await using opened = await withBucket();
    const { ETag } = await putTwoParts(opened, { ChecksumAlgorithm: 'SHA256', StorageClass: 'STANDARD_IA' });
    const all = await attributes(opened);
    assert.deepEqual(
      [all.ETag, all.ObjectSize, all.StorageClass, all.Checksum?.ChecksumType],
      [ETag?.replaceAll('"', ''), FIRST.length + 4, 'STANDARD_IA', 'COMPOSITE'],
    );
    assert.match(all.Checksum?.ChecksumSHA256 ?? '', /-2$/);
    const first = await attributes(opened, { MaxParts: 1 });
    const marker = first.ObjectParts?.NextPartNumberMarker;
    const second = await attributes(opened, { MaxParts: 1, PartNumberMarker: marker });
    assert.deepEqual(
      [first, second].map(({ ObjectParts: told }) => [
        told?.IsTruncated,
        told?.TotalPartsCount,
        told?.Parts?.map((part) => [part.PartNumber, part.Size, part.ChecksumSHA256 !== undefined]),
      ]),
      [
        [true, 2, [[1, FIRST.length, true]]],
        [false, 2, [[2, 4, true]]],
      ],
    );
  });

  test('tells only how many parts there are where the checksum is one of the whole', async () => {
    await using opened = await withBucket();
    await putTwoParts(opened, { ChecksumAlgorithm: 'CRC64NVME' });
    const { ObjectParts: told } = await attributes(opened);
    assert.deepEqual([told?.TotalPartsCount, told?.Parts], [2, undefined]);
  });

  test('tells nothing of parts where there are none, and only what was asked for', async () => {
    await using opened = await withBucket();
    await opened.s3.send(new PutObjectCommand({ ...BIG, Body: 'small' }));
    const answer = await attributes(opened, { ObjectAttributes: ['ObjectParts', 'ObjectSize'] });
    assert.deepEqual(
      [answer.ObjectParts, answer.ObjectSize, answer.ETag, answer.StorageClass],
      [undefined, 5, undefined, undefined],
    );
    await expectSdkError(attributes(opened, { Key: 'nothing' }), 404, 'NoSuchKey');
    await expectSdkError(attributes(opened, { ObjectAttributes: [Object('Colour')] }), 400, 'InvalidArgument');
  });

  test('needs the right to read the object and that to read its attributes', async () => {
    await using opened = await withBucket();
    await opened.s3.send(new PutObjectCommand({ ...BIG, Body: 'small' }));
    const reader = opened.asRole('reader', [allow('s3:GetObject')]);
    const both = opened.asRole('both', [allow(['s3:GetObject', 's3:GetObjectAttributes'])]);
    await expectSdkError(attributes({ s3: reader }), 403, 'AccessDenied');
    assert.equal((await attributes({ s3: both })).ObjectSize, 5);
    await expectSdkError(attributes({ s3: both }, { VersionId: 'null' }), 403, 'AccessDenied');
  });
});
