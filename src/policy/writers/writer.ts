import type { Request } from '../../iam/match.ts';
import type { ServiceGrant } from './services.ts';

/** An AWS service that delivers objects to the bucket: logs, reports, mail. Other accounts' principals are judged as readers are. */
export interface Writer {
  /** In plain words, for example "VPC flow logs". */
  service: string;
  /** One sentence: where it was seen. */
  evidence: string;
  /** What default encryption it can write under; `unknown` where nobody has said. */
  takes: 'sse-s3-only' | 'customer-key' | 'unknown';
  /** What the policy of a customer key must hold; what nobody has said of an unknown writer is everything that a write may need. */
  grant?: ServiceGrant;
  /** How it asks KMS: by which service principals, and what is known of each request. */
  requests: readonly ServiceRequest[];
  /** True where the bucket policy says for which resources it writes. */
  saysSource?: boolean;
}

export interface ServiceRequest extends Request {
  principal: { kind: 'service'; name: string };
}
