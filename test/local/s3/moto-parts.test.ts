import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { motoMissing, startMoto } from '../moto.ts';
import { ACCOUNT, makeBucket, openS3, REGION } from './open-s3.ts';
import { openUpload } from './parts.ts';

const FIVE_MIB = 5 * 1024 ** 2;
const DATA = { Bucket: 'data' };
const BIG = { ...DATA, Key: 'big' };

/** Uploads and copies in parts, with what each step answers that does not depend on times and ids. */
async function story(s3: S3Client): Promise<unknown[]> {
  const told: unknown[] = [];
  const tell = async (step: Promise<unknown>): Promise<void> => {
    told.push(await step.catch((error: unknown) => codeOf(error)));
  };
  await makeBucket(s3, 'data');
  const source = Buffer.alloc(FIVE_MIB + 10, 'source');
  const { ETag } = await s3.send(new PutObjectCommand({ ...DATA, Key: 'source', Body: source }));
  const upload = await openUpload(s3, { ...BIG, ChecksumAlgorithm: 'SHA256', StorageClass: 'STANDARD_IA' });
  const CopySource = 'data/source';
  const one = await upload.copy(1, { CopySource, CopySourceRange: `bytes=0-${FIVE_MIB - 1}` });
  const two = await upload.put(2, 'the last part');
  told.push(one.ETag, two.ETag, two.ChecksumSHA256);
  await tell(sizes(s3, upload.id));
  await tell(upload.complete([{ ...one, ETag: '"00000000000000000000000000000000"' }]));
  const done = await upload.complete([one, two]);
  told.push(done.ETag);
  await tell(sizes(s3, upload.id));
  const head = await s3.send(new HeadObjectCommand(BIG));
  told.push(head.ContentLength, head.ETag, head.StorageClass);
  const other = await openUpload(s3, { ...DATA, Key: 'other' });
  const small = [await other.put(1, 'small'), await other.put(2, 'small too')];
  await tell(other.complete(small));
  for (const condition of [{ IfNoneMatch: '*' }, { IfMatch: '"other"' }, { IfMatch: ETag }])
    await tell(put(s3, 'source', condition));
  for (const condition of [{ IfNoneMatch: '*' }, { IfMatch: '"other"' }]) await tell(put(s3, 'new', condition));
  return told;
}

async function put(s3: S3Client, Key: string, condition: object): Promise<unknown> {
  return (await s3.send(new PutObjectCommand({ ...DATA, Key, Body: 'written', ...condition }))).ETag;
}

async function sizes(s3: S3Client, UploadId: string): Promise<unknown> {
  const { Parts } = await s3.send(new ListPartsCommand({ ...BIG, UploadId }));
  return Parts?.map(({ PartNumber, Size, ETag }) => [PartNumber, Size, ETag]);
}

function codeOf(error: unknown): string {
  if (!(error instanceof S3ServiceException)) throw error;
  return `${error.$metadata.httpStatusCode} ${error.name}`;
}

/** Where it is on the machine: what both can do must look the same. */
describe('parts and conditions in another emulator', { skip: motoMissing() }, () => {
  test('answer the same story alike', async () => {
    await using opened = await openS3();
    await using moto = await startMoto();
    const others = new S3Client({ ...moto.clientConfig({ account: ACCOUNT, region: REGION }), maxAttempts: 1 });
    assert.deepEqual(await story(opened.s3), await story(others));
  });
});
