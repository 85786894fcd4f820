import type { AccessControlPolicy, Grantee } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import { ALL_USERS, AUTHENTICATED_USERS } from '../identity/grantee.ts';
import type { AclGrant, AclPermission, ObjectAcl } from './access-control-list.ts';
import { isPublicGrant, LOG_DELIVERY, privateGrants } from './acl-grants.ts';
import { type AclInput, checkCanonicalId, checkGroup, headerGrants, namesAcl } from './acl-headers.ts';
import { type Bucket, ownerOf } from './bucket.ts';
import { accessDenied, invalidArgument, methodNotAllowed } from './s3-error.ts';

const PERMISSIONS: readonly string[] = [
  'READ',
  'WRITE',
  'READ_ACP',
  'WRITE_ACP',
  'FULL_CONTROL',
] satisfies AclPermission[];
const MOST_GRANTS = 100;

/**
 * The list of a new bucket, undefined for the private one. A new bucket blocks public lists whatever its ownership, and its default ownership
 * takes none at all (API CreateBucket, "x-amz-acl"; S3 guide, "Controlling object ownership").
 */
export function aclOfNewBucket(
  input: AclInput & { ObjectOwnership?: string | undefined },
  accountId: string,
): readonly AclGrant[] | undefined {
  if (!namesAcl(input) || input.ACL === 'private') return undefined;
  const grants = requestedGrants(input, { owner: accountId, bucketOwner: undefined });
  if ((input.ObjectOwnership ?? 'BucketOwnerEnforced') === 'BucketOwnerEnforced') throw aclAgainstOwnership();
  if (grants.some(isPublicGrant)) {
    throw new AwsError(
      'InvalidBucketAclWithBlockPublicAccessError',
      'Bucket cannot have public ACLs set with BlockPublicAccess enabled',
      400,
    );
  }
  return grants;
}

/** The list of an object that the caller writes now, undefined where it is the bucket owner's private one. Throws AccessControlListNotSupported, AccessDenied. */
export function aclOfNewObject(bucket: Bucket, input: AclInput, call: Call): ObjectAcl | undefined {
  const { accountId: writer } = call.caller;
  const grants = requestedGrants(input, { owner: writer, bucketOwner: bucket.accountId });
  if (bucket.ownership === 'BucketOwnerEnforced') {
    if (!namesAcl(input) || input.ACL === 'private' || givesAllToBucketOwner(bucket, input, grants)) return undefined;
    throw aclNotSupported();
  }
  refusePublic(bucket, grants);
  const isHandedOver = bucket.ownership === 'BucketOwnerPreferred' && input.ACL === 'bucket-owner-full-control';
  if (isHandedOver || (!namesAcl(input) && writer === bucket.accountId)) return undefined;
  return { owner: writer, grants };
}

/** What PutBucketAcl or PutObjectAcl asks for: a canned list, headers, or a body, and only one of them. */
export function replacementGrants(
  bucket: Bucket,
  input: AclInput & { AccessControlPolicy?: AccessControlPolicy | undefined },
  of: { owner: string; bucketOwner: string | undefined },
): readonly AclGrant[] {
  if (bucket.ownership === 'BucketOwnerEnforced') throw aclNotSupported();
  const { AccessControlPolicy: body } = input;
  if (body !== undefined && namesAcl(input))
    throw new AwsError('UnexpectedContent', 'This request does not support content', 400);
  if (body === undefined && !namesAcl(input)) {
    throw new AwsError('MissingSecurityHeader', 'Your request was missing a required header', 400, {
      fields: { MissingHeaderName: 'x-amz-acl' },
    });
  }
  const grants = body === undefined ? requestedGrants(input, of) : bodyGrants(body, of.owner);
  refusePublic(bucket, grants);
  return grants;
}

export function aclAgainstOwnership(): AwsError {
  return new AwsError(
    'InvalidBucketAclWithObjectOwnership',
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    400,
  );
}

function aclNotSupported(): AwsError {
  return new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs', 400);
}

