import type { KeyVocabulary } from '../identity/condition-keys.ts';
import { compileWildcard } from '../identity/wildcard.ts';

/** What an action is about, and what a resource can be. */
export type Level = 'object' | 'bucket' | 'accesspoint' | 'account';

/** The actions of Amazon S3 by what they are about (Service Authorization Reference, "Actions defined by Amazon S3"). */
const S3_ACTIONS: readonly (readonly [Level, string])[] = [
  [
    'object',
    `
    AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectAnnotation DeleteObjectTagging DeleteObjectVersion DeleteObjectVersionTagging GetObject
    GetObjectAcl GetObjectAnnotation GetObjectAttributes GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectTorrent GetObjectVersion
    GetObjectVersionAcl GetObjectVersionAttributes GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent
    InitiateReplication ListMultipartUploadParts ListObjectAnnotations ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl PutObjectAnnotation PutObjectLegalHold PutObjectRetention
    PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging ReplicateDelete ReplicateObject ReplicateTags RestoreObject
    UpdateObjectEncryption`,
  ],
  [
    'bucket',
    `
    CreateBucket CreateBucketMetadataTableConfiguration DeleteBucket DeleteBucketMetadataTableConfiguration DeleteBucketPolicy
    DeleteBucketWebsite GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAbac GetBucketAcl GetBucketCORS GetBucketLocation
    GetBucketLogging GetBucketMetadataTableConfiguration GetBucketNotification GetBucketObjectLockConfiguration GetBucketOwnershipControls
    GetBucketPolicy GetBucketPolicyStatus GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning
    GetBucketWebsite GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration
    GetMetricsConfiguration GetReplicationConfiguration ListBucket ListBucketMultipartUploads ListBucketVersions ListTagsForResource
    PauseReplication PutAccelerateConfiguration PutAnalyticsConfiguration PutBucketAbac PutBucketAcl PutBucketCORS PutBucketLogging
    PutBucketNotification PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock
    PutBucketRequestPayment PutBucketTagging PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration PutIntelligentTieringConfiguration
    PutInventoryConfiguration PutLifecycleConfiguration PutMetricsConfiguration PutReplicationConfiguration TagResource UntagResource
    UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataInventoryTableConfiguration UpdateBucketMetadataJournalTableConfiguration`,
  ],
  [
    'accesspoint',
    `
    CreateAccessPoint DeleteAccessPoint DeleteAccessPointPolicy GetAccessPointPolicy GetAccessPointPolicyStatus PutAccessPointPolicy`,
  ],
  [
    'account',
    `
    AssociateAccessGrantsIdentityCenter CreateAccessGrant CreateAccessGrantsInstance CreateAccessGrantsLocation CreateAccessPointForObjectLambda
    CreateJob CreateMultiRegionAccessPoint CreateStorageLensGroup DeleteAccessGrant DeleteAccessGrantsInstance
    DeleteAccessGrantsInstanceResourcePolicy DeleteAccessGrantsLocation DeleteAccessPointForObjectLambda DeleteAccessPointPolicyForObjectLambda
    DeleteJobTagging DeleteMultiRegionAccessPoint DeleteStorageLensConfiguration DeleteStorageLensConfigurationTagging DeleteStorageLensGroup
    DescribeJob DescribeMultiRegionAccessPointOperation DissociateAccessGrantsIdentityCenter GetAccessGrant GetAccessGrantsInstance
    GetAccessGrantsInstanceForPrefix GetAccessGrantsInstanceResourcePolicy GetAccessGrantsLocation GetAccessPoint
    GetAccessPointConfigurationForObjectLambda GetAccessPointForObjectLambda GetAccessPointPolicyForObjectLambda
    GetAccessPointPolicyStatusForObjectLambda GetAccountPublicAccessBlock GetDataAccess GetJobTagging GetMultiRegionAccessPoint
    GetMultiRegionAccessPointPolicy GetMultiRegionAccessPointPolicyStatus GetMultiRegionAccessPointRoutes GetStorageLensConfiguration
    GetStorageLensConfigurationTagging GetStorageLensDashboard GetStorageLensGroup ListAccessGrants ListAccessGrantsInstances
    ListAccessGrantsLocations ListAccessPoints ListAccessPointsForObjectLambda ListAllMyBuckets ListCallerAccessGrants ListJobs
    ListMultiRegionAccessPoints ListStorageLensConfigurations ListStorageLensGroups PutAccessGrantsInstanceResourcePolicy
    PutAccessPointConfigurationForObjectLambda PutAccessPointPolicyForObjectLambda PutAccessPointPublicAccessBlock PutAccountPublicAccessBlock
    PutJobTagging PutMultiRegionAccessPointPolicy PutStorageLensConfiguration PutStorageLensConfigurationTagging
    SubmitMultiRegionAccessPointRoutes UpdateAccessGrantsLocation UpdateJobPriority UpdateJobStatus UpdateStorageLensGroup`,
  ],
];

