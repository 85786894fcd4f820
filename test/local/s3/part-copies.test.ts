import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GetObjectCommand, HeadObjectCommand, ListPartsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { makeBucket, openS3, type OpenedS3 } from './open-s3.ts';
import { openUpload } from './parts.ts';

const MIB = 1024 ** 2;
const GIB = 1024 * MIB;
const DATA = { Bucket: 'data' };

async function openWithSource(): Promise<OpenedS3 & { etag: string }> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  const { ETag: etag = '' } = await opened.s3.send(new PutObjectCommand({ ...DATA, Key: 'ten', Body: '0123456789' }));
  return { ...opened, etag };
}

describe('a copied range', () => {
  test('is refused where it is malformed or leaves the source', async () => {
    await using opened = await openWithSource();
    const upload = await openUpload(opened.s3, { ...DATA, Key: 'big' });
    const of = (CopySourceRange: string) => upload.copy(1, { CopySource: 'data/ten', CopySourceRange });
    for (const wrong of ['0-3', 'bytes=0-', 'bytes=-3', 'bytes=5-4', 'bytes=0-10', 'bytes=0-1,3-4'])
      await expectSdkError(of(wrong), 400, 'InvalidArgument');
    await expectSdkError(of('bytes=10-12'), 400, 'InvalidRequest');
    await upload.complete([await of('bytes=3-6')]);
    const { Body } = await opened.s3.send(new GetObjectCommand({ ...DATA, Key: 'big' }));
    assert.equal(await Body?.transformToString(), '3456');
  });

  test('is of 5 GiB at most, and parts are of 5 MiB at least but for the last', async () => {
    await using opened = await openWithSource();
    opened.aws.buckets.seedObject({ bucket: 'data', key: 'six', body: { seed: '6', sizeBytes: 6 * GIB } });
    const upload = await openUpload(opened.s3, { ...DATA, Key: 'big' });
    const of = (PartNumber: number, first: number, size: number) =>
      upload.copy(PartNumber, { CopySource: 'data/six', CopySourceRange: `bytes=${first}-${first + size - 1}` });
    await expectSdkError(upload.copy(1, { CopySource: 'data/six' }), 400, 'InvalidRequest');
    await expectSdkError(of(1, 0, 5 * GIB + 1), 400, 'InvalidRequest');
    const small = await of(1, 0, 5 * MIB - 1);
    const last = await of(2, 5 * MIB, 1);
    await expectSdkError(upload.complete([small, last]), 400, 'EntityTooSmall');
    await upload.complete([await of(1, 0, 5 * MIB), last]);
    const { ContentLength } = await opened.s3.send(new HeadObjectCommand({ ...DATA, Key: 'big' }));
    assert.equal(ContentLength, 5 * MIB + 1);
  });

  test('heeds what is asked of its source', async () => {
    await using opened = await openWithSource();
    const upload = await openUpload(opened.s3, { ...DATA, Key: 'big' });
    const source = { CopySource: 'data/ten' };
    const refused = [
      { CopySourceIfMatch: '"other"' },
      { CopySourceIfNoneMatch: opened.etag },
      { CopySourceIfModifiedSince: new Date('2026-11-22T11:00:00Z') },
      { CopySourceIfUnmodifiedSince: new Date('2026-11-22T09:00:00Z') },
    ];
    for (const condition of refused)
      await expectSdkError(upload.copy(1, { ...source, ...condition }), 412, 'PreconditionFailed');
    await expectSdkError(upload.copy(1, { CopySource: 'data/nothing' }), 404, 'NoSuchKey');
    assert.equal((await upload.copy(1, { ...source, CopySourceIfMatch: opened.etag })).ETag, opened.etag);
  });

  test('is found again by ListParts, page by page', async () => {
    await using opened = await openWithSource();
    const upload = await openUpload(opened.s3, { ...DATA, Key: 'big', ChecksumAlgorithm: 'SHA256' });
    for (const number of [3, 1, 7]) await upload.copy(number, { CopySource: 'data/ten' });
    const list = (PartNumberMarker?: string) =>
      opened.s3.send(new ListPartsCommand({ ...DATA, Key: 'big', UploadId: upload.id, MaxParts: 2, PartNumberMarker }));
    const first = await list();
    const second = await list(first.NextPartNumberMarker);
    assert.deepEqual(
      [first, second].map((page) => [page.IsTruncated, page.Parts?.map((part) => [part.PartNumber, part.Size])]),
      [
        [
          true,
          [
            [1, 10],
            [3, 10],
          ],
        ],
        [false, [[7, 10]]],
      ],
    );
    assert.equal(first.Parts?.[0]?.ChecksumSHA256, 'hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=');
    assert.deepEqual([first.ChecksumAlgorithm, first.ChecksumType], ['SHA256', 'COMPOSITE']);
  });
});
