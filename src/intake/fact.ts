/** Why a bucket is looked at. `sweep` covers the schedule and the manual invoke. */
export type Cause = 'created' | 'encryption-deleted' | 'encryption-put' | 'sweep';

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