/** The same of S3 Express: objects have no actions of their own there. */
const EXPRESS_ACTIONS: readonly (readonly [Level, string])[] = [
  [
    'bucket',
    `
    CreateBucket CreateSession DeleteBucket DeleteBucketPolicy GetBucketPolicy GetEncryptionConfiguration GetInventoryConfiguration
    GetLifecycleConfiguration GetMetricsConfiguration ListTagsForResource PutBucketPolicy PutEncryptionConfiguration
    PutInventoryConfiguration PutLifecycleConfiguration PutMetricsConfiguration TagResource UntagResource`,
  ],
];

export interface Action {
  /** In lower case: names of actions do not heed case. */
  readonly name: string;
  readonly level: Level;
}

/** What a policy of one kind of bucket can speak of. */
export interface PolicyVocabulary {
  /** The actions that an element names, by wildcards too; none where it names no action of the service. */
  readonly actionsOf: (pattern: string) => readonly Action[];
  readonly keys: KeyVocabulary;
}

function vocabulary(
  service: string,
  table: readonly (readonly [Level, string])[],
  keys: KeyVocabulary,
): PolicyVocabulary {
  const all = table.flatMap(([level, names]) =>
    (names.match(/\S+/g) ?? []).map((name) => ({ name: `${service}:${name.toLowerCase()}`, level })),
  );
  return {
    keys,
    actionsOf: (pattern) => {
      const matches = compileWildcard(pattern, { ignoreCase: true });
      return all.filter(({ name }) => matches(name));
    },
  };
}

/** The condition keys of S3's policies (Service Authorization Reference, "Condition keys for Amazon S3"). */
const S3_KEYS: KeyVocabulary = {
  evaluated: [
    's3:AccessPointNetworkOrigin',
    's3:DataAccessPointAccount',
    's3:DataAccessPointArn',
    's3:LocationConstraint',
    's3:ObjectCreationOperation',
    's3:RequestJobOperation',
    's3:RequestJobPriority',
    's3:ResourceAccount',
    's3:VersionId',
    's3:delimiter',
    's3:if-match',
    's3:if-none-match',
    's3:max-keys',
    's3:prefix',
    's3:x-amz-acl',
    's3:x-amz-copy-source',
    's3:x-amz-grant-full-control',
    's3:x-amz-grant-read',
    's3:x-amz-grant-read-acp',
    's3:x-amz-grant-write',
    's3:x-amz-grant-write-acp',
    's3:x-amz-server-side-encryption',
    's3:x-amz-server-side-encryption-aws-kms-key-id',
    's3:x-amz-server-side-encryption-customer-algorithm',
    's3:x-amz-storage-class',
    // Of operations and products that are not here, so that no request has them.
    's3:AccessGrantScope',
    's3:AccessGrantsInstanceArn',
    's3:AccessGrantsLocationScope',
    's3:InventoryAccessibleOptionalFields',
    's3:isReplicationPauseRequest',
  ],
  gaps: [
    's3:AccessPointTag/',
    's3:BucketTag/',
    's3:DestinationRegion',
    's3:ExistingJobOperation',
    's3:ExistingJobPriority',
    's3:ExistingObjectTag/',
    's3:JobSuspendedCause',
    's3:RequestObjectTag/',
    's3:RequestObjectTagKeys',
    's3:TlsVersion',
    's3:authType',
    's3:object-lock-legal-hold',
    's3:object-lock-mode',
    's3:object-lock-remaining-retention-days',
    's3:object-lock-retain-until-date',
    's3:signatureAge',
    's3:signatureversion',
    's3:x-amz-bucket-namespace',
    's3:x-amz-content-sha256',
    's3:x-amz-metadata-directive',
    's3:x-amz-object-ownership',
    's3:x-amz-website-redirect-location',
  ],
};

const EXPRESS_KEYS: KeyVocabulary = {
  evaluated: ['s3express:SessionMode'],
  gaps: [
    's3express:AccessPointNetworkOrigin',
    's3express:AllAccessRestrictedToLocalZoneGroup',
    's3express:AuthType',
    's3express:BucketTag/',
    's3express:DataAccessPointAccount',
    's3express:DataAccessPointArn',
    's3express:LocationName',
    's3express:Permissions',
    's3express:ResourceAccount',
    's3express:SignatureAge',
    's3express:SignatureVersion',
    's3express:TlsVersion',
    's3express:x-amz-content-sha256',
    's3express:x-amz-server-side-encryption',
    's3express:x-amz-server-side-encryption-aws-kms-key-id',
  ],
};

/** For buckets and their access points. */
export const S3_POLICIES = vocabulary('s3', S3_ACTIONS, S3_KEYS);

/** For directory buckets. */
export const EXPRESS_POLICIES = vocabulary('s3express', EXPRESS_ACTIONS, EXPRESS_KEYS);

const LISTING = ['s3:listbucket', 's3:listbucketversions'];
const WRITING = ['s3:putobject', 's3:replicateobject'];

/** Keys that only some actions have. Those of the rest are taken for keys of every action. */
export const ACTIONS_OF_KEYS: Readonly<Record<string, readonly string[]>> = {
  's3:prefix': LISTING,
  's3:delimiter': LISTING,
  's3:max-keys': LISTING,
  's3:x-amz-server-side-encryption': WRITING,
  's3:x-amz-server-side-encryption-aws-kms-key-id': WRITING,
  's3:x-amz-server-side-encryption-customer-algorithm': WRITING,
  's3:x-amz-storage-class': WRITING,
};
