import type { GetObjectOutput, GetObjectRequest, HeadObjectOutput, HeadObjectRequest } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { checkRead } from './conditions.ts';
import { keyForReading } from './customer-key.ts';
import { findObject, type Found } from './find-object.ts';
import { authorizeKey, refuseUnsigned } from './kms-access.ts';
import { readAnswer } from './object-answer.ts';
import { type ByteRange, readRange } from './range.ts';
import { invalidArgument } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { StoredObject } from './stored-object.ts';

const ARCHIVE_CLASSES = ['GLACIER', 'DEEP_ARCHIVE'];

/** GET /bucket/key, whole or in part. Archived objects are not readable: restoring is not emulated. */
export function getObject(
  s3: S3,
  input: GetObjectRequest,
  call: Call,
): Omit<GetObjectOutput, 'Body'> & { Body: Buffer } {
  const found = findObject(s3, input, call);
  const { bucket, object } = found;
  checkRead(object, input);
  if (isArchived(object)) {
    throw new AwsError('InvalidObjectState', "The operation is not valid for the object's storage class", 403, {
      fields: { StorageClass: object.storageClass },
    });
  }
  const body = readBody(s3, found, keyForReading(object.sealed.protection, input), call);
  const range = partRange(object, input.PartNumber) ?? readRange(input.Range, object.sizeBytes);
  return {
    ...readAnswer(bucket, object, input.ChecksumMode === 'ENABLED' && range === undefined),
    ...responseOverrides(input),
    ...rangeAnswer(object, range, input.PartNumber),
    Body: range === undefined ? body : body.subarray(range.first, range.last + 1),
  };
}

/** HEAD /bucket/key. Reads no byte: archived objects answer too, and the KMS key is not asked. */
export function headObject(s3: S3, input: HeadObjectRequest, call: Call): HeadObjectOutput {
  const { bucket, object } = findObject(s3, input, call);
  checkRead(object, input);
  if ('keyArn' in object.sealed.protection) refuseUnsigned(call);
  keyForReading(object.sealed.protection, input);
  const range = partRange(object, input.PartNumber) ?? readRange(input.Range, object.sizeBytes);
  return {
    ...readAnswer(bucket, object, input.ChecksumMode === 'ENABLED'),
    ...responseOverrides(input),
    ...rangeAnswer(object, range, input.PartNumber),
  };
}

/** True for the classes that must be restored before a read or a copy. */
export function isArchived(object: StoredObject): boolean {
  return ARCHIVE_CLASSES.includes(object.storageClass);
}

/** The plain bytes, if the caller may use the object's key. */
export function readBody(s3: S3, { bucket, object }: Found, customerKey: Buffer | undefined, call: Call): Buffer {
  const { protection } = object.sealed;
  if ('keyArn' in protection) {
    const bucketKey = protection.algorithm === 'aws:kms' && protection.bucketKey;
    authorizeKey(
      s3,
      { keyArn: protection.keyArn, bucketKey, bucket, objectKey: object.key, actions: ['kms:Decrypt'] },
      call,
    );
  }
  return s3.store.envelope.open(object.sealed, customerKey);
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
