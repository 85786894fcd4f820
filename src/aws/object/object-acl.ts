import { GetBucketAclCommand, GetObjectAclCommand, type Grant, type S3Client } from '@aws-sdk/client-s3';
import { isPrivateAcl, type ObjectAcl, type ObjectGrant } from '../../policy/copy/object-grants.ts';
import { oddAnswer } from '../sdk/service-error.ts';

/** An object's ACL, and whether the object belongs to another account than its bucket: a copy would take it from there. */
export interface AclReading extends ObjectAcl {
  isForeign: boolean;
}

/**
 * GetObjectAcl (s3:GetObjectAcl). Only where it grants more than full control to the owner, GetBucketAcl (s3:GetBucketAcl) tells who owns the bucket: an object of another account's with a private ACL
 * cannot be read by the bucket's owner at all (S3 guide, "Access control list overview"). Throws the SDK's error.
 */
export function createObjectAcl(s3: S3Client) {
  return async function readAcl(named: { bucket: string; account: string; key: string }): Promise<AclReading> {
    const bucket = { Bucket: named.bucket, ExpectedBucketOwner: named.account };
    const { Owner, Grants } = await s3.send(new GetObjectAclCommand({ ...bucket, Key: named.key }));
    if (Owner?.ID === undefined || Grants === undefined) throw oddAnswer('GetObjectAcl', 'an owner and grants', named);
    const acl = { owner: Owner.ID, grants: Grants.flatMap(grantOf) };
    if (isPrivateAcl(acl)) return { ...acl, isForeign: false };
    const { Owner: bucketOwner } = await s3.send(new GetBucketAclCommand(bucket));
    if (bucketOwner?.ID === undefined) throw oddAnswer('GetBucketAcl', 'an owner', named);
    return { ...acl, isForeign: bucketOwner.ID !== acl.owner };
  };
}

function grantOf({ Grantee, Permission: permission }: Grant): ObjectGrant[] {
  if (permission === undefined) return [];
  if (Grantee?.ID !== undefined) return [{ grantee: { id: Grantee.ID }, permission }];
  return Grantee?.URI === undefined ? [] : [{ grantee: { uri: Grantee.URI }, permission }];
}
