import type { Algorithm, BatchMethod, Encryption, Method, Reason, Restore, Standard } from '../model.ts';

/** One object as ListObjectsV2 tells it; what encrypts it, no listing says. */
export interface ListedObject {
  sizeBytes: number;
  lastModifiedMs: number;
  storageClass: string;
  /** In how many parts it was uploaded: the end of its ETag (S3 API Object, ETag); absent where it is one. */
  parts?: number;
}

/** Which objects: what was written under `replaced` since `from` (ISO 8601), or everything. */
export type PlanScope = { kind: 'window'; from: string; replaced: Encryption } | { kind: 'all' };

/** What a copy in place would lose in this bucket: a batch job has one ACL and one redirect for all objects, and no lock. */
export interface CopyConditions {
  aclsDisabled: boolean;
  website: boolean;
  objectLock: boolean;
}

/** What CloudWatch's daily storage metrics say of a bucket; they are up to two days old. */
export interface StorageMetrics {
  /** Bytes by storage class, as ListObjectsV2 names the class. A class that is not in it had no objects. */
  bytes: ReadonlyMap<string, number>;
  /** All versions, delete markers and parts of unfinished uploads too (S3 guide, metric NumberOfObjects). */
  objects?: number;
}

export interface PlanInput {
  bucket: string;
  account: string;
  standard: Standard;
  /** The standard's key, resolved; absent under AES256. */
  keyArn?: string;
  /** The ARN of aws/s3, read only where `needsAwsManagedKey` says so. */
  awsManagedKeyArn?: string;
  standardId: string;
  scope: PlanScope;
  /** Fixed with the claim on the work: the same work asks for the same jobs, and work that is needed once more for others. */
  planId: string;
  /** One page of the bucket, in key order: `truncated` where there is more. */
  listing: { objects: ListedObject[]; truncated: boolean };
  /** Read only where `needsMetrics` says so; absent where they are not there or could not be read, which excludes nothing. */
  metrics?: StorageMetrics;
  /** False for a bucket that surely never had versioning; absent where that was not read. */
  versioned?: boolean;
  /** Read only where `needsCopyConditions` says so. */
  copy?: CopyConditions;
}

/**
 * The classes that a manifest generator can filter by; one job carries one class (S3 Control MatchAnyObjectEncryption). `any`: a manifest of
 * ours names the objects, and nobody has sorted them.
 */
type ObjectClass = 'SSE-S3' | 'SSE-KMS' | 'NOT-SSE' | 'any';

/** A job that Reseal's own function carries out, object by object. */
export interface OwnPart {
  /** The methods by which it brings objects to the standard: in the inline lane all that the policy allows, else its own copies alone. */
  does: Method[];
  /** What jobs of S3 do in the same bucket: an object that one of these can do is left to them. */
  others?: BatchMethod[];
  /** The bucket was seen whole and is so small that no S3 job is worth its fee. */
  lane?: 'inline';
  /** Objects under customer keys keep them. */
  keepKey?: true;
  awsManagedKeyArn?: string;
  /** Absent: archived objects are left. */
  restore?: Restore;
}

export interface PlannedJob {
  token: string;
  class: ObjectClass;
  method: Method;
  /** With `own-copy` alone. */
  own?: OwnPart;
  /** What the objects shall have. */
  algorithm: Algorithm;
  keyArn?: string;
  bucketKey: boolean;
  sourceKeyArn?: string;
  sourceBucketKey?: boolean;
  storageClass?: string;
  /** ISO 8601, for the generator's CreatedAfter. */
  createdAfter?: string;
  /** For the generator's ObjectSizeLessThanBytes: exclusive. */
  sizeBelowBytes?: number;
  /** ISO 8601, of a copy: what was written later is no object of this job any more. */
  writtenBefore?: string;
  /** Noncurrent versions, from a manifest that is made when the job is launched. */
  versions?: true;
  /** Higher first. */
  priority: number;
  /** How many of its objects are read after it. */
  sample: number;
  /** The most that it costs once; absent where nobody knows. */
  priceUsd?: number;
  /** Why a person is asked before it runs. */
  needsConfirmation?: string;
}

/** The role of the jobs of each method (CreateJob, RoleArn), and that of our own function. */
export type JobRoles = Readonly<Record<Method, string>>;

export interface Plan {
  jobs: PlannedJob[];
  /** What no job of this plan does, and why. */
  leftovers: Reason[];
}
