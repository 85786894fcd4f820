import type {
  BucketLifecycleConfiguration,
  BucketLocationConstraint,
  BucketVersioningStatus,
  LoggingEnabled,
  ObjectLockConfiguration,
  ObjectOwnership,
  PublicAccessBlockConfiguration,
  ReplicationConfiguration,
  ServerSideEncryptionRule,
  Tag,
  TransitionDefaultMinimumObjectSize,
  WebsiteConfiguration,
} from '@aws-sdk/client-s3';
import { canonicalIdOf } from '../identity/canonical-id.ts';
import type { AclGrant } from './access-control-list.ts';
import { KeyIndex } from './key-index.ts';
import type { CompletedUpload, Upload } from './upload.ts';
import type { Version } from './stored-object.ts';

/** One general purpose bucket: its settings as the API stores them, its keys and its uploads in progress. */
export interface Bucket {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  /** As it was asked for: `EU` stays `EU`; absent in us-east-1. */
  readonly locationConstraint: BucketLocationConstraint | undefined;
  readonly createdAt: Date;
  encryption: ServerSideEncryptionRule;
  versioning: BucketVersioningStatus | undefined;
  ownership: ObjectOwnership | undefined;
  publicAccessBlock: PublicAccessBlockConfiguration | undefined;
  policy: { readonly text: string; readonly document: unknown } | undefined;
  tags: readonly Tag[] | undefined;
  website: WebsiteConfiguration | undefined;
  lifecycle: StoredLifecycle | undefined;
  objectLock: ObjectLockConfiguration | undefined;
  logging: LoggingEnabled | undefined;
  replication: ReplicationConfiguration | undefined;
  /** The one customer key that a directory bucket may ever have, once it had one. */
  keyForLife?: string;
  /** The grants of its access control list; its owner's FULL_CONTROL where absent. */
  acl?: readonly AclGrant[] | undefined;
  readonly keys: KeyIndex<Version>;
  readonly uploads: Map<string, Upload>;
  /** What was answered to uploads that are complete, by their id. */
  readonly completed: Map<string, CompletedUpload>;
}

export interface StoredLifecycle {
  readonly configuration: BucketLifecycleConfiguration;
  readonly minimumSize: TransitionDefaultMinimumObjectSize;
}

export interface NewBucket {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly locationConstraint: BucketLocationConstraint | undefined;
  readonly createdAt: Date;
}

/** A bucket as S3 makes it since April 2026: SSE-S3, SSE-C blocked, ACLs disabled, no public access. */
export function newBucket(of: NewBucket): Bucket {
  return {
    ...of,
    arn: `arn:${partitionOf(of.region)}:s3:::${of.name}`,
    encryption: newBucketEncryption(of.region),
    versioning: undefined,
    ownership: 'BucketOwnerEnforced',
    publicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    policy: undefined,
    tags: undefined,
    website: undefined,
    lifecycle: undefined,
    objectLock: undefined,
    logging: undefined,
    replication: undefined,
    keys: new KeyIndex(),
    uploads: new Map(),
    completed: new Map(),
  };
}

/** The two Regions that did not get the SSE-C block (User Guide "Default SSE-C setting for new buckets FAQ"). */
const REGIONS_WITHOUT_BLOCK = ['me-south-1', 'me-central-1'];

export function newBucketEncryption(region: string): ServerSideEncryptionRule {
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false } as const;
  return REGIONS_WITHOUT_BLOCK.includes(region)
    ? rule
    : { ...rule, BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } };
}

export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** S3 owners are canonical user ids; display names are no longer told. */
export function ownerOf(accountId: string): { ID: string } {
  return { ID: canonicalIdOf(accountId) };
}
