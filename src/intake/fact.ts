/**
 * Why a bucket is looked at. `sweep` covers the schedule and the manual invoke; `tagged` and `deleted` are no drifts: a tag may ask for an
 * exception, and a bucket that is gone is under no verdict.
 */
export const CAUSES = ['created', 'encryption-deleted', 'encryption-put', 'tagged', 'deleted', 'sweep'] as const;
export type Cause = (typeof CAUSES)[number];

/** One bucket to assess, from a CloudTrail event, a sweep message, or an earlier try. Nothing else is trusted from the event. */
export interface BucketFact {
  bucket: string;
  account: string;
  /** The Region the event came from: where the bucket is, S3 decides. */
  region: string;
  cause: Cause;
  /** ISO 8601, the event's time or the sweep's. */
  at: string;
  /** EventBridge or sweep id; the same cause has the same id. */
  causeId: string;
  /** Who did it, where the event says so: role ARN of a session, else the identity's ARN. */
  actor?: string;
  /** From where and with what, as CloudTrail says: an address or the name of an AWS service, and a user agent. */
  sourceAddress?: string;
  userAgent?: string;
  /** ISO 8601, where the sweep or the event knows when the bucket was made. */
  createdAt?: string;
  /** From a complete sweep: the buckets whose server access logs go here. Absent where nobody looked. */
  logSources?: { bucket: string; prefix: string }[];
  /** The whole new tag set, where the event is of one. */
  tags?: { key: string; value: string }[];
  /** Tries so far; 0 at first. */
  attempt: number;
  /** Judge and record, change nothing. */
  observe: boolean;
}

/** One S3 Batch Operations job that changed its status. */
export interface JobFact {
  jobId: string;
  account: string;
  region: string;
  status: string;
  at: string;
}

/** What the sweep was asked to do. */
export interface SweepRequest {
  buckets?: string[];
  prefix?: string;
  observe: boolean;
  /** Identifies the sweep in logs and messages. */
  id: string;
  at: string;
}

/** A well-formed payload that is none of our business, and why; never an error. */
export interface Ignored {
  ignored: string;
}
