import { randomBytes } from 'node:crypto';
import {
  type AbortMultipartUploadOutput,
  type AbortMultipartUploadRequest,
  type CreateMultipartUploadOutput,
  type CreateMultipartUploadRequest,
  type UploadPartCopyOutput,
  type UploadPartCopyRequest,
  type UploadPartOutput,
  type UploadPartRequest,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { aclOfNewObject } from './acl.ts';
import { type Body, digestible, joined } from './body.ts';
import { type Bucket, ownerOf } from './bucket.ts';
import { algorithmOf, checkBody, checksumFields, type ChecksumInput, checksumOf } from './checksum.ts';
import { openSource } from './copy.ts';
import { type CustomerKeyInput, keyForReading } from './customer-key.ts';
import { chooseEncryption } from './encryption-choice.ts';
import { authorizeKey } from './kms-access.ts';
import { encryptionAnswer } from './object-answer.ts';
import { requireKey } from './object-key.ts';
import { etagOfBoxes, md5Of } from './etag.ts';
import { lockFor } from './retention.ts';
import { bytesOf, checkStorageClass } from './put-object.ts';
import type { ByteRange } from './range.ts';
import { invalidArgument, invalidRequest } from './s3-error.ts';
import type { S3 } from './store.ts';
import { contentHeaders, wholeSeconds } from './stored-object.ts';
import { readTaggingHeader } from './tags.ts';
import type { Upload, UploadedPart } from './upload.ts';
import { checksumTypeFor } from './upload-checksum.ts';
import { checkMetadata } from './user-metadata.ts';
import { currentObject, visibleVersionId } from './versions.ts';

const MOST_PARTS = 10_000;

/** POST ?uploads. The encryption is decided here, by these headers or the bucket's default of this moment. */
export function createMultipartUpload(
  s3: S3,
  input: CreateMultipartUploadRequest,
  call: Call,
): CreateMultipartUploadOutput {
  const bucket = s3.store.locate(input, call);
  const key = requireKey(input.Key);
  const now = s3.world.now();
  const acl = aclOfNewObject(bucket, input, call);
  const checksumAlgorithm = algorithmOf(input);
  const checksumType = checksumTypeFor(checksumAlgorithm, input.ChecksumType);
  const lock = lockFor(bucket, input, now);
  const { protection, customerKey } = chooseEncryption(s3, { bucket, objectKey: key }, input, call);
  const upload: Upload = {
    id: randomBytes(48).toString('base64url'),
    key,
    initiatedAt: wholeSeconds(now),
    initiator: call.caller.role === undefined ? ownerOf(call.caller.accountId) : { ID: call.caller.arn },
    before: currentObject(bucket, key),
    seal: s3.store.envelope.begin(protection, customerKey),
    storageClass: checkStorageClass(input.StorageClass),
    content: contentHeaders(input),
    metadata: checkMetadata(input.Metadata),
    tags: readTaggingHeader(input.Tagging),
    ...lock,
    acl,
    checksumAlgorithm,
    checksumType,
    parts: new Map(),
  };
  bucket.uploads.set(upload.id, upload);
  return {
    Bucket: bucket.name,
    Key: key,
    UploadId: upload.id,
    ChecksumAlgorithm: upload.checksumAlgorithm,
    ChecksumType: upload.checksumType,
    ...encryptionAnswer(protection),
  };
}

/** PUT ?partNumber&uploadId. */
export function uploadPart(s3: S3, input: UploadPartRequest, call: Call): UploadPartOutput {
  const { bucket, upload } = findUpload(s3, input, call);
  const body = joined([bytesOf(input.Body)]);
  const part = addPart(s3, { bucket, upload, input, body, checks: input }, call);
  return { ETag: `"${part.etag}"`, ...encryptionAnswer(upload.seal.protection), ...checksumFields(part.checksum) };
}

/** PUT ?partNumber&uploadId with x-amz-copy-source, whole or a range of it. */
export function uploadPartCopy(s3: S3, input: UploadPartCopyRequest, call: Call): UploadPartCopyOutput {
  const { bucket, upload } = findUpload(s3, input, call);
  const source = openSource(s3, input, call);
  const range = copyRange(input.CopySourceRange, source.object.sizeBytes);
  const length = range === undefined ? source.object.sizeBytes : range.last - range.first + 1;
  if (length > s3.store.options.copyLimitBytes) {
    throw invalidRequest(
      `The specified copy source is larger than the maximum allowable size for a copy source: ${s3.store.options.copyLimitBytes}`,
    );
  }
  const part = addPart(s3, { bucket, upload, input, body: source.read(range), checks: {} }, call);
  return {
    CopySourceVersionId: visibleVersionId(source.bucket, source.object),
    CopyPartResult: { ETag: `"${part.etag}"`, LastModified: part.lastModified, ...checksumFields(part.checksum) },
    ...encryptionAnswer(upload.seal.protection),
  };
}

/** DELETE ?uploadId. */
export function abortMultipartUpload(
  s3: S3,
  input: AbortMultipartUploadRequest,
  call: Call,
): AbortMultipartUploadOutput {
  const { bucket, upload } = findUpload(s3, input, call);
  if (input.IfMatchInitiatedTime !== undefined)
    throw invalidRequest('x-amz-if-match-initiated-time is for directory buckets only');
  bucket.uploads.delete(upload.id);
  return {};
}

interface UploadInput {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
  readonly UploadId: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

export function findUpload(s3: S3, input: UploadInput, call: Call): { bucket: Bucket; upload: Upload } {
  const bucket = s3.store.locate(input, call);
  const upload = bucket.uploads.get(input.UploadId ?? '');
  if (upload !== undefined && upload.key === input.Key) return { bucket, upload };
  throw new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    404,
    { fields: { UploadId: input.UploadId ?? '' } },
  );
}

interface NewPart {
  readonly bucket: Bucket;
  readonly upload: Upload;
  readonly input: CustomerKeyInput & { readonly PartNumber: number | undefined };
  readonly body: Body;
  readonly checks: ChecksumInput;
}

function addPart(s3: S3, { bucket, upload, input, body, checks }: NewPart, call: Call): UploadedPart {
  const partNumber = input.PartNumber ?? 0;
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MOST_PARTS) {
    throw invalidArgument(
      `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`,
      'partNumber',
      String(partNumber),
    );
  }
  const { protection } = upload.seal;
  const customerKey = keyForReading(protection, input);
  if ('keyArn' in protection) {
    const bucketKey = protection.algorithm === 'aws:kms' && protection.bucketKey;
    authorizeKey(
      s3,
      { keyArn: protection.keyArn, bucketKey, bucket, objectKey: upload.key, actions: ['kms:Decrypt'] },
      call,
    );
  }
  const bytes = digestible(body);
  const given = checkBody(checks, bytes);
  const { checksumAlgorithm: algorithm } = upload;
  const md5 = md5Of(bytes);
  const chunks = s3.store.envelope.add(upload.seal, body, customerKey);
  const part: UploadedPart = {
    partNumber,
    lastModified: wholeSeconds(s3.world.now()),
    etag: protection.algorithm === 'AES256' ? md5 : etagOfBoxes(chunks),
    md5,
    sizeBytes: body.sizeBytes,
    checksum: algorithm === undefined ? given : { algorithm, value: checksumOf(algorithm, bytes), type: 'FULL_OBJECT' },
    chunks,
  };
  upload.parts.set(partNumber, part);
  return part;
}

/** Unlike GetObject's, this range must be complete and inside the source (its errors were measured by others on AWS). */
function copyRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const [, from = '', to = ''] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  const [first, last] = [Number(from), Number(to)];
  const name = 'x-amz-copy-source-range';
  if (from === '' || first > last) {
    throw invalidArgument(
      `The ${name} value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy`,
      name,
      header,
    );
  }
  if (first >= sizeBytes) throw invalidRequest('The specified copy range is invalid for the source object size');
  if (last >= sizeBytes)
    throw invalidArgument(`Range specified is not valid for source object of size: ${sizeBytes}`, name, header);
  return { first, last };
}
