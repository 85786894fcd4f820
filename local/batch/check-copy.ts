import {
  type S3CopyObjectOperation,
  S3CannedAccessControlList,
  type S3Grant,
  S3GranteeTypeIdentifier,
  S3Permission,
  S3ChecksumAlgorithm,
  S3MetadataDirective,
  S3ObjectLockLegalHoldStatus,
  S3ObjectLockMode,
  S3SSEAlgorithm,
  S3StorageClass,
} from '@aws-sdk/client-s3-control';
import { checkEnumerated } from '../s3/enumerated.ts';
import { badRequest, bucketOfArn } from './bad-request.ts';

/** Checks an S3PutObjectCopy as CreateJob does; its storage classes lack REDUCED_REDUNDANCY (API S3CopyObjectOperation). */
export function checkCopy(copy: S3CopyObjectOperation): void {
  bucketOfArn(copy.TargetResource, 'S3PutObjectCopy.TargetResource');
  copy.AccessControlGrants?.forEach(checkGrant);
  checkMember('StorageClass', S3StorageClass, copy.StorageClass);
  checkMember('MetadataDirective', S3MetadataDirective, copy.MetadataDirective);
  checkMember('CannedAccessControlList', S3CannedAccessControlList, copy.CannedAccessControlList);
  checkMember('ChecksumAlgorithm', S3ChecksumAlgorithm, copy.ChecksumAlgorithm);
  checkMember('ObjectLockMode', S3ObjectLockMode, copy.ObjectLockMode);
  checkMember('ObjectLockLegalHoldStatus', S3ObjectLockLegalHoldStatus, copy.ObjectLockLegalHoldStatus);
  checkMember('NewObjectMetadata.SSEAlgorithm', S3SSEAlgorithm, copy.NewObjectMetadata?.SSEAlgorithm);
}

function checkGrant({ Grantee: grantee, Permission: permission }: S3Grant): void {
  if (grantee?.Identifier === undefined)
    throw badRequest('S3PutObjectCopy.AccessControlGrants must name their grantees');
  checkMember('AccessControlGrants.Grantee.TypeIdentifier', S3GranteeTypeIdentifier, grantee.TypeIdentifier);
  checkMember('AccessControlGrants.Permission', S3Permission, permission);
}

function checkMember(member: string, known: Readonly<Record<string, string>>, given: string | undefined): void {
  checkEnumerated(known, given, () =>
    badRequest(`S3PutObjectCopy.${member} must be one of ${Object.values(known).join(', ')}, found ${given}`),
  );
}
