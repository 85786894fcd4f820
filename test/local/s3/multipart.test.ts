import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, makeBucket, openS3, REGION, type OpenedS3 } from './open-s3.ts';

const FIVE_MIB = 5 * 1024 * 1024;
const FIRST = Buffer.alloc(FIVE_MIB, 'a');

async function begin(opened: OpenedS3, input: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
  if (opened.aws.buckets.find('data') === undefined) await makeBucket(opened.s3, 'data');
  const command = new CreateMultipartUploadCommand({ Bucket: 'data', Key: 'big', ...input });
  return (await opened.s3.send(command)).UploadId ?? '';
}

async function part(
  opened: OpenedS3,
  UploadId: string,
  PartNumber: number,
  Body: Buffer | string,
): Promise<CompletedPart> {
  const command = new UploadPartCommand({ Bucket: 'data', Key: 'big', UploadId, PartNumber, Body });
  const { ETag, ChecksumCRC32 } = await opened.s3.send(command);
  return { PartNumber, ETag, ChecksumCRC32 };
}

function complete(opened: OpenedS3, UploadId: string, Parts: CompletedPart[]) {
  return opened.s3.send(
    new CompleteMultipartUploadCommand({ Bucket: 'data', Key: 'big', UploadId, MultipartUpload: { Parts } }),
  );
}

describe('a multipart upload', () => {
  test('becomes one object of its parts, readable by part, dated by its initiation', async () => {
    await using opened = await openS3();
    const begun = opened.clock.now;
    const id = await begin(opened, { StorageClass: 'STANDARD_IA', Metadata: { team: 'blue' } });
    const second = await part(opened, id, 2, 'tail');
    const first = await part(opened, id, 1, FIRST);
    opened.clock.now = new Date('2026-11-23T00:00:00Z');
    const { ETag } = await complete(opened, id, [first, second]);
    assert.match(ETag ?? '', /^"[0-9a-f]{32}-2"$/);
    const head = await opened.s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'big' }));
    const tail = await opened.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'big', PartNumber: 2 }));
    assert.deepEqual(
      {
        size: head.ContentLength,
        storageClass: head.StorageClass,
        metadata: head.Metadata,
        date: head.LastModified,
        tail: await tail.Body?.transformToString(),
        parts: tail.PartsCount,
      },
      {
        size: FIVE_MIB + 4,
        storageClass: 'STANDARD_IA',
        metadata: { team: 'blue' },
        date: begun,
        tail: 'tail',
        parts: 2,
      },
    );
    await expectSdkError(part(opened, id, 3, 'late'), 404, 'NoSuchUpload');
  });

  test('keeps the encryption of its initiation, whatever the bucket says later', async () => {
    await using opened = await openS3();
    const id = await begin(opened);
    const key = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key.arn } } as const;
    const configuration = { Rules: [rule] };
    await opened.s3.send(
      new PutBucketEncryptionCommand({ Bucket: 'data', ServerSideEncryptionConfiguration: configuration }),
    );
    const answer = await complete(opened, id, [await part(opened, id, 1, 'only')]);
    assert.equal(answer.ServerSideEncryption, 'AES256');
    const under = await begin(opened);
    const next = await complete(opened, under, [await part(opened, under, 1, 'only')]);
    assert.deepEqual([next.ServerSideEncryption, next.SSEKMSKeyId], ['aws:kms', key.arn]);
  });

  test('can be listed and aborted', async () => {
    await using opened = await openS3();
    const id = await begin(opened);
    await part(opened, id, 1, 'one');
    await part(opened, id, 3, 'three');
    const named = { Bucket: 'data', Key: 'big', UploadId: id };
    const page = await opened.s3.send(new ListPartsCommand({ ...named, MaxParts: 1 }));
    assert.deepEqual(
      [page.IsTruncated, page.NextPartNumberMarker, page.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])],
      [true, '1', [[1, 3]]],
    );
    const { Uploads } = await opened.s3.send(new ListMultipartUploadsCommand({ Bucket: 'data' }));
    assert.deepEqual(
      Uploads?.map(({ Key, UploadId }) => [Key, UploadId]),
      [['big', id]],
    );
    await opened.s3.send(new AbortMultipartUploadCommand(named));
    await expectSdkError(opened.s3.send(new ListPartsCommand(named)), 404, 'NoSuchUpload');
    await expectSdkError(opened.s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'big' })), 404, 'NotFound');
  });

  test('copies parts from an object, whole and in ranges', async () => {
    await using opened = await openS3();
    const id = await begin(opened);
    await opened.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'source', Body: FIRST }));
    await opened.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'small', Body: '0123456789' }));
    const named = { Bucket: 'data', Key: 'big', UploadId: id };
    const copies = [
      new UploadPartCopyCommand({ ...named, PartNumber: 1, CopySource: 'data/source' }),
      new UploadPartCopyCommand({ ...named, PartNumber: 2, CopySource: 'data/small', CopySourceRange: 'bytes=3-5' }),
    ];
    const parts: CompletedPart[] = [];
    for (const [index, copy] of copies.entries()) {
      const { CopyPartResult } = await opened.s3.send(copy);
      parts.push({ PartNumber: index + 1, ETag: CopyPartResult?.ETag });
    }
    const beyond = new UploadPartCopyCommand({
      ...named,
      PartNumber: 3,
      CopySource: 'data/small',
      CopySourceRange: 'bytes=3-10',
    });
    await expectSdkError(opened.s3.send(beyond), 400, 'InvalidArgument');
    await complete(opened, id, parts);
    const { Body } = await opened.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'big', Range: 'bytes=-4' }));
    assert.equal(await Body?.transformToString(), 'a345');
  });

  test('with a checksum algorithm has a composite or a full checksum', async () => {
    await using opened = await openS3();
    const composite = await begin(opened, { ChecksumAlgorithm: 'CRC32' });
    const parts = [await part(opened, composite, 1, FIRST), await part(opened, composite, 2, 'tail')];
    const first = await complete(opened, composite, parts);
    assert.match(first.ChecksumCRC32 ?? '', /-2$/);
    assert.equal(first.ChecksumType, 'COMPOSITE');
    const full = await begin(opened, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const whole = await complete(opened, full, [await part(opened, full, 1, '0123456789')]);
    assert.deepEqual([whole.ChecksumCRC32, whole.ChecksumType], ['poTHxg==', 'FULL_OBJECT']);
  });
});

describe('completing', () => {
  test('refuses parts that are out of order, unknown, too small or none', async () => {
    await using opened = await openS3();
    const id = await begin(opened);
    const one = await part(opened, id, 1, 'small');
    const two = await part(opened, id, 2, 'tail');
    await expectSdkError(complete(opened, id, [two, one]), 400, 'InvalidPartOrder');
    await expectSdkError(complete(opened, id, [{ ...one, ETag: '"x"' }]), 400, 'InvalidPart');
    await expectSdkError(complete(opened, id, [one, two]), 400, 'EntityTooSmall');
    await expectSdkError(complete(opened, id, []), 400, 'MalformedXML');
  });
});
