import type { CopyObjectRequest, PutObjectRequest } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import type { Permission } from '../service.ts';
import { throughAccessPoint } from './access-point-gate.ts';
import { type AclInput, aclContext, namesAcl } from './acl-headers.ts';
import type { Bucket } from './bucket.ts';
import { readCopySource } from './copy-source.ts';
import type { EncryptionInput } from './encryption-choice.ts';
import { isMissing, type ObjectName, onBucket, onNewObject, onObject } from './resource-permission.ts';
import type { S3 } from './store.ts';
import { currentObject, findVersion } from './versions.ts';

/** The members of PutObject, CreateMultipartUpload and CopyObject that a permission or a condition key looks at. */
type WriteInput = EncryptionInput &
  ObjectName &
  AclInput &
  Pick<
    PutObjectRequest,
    | 'Tagging'
    | 'ObjectLockMode'
    | 'ObjectLockRetainUntilDate'
    | 'ObjectLockLegalHoldStatus'
    | 'ObjectLockEventHold'
    | 'StorageClass'
  >;

/** The members of a write that conditions look at. */
interface ConditionalInput {
  readonly Key?: string | undefined;
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/**
 * The condition keys of writes: `creates` is false for what only prepares an object, as a part of an upload does (S3 guide, "Enforce
 * conditional writes on Amazon S3 buckets").
 */
export function creationContext(input: ConditionalInput, creates: boolean): Record<string, string> {
  return {
    's3:ObjectCreationOperation': String(creates),
    ...(input.IfMatch === undefined ? {} : { 's3:if-match': input.IfMatch }),
    ...(input.IfNoneMatch === undefined ? {} : { 's3:if-none-match': input.IfNoneMatch }),
  };
}

/** Who asks whether an object is still the same has to be let read it (S3 guide, "How to prevent object overwrites with conditional writes"). */
export function matchPermissions(bucket: Bucket, input: ConditionalInput): Permission[] {
  return input.IfMatch === undefined ? [] : [onObject(bucket, { Key: input.Key }, 's3:GetObject')];
}

/** s3:PutObject, and one action more for each thing that the write sets besides bytes. */
export function writePermissions(bucket: Bucket, input: WriteInput, more: Record<string, string> = {}): Permission[] {
  const context = {
    ...more,
    ...(input.ServerSideEncryption === undefined
      ? {}
      : { 's3:x-amz-server-side-encryption': input.ServerSideEncryption }),
    ...(input.SSEKMSKeyId === undefined ? {} : { 's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId }),
    ...(input.SSECustomerAlgorithm === undefined
      ? {}
      : { 's3:x-amz-server-side-encryption-customer-algorithm': input.SSECustomerAlgorithm }),
    ...(input.StorageClass === undefined ? {} : { 's3:x-amz-storage-class': input.StorageClass }),
    ...aclContext(input),
  };
  const actions = ['s3:PutObject'];
  if (namesAcl(input)) actions.push('s3:PutObjectAcl');
  if (input.Tagging !== undefined) actions.push('s3:PutObjectTagging');
  if (input.ObjectLockMode !== undefined || input.ObjectLockEventHold !== undefined)
    actions.push('s3:PutObjectRetention');
  if (input.ObjectLockLegalHoldStatus !== undefined) actions.push('s3:PutObjectLegalHold');
  return actions.map((action) => onNewObject(bucket, { Key: input.Key }, action, context));
}

/** Tags count only where there are some to copy. */
export function copyPermissions(s3: S3, input: CopyObjectRequest, call: Call): Permission[] {
  const bucket = s3.store.locate(input, call);
  const source = sourcePermissions(s3, input, input.TaggingDirective !== 'REPLACE', call);
  const isTagged = source.some(({ action }) => action.endsWith('Tagging'));
  const tagged = isTagged ? [onObject(bucket, input, 's3:PutObjectTagging')] : [];
  return [
    ...source,
    ...throughAccessPoint(
      s3,
      input.Bucket,
      [
        ...writePermissions(bucket, input, { ...copyContext(input), ...creationContext(input, true) }),
        ...matchPermissions(bucket, input),
        ...tagged,
      ],
      call,
    ),
  ];
}

/** The key `s3:x-amz-copy-source` is there in copies only (S3 guide, "Bucket policy examples using condition keys"). */
export function copyContext({ CopySource = '' }: { CopySource?: string | undefined }): Record<string, string> {
  return { 's3:x-amz-copy-source': CopySource.replace(/^\//, '') };
}

/** Reading the source of a copy, and its tags where they come along. */
export function sourcePermissions(
  s3: S3,
  input: { CopySource: string | undefined; ExpectedSourceBucketOwner?: string | undefined },
  withTags: boolean,
  call: Call,
): Permission[] {
  const source = readCopySource(input.CopySource);
  const bucket = s3.store.require(source.bucket, input.ExpectedSourceBucketOwner);
  const { key: Key, versionId: VersionId } = source;
  const version = VersionId === undefined ? currentObject(bucket, Key) : findVersion(bucket, Key, VersionId);
  const isTagged = withTags && version?.kind === 'object' && version.tags.length > 0;
  const kind = VersionId === undefined ? 'GetObject' : 'GetObjectVersion';
  const actions = isTagged ? [`s3:${kind}`, `s3:${kind}Tagging`] : [`s3:${kind}`];
  const named = { Key, VersionId };
  const asked = isMissing(bucket, named)
    ? [onBucket(bucket, 's3:ListBucket')]
    : actions.map((action) => onObject(bucket, named, action));
  return throughAccessPoint(s3, source.bucket, asked, call);
}
