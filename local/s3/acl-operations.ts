import type {
  GetBucketAclOutput,
  GetBucketAclRequest,
  GetObjectAclOutput,
  GetObjectAclRequest,
  Grant,
  PutBucketAclRequest,
  PutObjectAclOutput,
  PutObjectAclRequest,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import type { AclGrant } from './access-control-list.ts';
import { privateGrants } from './acl-grants.ts';
import { replacementGrants } from './acl.ts';
import { ownerOf } from './bucket.ts';
import { findObject } from './find-object.ts';
import type { S3 } from './store.ts';

/** PUT ?acl of a bucket: replaces the whole list. */
export function putBucketAcl(s3: S3, input: PutBucketAclRequest, call: Call): void {
  const bucket = s3.store.locate(input, call);
  bucket.acl = replacementGrants(bucket, input, { owner: bucket.accountId, bucketOwner: undefined });
}

/** GET ?acl of a bucket. Where lists are disabled the answer is the owner's FULL_CONTROL (S3 guide, "Controlling object ownership"). */
export function getBucketAcl(s3: S3, input: GetBucketAclRequest, call: Call): GetBucketAclOutput {
  const { accountId, ownership, acl } = s3.store.locate(input, call);
  const grants = ownership === 'BucketOwnerEnforced' ? undefined : acl;
  return answer(accountId, grants ?? privateGrants(accountId));
}

/** PUT ?acl of an object or one of its versions. */
export function putObjectAcl(s3: S3, input: PutObjectAclRequest, call: Call): PutObjectAclOutput {
  const { bucket, object } = findObject(s3, input, call);
  const owner = object.acl?.owner ?? bucket.accountId;
  object.acl = { owner, grants: replacementGrants(bucket, input, { owner, bucketOwner: bucket.accountId }) };
  return {};
}

/** GET ?acl of an object or one of its versions. */
export function getObjectAcl(s3: S3, input: GetObjectAclRequest, call: Call): GetObjectAclOutput {
  const { bucket, object } = findObject(s3, input, call);
  const acl = bucket.ownership === 'BucketOwnerEnforced' ? undefined : object.acl;
  const owner = acl?.owner ?? bucket.accountId;
  return answer(owner, acl?.grants ?? privateGrants(owner));
}

function answer(owner: string, grants: readonly AclGrant[]): { Owner: { ID: string }; Grants: Grant[] } {
  return { Owner: ownerOf(owner), Grants: grants.map(grantAnswer) };
}

function grantAnswer({ grantee, permission }: AclGrant): Grant {
  return {
    Grantee: grantee.startsWith('http:') ? { Type: 'Group', URI: grantee } : { Type: 'CanonicalUser', ID: grantee },
    Permission: permission,
  };
}
