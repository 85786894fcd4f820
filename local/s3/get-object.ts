import type { GetObjectOutput, GetObjectRequest, HeadObjectOutput, HeadObjectRequest } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { checkRead } from './conditions.ts';
import { keyForReading } from './customer-key.ts';
import { findObject, type Found } from './find-object.ts';
import { authorizeKey, refuseUnsigned } from './kms-access.ts';
import { lockAnswer } from './lock-answer.ts';
import { readAnswer } from './object-answer.ts';
import { type ByteRange, readRange } from './range.ts';
import { invalidArgument } from './s3-error.ts';
import { isArchived, restoreAnswer } from './restore.ts';
import type { S3 } from './store.ts';
import type { StoredObject } from './stored-object.ts';

/** GET /bucket/key, whole or in part. Archived objects are readable once they are restored. */
export function getObject(
  s3: S3,
  input: GetObjectRequest,
  call: Call,
): Omit<GetObjectOutput, 'Body'> & { Body: Buffer } {
  const found = findObject(s3, input, call);
  const { bucket, object } = found;
  checkRead(object, input);
  if (isArchived(object, s3.world.now())) {
    throw new AwsError('InvalidObjectState', "The operation is not valid for the object's storage class", 403, {
      fields: { StorageClass: object.storageClass },
    });
  }
  const body = readBody(s3, found, keyForReading(object.sealed.protection, input), call);
  const range = partRange(object, input.PartNumber) ?? readRange(input.Range, object.sizeBytes);
  return {
    ...readAnswer(bucket, object, input.ChecksumMode === 'ENABLED' && range === undefined),
    ...lockAnswer(s3, found, input, call),
    ...restoreAnswer(object, s3.world.now()),
    ...responseOverrides(input),
    ...rangeAnswer(object, range, input.PartNumber),
    Body: range === undefined ? body : body.subarray(range.first, range.last + 1),
  };
}

/** HEAD /bucket/key. Reads no byte: archived objects answer too, and the KMS key is asked only for a checksum (API HeadObject, x-amz-checksum-mode). */
export function headObject(s3: S3, input: HeadObjectRequest, call: Call): HeadObjectOutput {
  const found = findObject(s3, input, call);
  const { bucket, object } = found;
  checkRead(object, input);
  if ('keyArn' in object.sealed.protection) refuseUnsigned(call);
  const tellsChecksum = input.ChecksumMode === 'ENABLED' && object.checksum !== undefined;
  if (tellsChecksum || s3.store.options.headAsksKms) askKey(s3, found, call);
  keyForReading(object.sealed.protection, input);
  const range = partRange(object, input.PartNumber) ?? readRange(input.Range, object.sizeBytes);
  return {
    ...readAnswer(bucket, object, input.ChecksumMode === 'ENABLED'),
    ...lockAnswer(s3, found, input, call),
    ...restoreAnswer(object, s3.world.now()),
    ...responseOverrides(input),
    ...rangeAnswer(object, range, input.PartNumber),
  };
}

/** The plain bytes, if the caller may use the object's key. */
export function readBody(s3: S3, found: Found, customerKey: Buffer | undefined, call: Call): Buffer {
  askKey(s3, found, call);
  return s3.store.envelope.open(found.object.sealed, customerKey);
}

/** Whether the caller may decrypt under the object's KMS key, if it has one. */
function askKey(s3: S3, { bucket, object }: Found, call: Call): void {
  const { protection } = object.sealed;
  if (!('keyArn' in protection)) return;
  const bucketKey = protection.algorithm === 'aws:kms' && protection.bucketKey;
  const use = { keyArn: protection.keyArn, bucketKey, bucket, objectKey: object.key, actions: ['kms:Decrypt'] };
  authorizeKey(s3, use, call);
}

function partRange(object: StoredObject, partNumber: number | undefined): ByteRange | undefined {
  if (partNumber === undefined) return undefined;
  const sizes = object.partSizes ?? [object.sizeBytes];
  const size = sizes[partNumber - 1];
  if (size === undefined) throw new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416);
  const first = sizes.slice(0, partNumber - 1).reduce((sum, each) => sum + each, 0);
  return { first, last: first + size - 1 };
}

function rangeAnswer(object: StoredObject, range: ByteRange | undefined, partNumber: number | undefined) {
  if (range === undefined) return {};
  return {
    ContentLength: range.last - range.first + 1,
    ContentRange: `bytes ${range.first}-${range.last}/${object.sizeBytes}`,
    ...(partNumber !== undefined && object.partSizes !== undefined ? { PartsCount: object.partSizes.length } : {}),
  };
}

type Overrides = Pick<
  GetObjectRequest,
  | 'ResponseCacheControl'
  | 'ResponseContentDisposition'
  | 'ResponseContentEncoding'
  | 'ResponseContentLanguage'
  | 'ResponseContentType'
  | 'ResponseExpires'
>;

/** The response-* query parameters replace the stored headers of this one answer. */
function responseOverrides(input: Overrides) {
  const asked = {
    CacheControl: input.ResponseCacheControl,
    ContentDisposition: input.ResponseContentDisposition,
    ContentEncoding: input.ResponseContentEncoding,
    ContentLanguage: input.ResponseContentLanguage,
    ContentType: input.ResponseContentType,
    Expires: input.ResponseExpires,
  };
  if (asked.Expires !== undefined && Number.isNaN(asked.Expires.getTime()))
    throw invalidArgument('Invalid date', 'response-expires');
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}
