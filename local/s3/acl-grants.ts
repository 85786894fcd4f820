import { ALL_USERS, AUTHENTICATED_USERS } from '../identity/grantee.ts';
import type { AclGrant, AclPermission } from './access-control-list.ts';
import { type Bucket, ownerOf } from './bucket.ts';

export const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery';
export const GROUPS: readonly string[] = [ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY];

/** CloudFront's standard logs (legacy) are delivered as this canonical user (aws-facts 5). */
const CLOUDFRONT_LOG_DELIVERY = 'c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0';

/** The list of a new bucket or object: its owner may do everything. */
export function privateGrants(accountId: string): readonly AclGrant[] {
  return [{ grantee: ownerOf(accountId).ID, permission: 'FULL_CONTROL' }];
}

/** The grants of the bucket itself as they count now: none under BucketOwnerEnforced, no public ones under IgnorePublicAcls. */
export function bucketGrants(bucket: Bucket): readonly AclGrant[] {
  return countingGrants(bucket, bucket.acl ?? privateGrants(bucket.accountId));
}

/** Those of the given grants, of the bucket or of an object in it, that the bucket's settings let count. */
export function countingGrants(bucket: Bucket, grants: readonly AclGrant[]): readonly AclGrant[] {
  if (bucket.ownership === 'BucketOwnerEnforced') return [];
  return bucket.publicAccessBlock?.IgnorePublicAcls === true ? grants.filter((grant) => !isPublicGrant(grant)) : grants;
}

/** Whether the bucket's list, counted or not, grants anything to another than its owner. */
export function grantsToOthers({ acl = [], accountId }: Bucket): boolean {
  return acl.some(({ grantee }) => grantee !== ownerOf(accountId).ID);
}

export function isPublicGrant({ grantee }: AclGrant): boolean {
  return grantee === ALL_USERS || grantee === AUTHENTICATED_USERS;
}

/** Who the grants let do what needs `permission`; FULL_CONTROL is all of them. */
export function granteesWith(grants: readonly AclGrant[], permission: AclPermission): readonly string[] {
  return grants
    .filter((grant) => grant.permission === permission || grant.permission === 'FULL_CONTROL')
    .map((grant) => grant.grantee);
}

/** Whether the bucket's list lets S3 deliver server access logs: WRITE for the LogDelivery group (S3 guide, "Permissions for log delivery"). */
export function allowsLogDelivery(bucket: Bucket): boolean {
  return granteesWith(bucketGrants(bucket), 'WRITE').includes(LOG_DELIVERY);
}

/** Whether the bucket's list lets CloudFront deliver its standard logs: FULL_CONTROL for awslogsdelivery (CloudFront guide, "Standard logging"). */
export function allowsCloudFrontLogs(bucket: Bucket): boolean {
  return bucketGrants(bucket).some(
    ({ grantee, permission }) => grantee === CLOUDFRONT_LOG_DELIVERY && permission === 'FULL_CONTROL',
  );
}
