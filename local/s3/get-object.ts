import type { GetObjectOutput, GetObjectRequest, HeadObjectOutput, HeadObjectRequest } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { type Body, bytesIn, isHeld } from './body.ts';
import { checksumFields } from './checksum.ts';
import { checkRead } from './conditions.ts';
import { keyForReading } from './customer-key.ts';
import { findObject, type Found } from './find-object.ts';
import { authorizeKey, refuseUnsigned } from './kms-access.ts';
import { lockAnswer } from './lock-answer.ts';
import { readAnswer } from './object-answer.ts';
import { type ByteRange, readRange } from './range.ts';
import { invalidArgument, invalidRequest } from './s3-error.ts';
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
  const customerKey = keyForReading(object.sealed.protection, input);
  const range = rangeOf(object, input);
  const body = readBody(s3, found, { customerKey, range }, call);
  // Whoever reads a pattern would take the checksum for one of the bytes.
  const withChecksum = input.ChecksumMode === 'ENABLED' && isHeld(body);
  return {
    ...readAnswer(bucket, object),
    ...(withChecksum ? checksumAnswer(object, range, input.PartNumber) : {}),
    ...lockAnswer(s3, found, input, call),
    ...restoreAnswer(object, s3.world.now()),
    ...responseOverrides(input),
    ...rangeAnswer(object, range, input.PartNumber),
    Body: bytesIn(body),
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
  const range = rangeOf(object, input);
  return {
    ...readAnswer(bucket, object),
    ...(input.ChecksumMode === 'ENABLED' ? checksumAnswer(object, range, input.PartNumber) : {}),
    ...lockAnswer(s3, found, input, call),
    ...restoreAnswer(object, s3.world.now()),
    ...responseOverrides(input),
    ...rangeAnswer(object, range, input.PartNumber),
  };
}

/** The plain content, whole or a range of it, if the caller may use the object's key. */
export function readBody(
  s3: S3,
  found: Found,
  { customerKey, range }: { customerKey: Buffer | undefined; range: ByteRange | undefined },
  call: Call,
): Body {
  askKey(s3, found, call);
  return s3.store.envelope.unseal(found.object.sealed, customerKey, range);
}

/** Whether the caller may decrypt under the object's KMS key, if it has one. */
function askKey(s3: S3, { bucket, object }: Found, call: Call): void {
  const { protection } = object.sealed;
  if (!('keyArn' in protection)) return;
  const bucketKey = protection.algorithm === 'aws:kms' && protection.bucketKey;
  const use = { keyArn: protection.keyArn, bucketKey, bucket, objectKey: object.key, actions: ['kms:Decrypt'] };
  authorizeKey(s3, use, call);
}

function rangeOf(object: StoredObject, input: Pick<GetObjectRequest, 'PartNumber' | 'Range'>): ByteRange | undefined {
  if (input.PartNumber === undefined) return readRange(input.Range, object.sizeBytes);
  if (input.Range !== undefined)
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  return partRange(object, input.PartNumber);
}

/** An object that was written in one piece is its own part 1. */
function partRange({ parts, sizeBytes }: StoredObject, partNumber: number): ByteRange {
  let first = 0;
  for (const part of parts ?? [{ partNumber: 1, sizeBytes }]) {
    if (part.partNumber === partNumber) return { first, last: first + part.sizeBytes - 1 };
    first += part.sizeBytes;
  }
  throw new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416);
}

/** The checksum of the whole is told with the whole; a part has one of its own where that of the whole is made of them (measured by others on AWS). */
function checksumAnswer(object: StoredObject, range: ByteRange | undefined, partNumber: number | undefined) {
  const { checksum, parts, sizeBytes } = object;
  if (checksum?.type === 'COMPOSITE' && partNumber !== undefined) {
    const part = parts?.find((each) => each.partNumber === partNumber);
    return { ...checksumFields(part?.checksum), ChecksumType: checksum.type };
  }
  const isWhole = range === undefined || range.last - range.first + 1 === sizeBytes;
  return isWhole ? checksumFields(checksum) : {};
}

function rangeAnswer(object: StoredObject, range: ByteRange | undefined, partNumber: number | undefined) {
  if (range === undefined) return {};
  return {
    ContentLength: range.last - range.first + 1,
    ContentRange: `bytes ${range.first}-${range.last}/${object.sizeBytes}`,
    ...(partNumber !== undefined && object.parts !== undefined ? { PartsCount: object.parts.length } : {}),
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
