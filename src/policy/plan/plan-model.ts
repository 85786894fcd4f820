import type { Encryption, Reason, Standard } from '../model.ts';

/** One object as ListObjectsV2 tells it; what encrypts it, no listing says. */
export interface ListedObject {
  sizeBytes: number;
  lastModifiedMs: number;
  storageClass: string;
}

/** Which objects: what was written under `replaced` since `from` (ISO 8601), or everything. */
export type PlanScope = { kind: 'window'; from: string; replaced: Encryption } | { kind: 'all' };

/** What a copy in place would lose in this bucket: a batch job has one ACL and one redirect for all objects, and no lock. */
export interface CopyConditions {
  aclsDisabled: boolean;
  website: boolean;
  objectLock: boolean;
}

export interface PlanInput {
  bucket: string;
  account: string;
  standard: Standard;
  /** The standard's key, resolved; absent under AES256. */
  keyArn?: string;
  standardId: string;
  scope: PlanScope;
  /** Fixed with the claim on the work: the same work asks for the same jobs, and work that is needed once more for others. */
  planId: string;
  /** One page of the bucket, in key order: `truncated` where there is more. */
  listing: { objects: ListedObject[]; truncated: boolean };
  /** Read only where `needsCopyConditions` says so. */
  copy?: CopyConditions;
}

/** The classes that a manifest generator can filter by; one job carries one class (S3 Control MatchAnyObjectEncryption). */
export type ObjectClass = 'SSE-S3' | 'SSE-KMS' | 'NOT-SSE';

export interface PlannedJob {
  token: string;
  class: ObjectClass;
  method: 'update-encryption' | 'copy';
  sourceKeyArn?: string;
  sourceBucketKey?: boolean;
  storageClass?: string;
  /** ISO 8601, for the generator's CreatedAfter. */
  createdAfter?: string;
  /** For the generator's ObjectSizeLessThanBytes: exclusive. */
  sizeBelowBytes?: number;
  /** Higher first. */
  priority: number;
}

/** The role of the jobs of each method (CreateJob, RoleArn). */
export type JobRoles = Readonly<Record<PlannedJob['method'], string>>;

export interface Plan {
  jobs: PlannedJob[];
  /** What no job of this plan does, and why. */
  leftovers: Reason[];
}
