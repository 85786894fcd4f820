import {
  type DeleteObjectOutput,
  type DeleteObjectRequest,
  type GetObjectRequest,
  type HeadObjectRequest,
  type ListObjectsV2Output,
  type ListObjectsV2Request,
  type PutObjectOutput,
  type PutObjectRequest,
  StorageClass,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { checkBody } from './checksum.ts';
import { checkWrite } from './conditions.ts';
import { deleteObject } from './delete-objects.ts';
import type { Protection } from './envelope.ts';
import { etagOfBoxes } from './etag.ts';
import { getObject, headObject } from './get-object.ts';
import { authorizeKey, resolveKey } from './kms-access.ts';
import { listObjectsV2 } from './list-objects.ts';
import { writeAnswer } from './object-answer.ts';
import { requireKey } from './object-key.ts';
import { bytesOf } from './put-object.ts';
import { invalidArgument, invalidRequest } from './s3-error.ts';
import type { S3 } from './store.ts';
import { contentHeaders, wholeSeconds } from './stored-object.ts';
import { checkMetadata } from './user-metadata.ts';
import { addVersion, currentObject, requireObject } from './versions.ts';

const { EXPRESS_ONEZONE } = StorageClass;

/** PUT /bucket/key: always under the bucket's default. Its ETag is not the MD5 of the bytes. */
export function putDirectoryObject(s3: S3, input: PutObjectRequest, call: Call): PutObjectOutput {
  const bucket = s3.store.locate(input, call);
  const key = requireKey(input.Key);
  checkWrite(key, currentObject(bucket, key), input);
  if ((input.StorageClass ?? EXPRESS_ONEZONE) !== EXPRESS_ONEZONE)
    throw new AwsError('InvalidStorageClass', 'The storage class you specified is not valid', 400);
  const body = bytesOf(input.Body);
  const checksum = checkBody(input, body);
  const protection = defaultProtection(s3, input, call);
  const sealed = s3.store.envelope.seal(body, protection);
  const object = addVersion(bucket, {
    key,
    lastModified: wholeSeconds(s3.world.now()),
    etag: etagOfBoxes(sealed.chunks),
    sizeBytes: body.length,
    storageClass: EXPRESS_ONEZONE,
    content: contentHeaders(input),
    metadata: checkMetadata(input.Metadata),
    checksum,
    parts: undefined,
    sealed,
    tags: [],
    retention: undefined,
    legalHold: false,
  });
  return writeAnswer(bucket, object);
}

export function getDirectoryObject(s3: S3, input: GetObjectRequest, call: Call) {
  requireObject(s3.store.locate(input, call), requireKey(input.Key), undefined);
  return getObject(s3, input, call);
}

export function headDirectoryObject(s3: S3, input: HeadObjectRequest, call: Call) {
  requireObject(s3.store.locate(input, call), requireKey(input.Key), undefined);
  return headObject(s3, input, call);
}

export function deleteDirectoryObject(s3: S3, input: DeleteObjectRequest, call: Call): DeleteObjectOutput {
  return deleteObject(s3, input, call);
}

/** GET ?list-type=2. The order of the keys means nothing at AWS; prefixes must end at the only delimiter (API ListObjectsV2). */
export function listDirectoryObjects(s3: S3, input: ListObjectsV2Request, call: Call): ListObjectsV2Output {
  const { Delimiter: delimiter = '/', Prefix: prefix = '' } = input;
  if (delimiter !== '/') throw invalidArgument('The only delimiter of a directory bucket is /', 'delimiter', delimiter);
  if (prefix !== '' && !prefix.endsWith('/'))
    throw invalidArgument('A prefix in a directory bucket must end with the delimiter /', 'prefix', prefix);
  return listObjectsV2(s3, input, call);
}

/** What the guide says of it and no more: it does not exist for directory buckets. */
export function refuseUpdateEncryption(): never {
  throw invalidRequest('UpdateObjectEncryption is not supported for directory buckets');
}

function defaultProtection(s3: S3, input: PutObjectRequest, call: Call): Protection {
  const bucket = s3.store.locate(input, call);
  const byDefault = bucket.encryption.ApplyServerSideEncryptionByDefault;
  if (byDefault?.SSEAlgorithm !== 'aws:kms') return { algorithm: 'AES256' };
  const keyArn = resolveKey(s3, byDefault.KMSMasterKeyID, bucket, call).arn;
  const actions = ['kms:GenerateDataKey', 'kms:Decrypt'];
  authorizeKey(s3, { keyArn, bucketKey: true, bucket, objectKey: input.Key ?? '', actions }, call);
  return { algorithm: 'aws:kms', keyArn, bucketKey: true };
}
