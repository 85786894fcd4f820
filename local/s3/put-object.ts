import type { PutObjectOutput, PutObjectRequest, StorageClass } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import { aclOfNewObject } from './acl.ts';
import { checkBody } from './checksum.ts';
import { checkWrite } from './conditions.ts';
import { chooseEncryption } from './encryption-choice.ts';
import { etagOf } from './etag.ts';
import { writeAnswer } from './object-answer.ts';
import { requireKey } from './object-key.ts';
import { lockFor } from './retention.ts';
import { replicate } from './replicate.ts';
import type { S3 } from './store.ts';
import { contentHeaders, wholeSeconds } from './stored-object.ts';
import { readTaggingHeader } from './tags.ts';
import { checkMetadata } from './user-metadata.ts';
import { addVersion, currentObject } from './versions.ts';

const STORAGE_CLASSES: readonly string[] = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
] satisfies StorageClass[];

/** PUT /bucket/key. */
export function putObject(s3: S3, input: PutObjectRequest, call: Call): PutObjectOutput {
  const bucket = s3.store.locate(input, call);
  const key = requireKey(input.Key);
  const now = s3.world.now();
  if (input.WriteOffsetBytes !== undefined) throw notEmulated('appending to an object (x-amz-write-offset-bytes)');
  const acl = aclOfNewObject(bucket, input, call);
  checkWrite(key, currentObject(bucket, key), input);
  const body = bytesOf(input.Body);
  const checksum = checkBody(input, body);
  const lock = lockFor(bucket, input, now);
  const tags = readTaggingHeader(input.Tagging);
  const storageClass = checkStorageClass(input.StorageClass);
  const { protection, customerKey } = chooseEncryption(s3, { bucket, objectKey: key }, input, call);
  const sealed = s3.store.envelope.seal(body, protection, customerKey);
  const object = addVersion(bucket, {
    key,
    lastModified: wholeSeconds(now),
    etag: etagOf(body, sealed),
    sizeBytes: body.length,
    storageClass,
    content: contentHeaders(input),
    metadata: checkMetadata(input.Metadata),
    checksum,
    parts: undefined,
    sealed,
    tags,
    acl,
    ...lock,
  });
  replicate(s3, bucket, object);
  return writeAnswer(bucket, object);
}

/** The storage class of a write; the general purpose ones only. */
export function checkStorageClass(name: StorageClass | undefined): StorageClass {
  if (name === undefined) return 'STANDARD';
  if (STORAGE_CLASSES.includes(name)) return name;
  throw new AwsError('InvalidStorageClass', 'The storage class you specified is not valid', 400, {
    fields: { StorageClassRequested: name },
  });
}

/** The body as the wire layer or an in-process caller hands it over. */
export function bytesOf(body: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body);
  throw new TypeError('a body must be bytes or text: streams are read by the wire layer');
}
