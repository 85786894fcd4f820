import type { Context } from '../../iam/conditions.ts';
import type { Asker } from '../../iam/principal-match.ts';

/** An AWS service that delivers objects to the bucket: logs, reports, mail. Other accounts' principals are judged as readers are. */
export interface Writer {
  /** In plain words, for example "VPC flow logs". */
  service: string;
  /** One sentence: where it was seen. */
  evidence: string;
  /** What default encryption it can write under; `unknown` where nobody has said. */
  takes: 'sse-s3-only' | 'customer-key' | 'unknown';
  /** What the policy of a customer key must hold. */
  grant?: WriterGrant;
}

export interface WriterGrant {
  who: Extract<Asker, { kind: 'service' }>;
  /** The actions that are asked of the key policy. */
  needs: readonly string[];
  /** What must be allowed as well where the bucket uses a bucket key. */
  needsWithBucketKey: readonly string[];
  /** The actions that AWS documents for the statement. */
  documented: readonly string[];
  /** What is known of the requests; the grant must hold in each. */
  contexts: readonly Context[];
  /** The condition key by which AWS documents the statement to be limited; absent where it documents none. */
  limit?: string;
  refusesDsse: boolean;
}
