import type { Permission } from '../service.ts';
import { entryOf } from '../entry-of.ts';
import type { AclPermission } from './access-control-list.ts';
import { bucketGrants, countingGrants, granteesWith } from './acl-grants.ts';
import type { Bucket } from './bucket.ts';
import { denialsOf } from './public-policy.ts';
import type { StoredObject } from './stored-object.ts';
import { currentObject, findVersion } from './versions.ts';

export interface ObjectName {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

/** What a grant on a bucket allows (S3 guide, "Mapping of ACL permissions and access policy permissions"). */
const BUCKET_GRANTS: Readonly<Record<string, AclPermission>> = {
  's3:ListBucket': 'READ',
  's3:ListBucketVersions': 'READ',
  's3:ListBucketMultipartUploads': 'READ',
  's3:PutObject': 'WRITE',
  's3:GetBucketAcl': 'READ_ACP',
  's3:PutBucketAcl': 'WRITE_ACP',
};

/** What a grant on an object allows; the object's owner, not the bucket's, decides on these. */
const OBJECT_GRANTS: Readonly<Record<string, AclPermission>> = {
  's3:GetObject': 'READ',
  's3:GetObjectVersion': 'READ',
  's3:GetObjectAcl': 'READ_ACP',
  's3:GetObjectVersionAcl': 'READ_ACP',
  's3:PutObjectAcl': 'WRITE_ACP',
  's3:PutObjectVersionAcl': 'WRITE_ACP',
};

/** An action on a bucket: its owner, its policy and its access control list have a say. */
export function onBucket(bucket: Bucket, action: string, context: Record<string, string> = {}): Permission {
  const { accountId: owner, arn: resource } = bucket;
  const granting = entryOf(BUCKET_GRANTS, action);
  const grantees = granting === undefined ? [] : granteesWith(bucketGrants(bucket), granting);
  return { action, resource, owner, resourcePolicy: bucket.policy?.document, context, grantees };
}

/** An action on an object that the request makes anew: whoever a grant lets write into the bucket owns it and sets its list. */
export function onNewObject(
  bucket: Bucket,
  input: ObjectName,
  action: string,
  context: Record<string, string> = {},
): Permission {
  const grantees =
    action === 's3:PutObject' || action === 's3:PutObjectAcl' ? granteesWith(bucketGrants(bucket), 'WRITE') : [];
  return { ...onBucket(bucket, action, context), resource: `${bucket.arn}/${input.Key ?? ''}`, grantees };
}

/** An action on an object or one version of it. */
export function onObject(
  bucket: Bucket,
  input: ObjectName,
  action: string,
  context: Record<string, string> = {},
): Permission {
  const version = input.VersionId === undefined ? {} : { 's3:VersionId': input.VersionId };
  const permission = {
    ...onBucket(bucket, action, { ...version, ...context }),
    resource: `${bucket.arn}/${input.Key ?? ''}`,
  };
  const granting = entryOf(OBJECT_GRANTS, action);
  const object = granting === undefined ? undefined : objectNamed(bucket, input);
  if (granting === undefined || object?.acl === undefined || bucket.ownership === 'BucketOwnerEnforced')
    return permission;
  return {
    ...permission,
    ...byOwnList(bucket, object.acl, granting),
    context: { ...permission.context, ...accountContext(bucket) },
  };
}

/** An object of another account than the bucket's: the bucket's policy can only deny there (S3 guide, "How Amazon S3 authorizes a request for an object operation"). */
function byOwnList(bucket: Bucket, acl: NonNullable<StoredObject['acl']>, granting: AclPermission) {
  const grantees = granteesWith(countingGrants(bucket, acl.grants), granting);
  if (acl.owner === bucket.accountId) return { grantees };
  return { grantees, owner: acl.owner, resourcePolicy: denialsOf(bucket.policy?.document) };
}

/** Whether a request names no version at all; a delete marker that is named by its id is one. */
export function isMissing(bucket: Bucket, { Key = '', VersionId }: ObjectName): boolean {
  return VersionId === undefined
    ? currentObject(bucket, Key) === undefined
    : findVersion(bucket, Key, VersionId) === undefined;
}

/** A resource's account is its bucket's, whoever owns the object (S3 guide, "Bucket policy examples using condition keys", s3:ResourceAccount). */
function accountContext({ accountId }: Bucket): Record<string, string> {
  return { 'aws:ResourceAccount': accountId, 's3:ResourceAccount': accountId };
}

function objectNamed(bucket: Bucket, { Key = '', VersionId }: ObjectName): StoredObject | undefined {
  const version = VersionId === undefined ? currentObject(bucket, Key) : findVersion(bucket, Key, VersionId);
  return version?.kind === 'object' ? version : undefined;
}
