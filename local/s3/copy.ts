import { type CopyObjectOutput, type CopyObjectRequest, MetadataDirective, TaggingDirective } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { aclOfNewObject } from './acl.ts';
import { type Body, digestible } from './body.ts';
import type { Bucket } from './bucket.ts';
import { algorithmOf, type Checksum, checksumFields, checksumOf } from './checksum.ts';
import { checkCopySource, checkWrite } from './conditions.ts';
import { readCopySource } from './copy-source.ts';
import { keyForReading } from './customer-key.ts';
import { chooseEncryption } from './encryption-choice.ts';
import { checkEnumerated } from './enumerated.ts';
import { etagOf } from './etag.ts';
import { findIn, type Found } from './find-object.ts';
import { readBody } from './get-object.ts';
import { isArchived } from './restore.ts';
import { encryptionAnswer } from './object-answer.ts';
import { requireKey } from './object-key.ts';
import { checkStorageClass } from './put-object.ts';
import type { ByteRange } from './range.ts';
import { lockFor } from './retention.ts';
import { replicate } from './replicate.ts';
import { invalidArgument, invalidRequest } from './s3-error.ts';
import type { S3 } from './store.ts';
import { contentHeaders, type StoredObject, wholeSeconds } from './stored-object.ts';
import { readTaggingHeader } from './tags.ts';
import { checkMetadata } from './user-metadata.ts';
import { addVersion, currentObject, findVersion, visibleVersionId } from './versions.ts';

/**
 * PUT /bucket/key with x-amz-copy-source. The copy is a new object: new date, class STANDARD unless asked otherwise, encryption by
 * header or bucket default, no ACL, lock or redirect of the source; metadata and tags are kept unless replaced (aws-facts 3.8).
 */
export function copyObject(s3: S3, input: CopyObjectRequest, call: Call): CopyObjectOutput {
  const bucket = s3.store.locate(input, call);
  const key = requireKey(input.Key);
  const now = s3.world.now();
  checkDirectives(input);
  const source = openSource(s3, input, call);
  if (source.object.sizeBytes > s3.store.options.copyLimitBytes) {
    throw invalidRequest(
      `The specified copy source is larger than the maximum allowable size for a copy source: ${s3.store.options.copyLimitBytes}`,
    );
  }
  refuseUnchanged(source, { bucket, key }, input);
  const acl = aclOfNewObject(bucket, input, call);
  checkWrite(key, currentObject(bucket, key), input);
  const lock = lockFor(bucket, input, now);
  const kept = keptOf(source.object, input);
  const storageClass = checkStorageClass(input.StorageClass);
  const { protection, customerKey } = chooseEncryption(s3, { bucket, objectKey: key }, input, call);
  const body = source.read();
  const sealed = s3.store.envelope.seal(body, protection, customerKey);
  const object = addVersion(bucket, {
    ...kept,
    ...lock,
    key,
    acl,
    lastModified: wholeSeconds(now),
    etag: etagOf(body, sealed),
    sizeBytes: body.sizeBytes,
    storageClass,
    checksum: checksumOfCopy(source.object, input, body),
    parts: undefined,
    sealed,
  });
  replicate(s3, bucket, object);
  return {
    CopyObjectResult: {
      ETag: `"${object.etag}"`,
      LastModified: object.lastModified,
      ...checksumFields(object.checksum),
    },
    VersionId: visibleVersionId(bucket, object),
    CopySourceVersionId: visibleVersionId(source.bucket, source.object),
    ...encryptionAnswer(object.sealed.protection),
  };
}

/** The members of CopyObject and UploadPartCopy that speak of the source. */
export interface SourceInput {
  readonly CopySource?: string | undefined;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
  readonly CopySourceSSECustomerAlgorithm?: string | undefined;
  readonly CopySourceSSECustomerKey?: string | undefined;
  readonly CopySourceSSECustomerKeyMD5?: string | undefined;
  readonly ExpectedSourceBucketOwner?: string | undefined;
}