/** BlockPublicAcls refuses what would be public (S3 guide, "Blocking public access to your Amazon S3 storage"). */
function refusePublic(bucket: Bucket, grants: readonly AclGrant[]): void {
  if (bucket.publicAccessBlock?.BlockPublicAcls === true && grants.some(isPublicGrant)) {
    throw accessDenied(
      'Access Denied: the ACL grants public access and the BlockPublicAcls setting of the bucket prevents that',
    );
  }
}

/** Under BucketOwnerEnforced a write may still say what is so anyway. */
function givesAllToBucketOwner(bucket: Bucket, input: AclInput, grants: readonly AclGrant[]): boolean {
  if (input.ACL !== undefined) return input.ACL === 'bucket-owner-full-control';
  const { ID: owner } = ownerOf(bucket.accountId);
  return grants.every(({ grantee, permission }) => grantee === owner && permission === 'FULL_CONTROL');
}

interface Owners {
  readonly owner: string;
  /** Undefined for the list of a bucket, where the canned lists for bucket owners add nothing. */
  readonly bucketOwner: string | undefined;
}

function requestedGrants(input: AclInput, of: Owners): readonly AclGrant[] {
  return headerGrants(input) ?? [...privateGrants(of.owner), ...cannedGrants(input.ACL ?? 'private', of)];
}

/** What a canned list grants beside the owner's FULL_CONTROL (S3 guide, "Canned ACL"). */
function cannedGrants(canned: string, { owner, bucketOwner }: Owners): AclGrant[] {
  const toBucketOwner = (permission: AclPermission): AclGrant[] =>
    bucketOwner === undefined || bucketOwner === owner ? [] : [{ grantee: ownerOf(bucketOwner).ID, permission }];
  switch (canned) {
    case 'private':
      return [];
    case 'public-read':
      return [{ grantee: ALL_USERS, permission: 'READ' }];
    case 'public-read-write':
      return [
        { grantee: ALL_USERS, permission: 'READ' },
        { grantee: ALL_USERS, permission: 'WRITE' },
      ];
    case 'authenticated-read':
      return [{ grantee: AUTHENTICATED_USERS, permission: 'READ' }];
    case 'log-delivery-write':
      return [
        { grantee: LOG_DELIVERY, permission: 'WRITE' },
        { grantee: LOG_DELIVERY, permission: 'READ_ACP' },
      ];
    case 'bucket-owner-read':
      return toBucketOwner('READ');
    case 'bucket-owner-full-control':
      return toBucketOwner('FULL_CONTROL');
    case 'aws-exec-read':
      throw notEmulated('the canned ACL aws-exec-read');
    default:
      throw invalidArgument('', 'x-amz-acl', canned);
  }
}

/** The owner of a list cannot be changed by it. */
function bodyGrants({ Owner: named, Grants: grants = [] }: AccessControlPolicy, owner: string): AclGrant[] {
  if (named?.ID === undefined || grants.length > MOST_GRANTS) throw malformedAcl();
  if (named.ID !== ownerOf(owner).ID) throw accessDenied();
  return grants.map(({ Grantee: grantee, Permission: permission }) => {
    if (!isAclPermission(permission)) throw malformedAcl();
    return { grantee: granteeOf(grantee), permission };
  });
}

function granteeOf(grantee: Grantee | undefined): string {
  switch (grantee?.Type) {
    case 'CanonicalUser':
      return checkCanonicalId(grantee.ID ?? '');
    case 'Group':
      return checkGroup(grantee.URI ?? '');
    case 'AmazonCustomerByEmail':
      throw methodNotAllowed();
    default:
      throw malformedAcl();
  }
}

function isAclPermission(text: string | undefined): text is AclPermission {
  return text !== undefined && PERMISSIONS.includes(text);
}

function malformedAcl(): AwsError {
  return new AwsError(
    'MalformedACLError',
    'The ACL that you provided was not well formed or did not validate against our published schema',
    400,
  );
}
