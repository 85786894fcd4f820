import type { CopyObjectRequest, UpdateObjectEncryptionRequest } from '@aws-sdk/client-s3';
import type { JobOperation, S3CopyObjectOperation } from '@aws-sdk/client-s3-control';
import { notEmulated } from '../errors.ts';
import { bucketOfArn } from './bad-request.ts';
import { encodeKey } from './csv.ts';
import type { Task } from './job.ts';

/** The S3 API call that one task of a job is. */
export interface TaskCall {
  readonly operation: 'UpdateObjectEncryption' | 'CopyObject';
  readonly input: UpdateObjectEncryptionRequest | CopyObjectRequest;
}

/** Prepares an operation once per job; the result makes the call of each task. */
export function taskCalls(operation: JobOperation | undefined): (task: Task) => TaskCall {
  if (operation?.S3UpdateObjectEncryption !== undefined) {
    const { ObjectEncryption: target } = operation.S3UpdateObjectEncryption;
    const encryption = {
      SSEKMS: { KMSKeyArn: target?.SSEKMS?.KMSKeyArn, BucketKeyEnabled: target?.SSEKMS?.BucketKeyEnabled },
    };
    return (task) => ({
      operation: 'UpdateObjectEncryption',
      input: { Bucket: task.bucket, Key: task.key, ...versionOf(task), ObjectEncryption: encryption },
    });
  }
  if (operation?.S3PutObjectCopy !== undefined) return copyCalls(operation.S3PutObjectCopy);
  throw notEmulated('this S3 Batch operation');
}

function copyCalls(copy: S3CopyObjectOperation): (task: Task) => TaskCall {
  const fixed = {
    ...metadataOf(copy),
    ...encryptionOf(copy),
    ...taggingOf(copy),
    ...lockOf(copy),
    ...conditionsOf(copy),
  };
  const bucket = bucketOfArn(copy.TargetResource, 'S3PutObjectCopy.TargetResource');
  return (task) => ({
    operation: 'CopyObject',
    input: {
      ...fixed,
      Bucket: bucket,
      Key: copy.TargetKeyPrefix === undefined ? task.key : `${copy.TargetKeyPrefix}/${task.key}`,
      CopySource: `${task.bucket}/${encodeKey(task.key)}${task.versionId === undefined ? '' : `?versionId=${encodeURIComponent(task.versionId)}`}`,
    },
  });
}

/** NewObjectMetadata carries the SSE algorithm too; without any other member of it the source's metadata stays. */
function metadataOf(copy: S3CopyObjectOperation) {
  const { SSEAlgorithm: _, ...metadata } = copy.NewObjectMetadata ?? {};
  const isReplaced = Object.values(metadata).some((value) => value !== undefined);
  return {
    StorageClass: copy.StorageClass,
    WebsiteRedirectLocation: copy.RedirectLocation,
    ACL: copy.CannedAccessControlList,
    ...grantsOf(copy),
    ChecksumAlgorithm: copy.ChecksumAlgorithm,
    MetadataDirective: copy.MetadataDirective ?? (isReplaced ? ('REPLACE' as const) : ('COPY' as const)),
    CacheControl: metadata.CacheControl,
    ContentDisposition: metadata.ContentDisposition,
    ContentEncoding: metadata.ContentEncoding,
    ContentLanguage: metadata.ContentLanguage,
    ContentType: metadata.ContentType,
    Expires: metadata.HttpExpiresDate,
    Metadata: metadata.UserMetadata,
  };
}

const GRANT_MEMBERS = {
  FULL_CONTROL: 'GrantFullControl',
  READ: 'GrantRead',
  READ_ACP: 'GrantReadACP',
  WRITE: 'GrantWrite',
  WRITE_ACP: 'GrantWriteACP',
} as const;

/** The S3 API takes grants as headers, all grantees of one permission in one. */
function grantsOf({ AccessControlGrants: grants = [] }: S3CopyObjectOperation): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { Grantee: grantee, Permission: permission = 'READ' } of grants) {
    const member = GRANT_MEMBERS[permission];
    const named = `${grantee?.TypeIdentifier ?? 'id'}="${grantee?.Identifier ?? ''}"`;
    headers[member] = headers[member] === undefined ? named : `${headers[member]}, ${named}`;
  }
  return headers;
}

/** The job says KMS where the S3 API says aws:kms; a key alone means it too. */
function encryptionOf(copy: S3CopyObjectOperation) {
  const algorithm = copy.NewObjectMetadata?.SSEAlgorithm ?? (copy.SSEAwsKmsKeyId === undefined ? undefined : 'KMS');
  return {
    ServerSideEncryption: algorithm === 'KMS' ? ('aws:kms' as const) : algorithm,
    SSEKMSKeyId: copy.SSEAwsKmsKeyId,
    BucketKeyEnabled: copy.BucketKeyEnabled,
  };
}

function taggingOf(copy: S3CopyObjectOperation) {
  if (copy.NewObjectTagging === undefined) return {};
  const tags = copy.NewObjectTagging.map(({ Key = '', Value = '' }) => [Key, Value] satisfies [string, string]);
  return { TaggingDirective: 'REPLACE' as const, Tagging: new URLSearchParams(tags).toString() };
}

function lockOf(copy: S3CopyObjectOperation) {
  return {
    ObjectLockMode: copy.ObjectLockMode,
    ObjectLockRetainUntilDate: copy.ObjectLockRetainUntilDate,
    ObjectLockLegalHoldStatus: copy.ObjectLockLegalHoldStatus,
  };
}

function conditionsOf(copy: S3CopyObjectOperation) {
  return {
    CopySourceIfModifiedSince: copy.ModifiedSinceConstraint,
    CopySourceIfUnmodifiedSince: copy.UnModifiedSinceConstraint,
  };
}

function versionOf(task: Task): { VersionId?: string } {
  return task.versionId === undefined ? {} : { VersionId: task.versionId };
}