/** Finds the source, in whatever Region it is, and checks that it can be read now. */
export function openSource(s3: S3, input: SourceInput, call: Call): Found & { read: (range?: ByteRange) => Body } {
  const { bucket: name, key, versionId } = readCopySource(input.CopySource);
  const sourceBucket = s3.store.require(name, input.ExpectedSourceBucketOwner);
  refuseMarker(sourceBucket, key, versionId);
  const found = findIn(s3, sourceBucket, { Bucket: name, Key: key, VersionId: versionId }, call);
  checkCopySource(found.object, {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  });
  if (isArchived(found.object, s3.world.now())) {
    throw new AwsError(
      'ObjectNotInActiveTierError',
      'The source object of the COPY action is not in the active tier',
      403,
    );
  }
  const customerKey = keyForReading(found.object.sealed.protection, {
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
  });
  return { ...found, read: (range) => readBody(s3, found, { customerKey, range }, call) };
}

/** API CopyObject, x-amz-copy-source: a delete marker that is named by its version id is a bad request. */
function refuseMarker(bucket: Bucket, key: string, versionId: string | undefined): void {
  if (versionId === undefined || findVersion(bucket, key, versionId)?.kind !== 'marker') return;
  throw invalidRequest('The source of a copy request may not specifically refer to a delete marker by version id.');
}

/**
 * A copy onto itself must change something. A default encryption of the bucket that is not the plain SSE-S3 of a new one counts, so does an
 * object that is not under SSE-S3, and one that was restored: other emulators that were compared with AWS say so, AWS's pages do not (aws-facts 12.7).
 */
function refuseUnchanged(source: Found, target: { bucket: Bucket; key: string }, input: CopyObjectRequest): void {
  const current = currentObject(target.bucket, target.key);
  if (source.object !== current) return;
  const changes = [
    input.MetadataDirective === 'REPLACE',
    input.StorageClass,
    input.WebsiteRedirectLocation,
    input.ServerSideEncryption,
    input.SSECustomerAlgorithm,
    !isPlainDefault(target.bucket),
    current.sealed.protection.algorithm !== 'AES256',
    current.restoration,
  ];
  if (changes.some(Boolean)) return;
  throw invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

function checkDirectives(input: CopyObjectRequest): void {
  checkEnumerated(MetadataDirective, input.MetadataDirective, (given) =>
    invalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', given),
  );
  checkEnumerated(TaggingDirective, input.TaggingDirective, (given) =>
    invalidArgument('Unknown tagging directive.', 'x-amz-tagging-directive', given),
  );
}

function isPlainDefault({ encryption }: Bucket): boolean {
  const algorithm = encryption.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? 'AES256';
  return algorithm === 'AES256' && encryption.BucketKeyEnabled !== true;
}

function keptOf(source: StoredObject, input: CopyObjectRequest): Pick<StoredObject, 'content' | 'metadata' | 'tags'> {
  const replaced = input.MetadataDirective === 'REPLACE';
  const { WebsiteRedirectLocation: _, ...content } = source.content;
  return {
    content: replaced ? contentHeaders(input) : { ...content, WebsiteRedirectLocation: input.WebsiteRedirectLocation },
    metadata: replaced ? checkMetadata(input.Metadata) : source.metadata,
    tags: input.TaggingDirective === 'REPLACE' ? readTaggingHeader(input.Tagging) : source.tags,
  };
}

/** The algorithm that is named, else the source's, else CRC64NVME, computed anew over the whole: a copy is never in parts (S3 guide, "Copying objects"). */
function checksumOfCopy(source: StoredObject, input: CopyObjectRequest, body: Body): Checksum {
  const named = algorithmOf({ ChecksumAlgorithm: input.ChecksumAlgorithm });
  const algorithm = named ?? source.checksum?.algorithm ?? 'CRC64NVME';
  return { algorithm, value: checksumOf(algorithm, digestible(body)), type: 'FULL_OBJECT' };
}
