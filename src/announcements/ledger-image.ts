import type { EncryptionRule, Reason } from '../policy/model.ts';

/** A bucket's ledger item before or after a change, as far as announcements rest on it; every other attribute is passed over. */
export interface BucketImage {
  bucket: string;
  account: string;
  region: string;
  /** A string: a later version may know more verdicts than this one. */
  verdict: string;
  reasons: Reason[];
  rule: string;
  policySha256: string;
  /** ISO 8601. */
  assessedAt: string;
  goneAt?: string;
  causeId: string;
  cause: string;
  actor?: string;
  sourceAddress?: string;
  userAgent?: string;
  found?: EncryptionRule;
  observed?: boolean;
  parked?: boolean;
  /** Newest last. */
  repairs: RepairImage[];
  jobs: { jobId: string; objectClass?: string; method?: string }[];
  leftovers: Reason[];
  rolledBack?: { at: string; by: string; replaced?: EncryptionRule; restored?: EncryptionRule };
  acknowledgedAt?: string;
  acknowledgedBy?: string;
  /** What a repair that is only observed would cost, in plain words. */
  price?: string;
}

export interface RepairImage {
  /** ISO 8601. */
  at: string;
  causeId: string;
  cause: string;
  /** ISO 8601. When the drift was, as its event told. */
  driftAt?: string;
  actor?: string;
  sourceAddress?: string;
  userAgent?: string;
  replaced: EncryptionRule;
  wrote: EncryptionRule;
  policySha256: string;
  reasons?: Reason[];
}

/** A job's ledger item. Account and Region are absent where the job ended before it was recorded as open. */
export interface JobImage {
  token: string;
  jobId: string;
  bucket: string;
  account?: string;
  region?: string;
  status: string;
  objectClass?: string;
  method?: string;
  closedAt?: string;
  total: number;
  succeeded: number;
  failed: number;
  failuresByCode: Record<string, number>;
  failedKeys: { key: string; code: string; versionId?: string }[];
  report?: string;
  why?: string;
}
