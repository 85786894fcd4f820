import type { Condition } from '../../iam/statement.ts';

/** Somebody outside the bucket's own account who may read or write its objects today. */
export interface Reader extends Access {
  who: Who;
  /** The conditions of the bucket policy that a request to the key meets too, because it carries the same keys. */
  given: readonly Condition[];
  /** What lets them in, for example "statement AllowPartner of the bucket policy". */
  through: string;
  /** True where an access point lets them in, by a policy of its own. */
  byAccessPoint: boolean;
}

export interface Access {
  reads: boolean;
  writes: boolean;
}

/** Who that is, as far as a key policy could let them in, or not at all; `names` are for sentences. */
export interface Who {
  kind: WhoKind;
  names: readonly string[];
}

export type WhoKind =
  /** An IAM principal of another account, or the account itself (its root): its ARN. */
  | 'principal'
  /** Everybody in organizations or parts of them. */
  | 'organization'
  /** An AWS service that reads for somebody: its principal. */
  | 'service'
  /** Whoever signs and meets these condition keys. */
  | 'signed'
  /** Whoever comes from these networks or VPC endpoints, signed or not. */
  | 'network'
  /** Whoever asks, signed or not; the condition keys may narrow it. */
  | 'anonymous'
  /** AWS services that a condition on aws:SourceAccount or aws:SourceArn lets in without naming them; for whom they ask. */
  | 'unnamed-service'
  /** Whoever is allowed by the policy of something that cannot be looked at from here; what that is. */
  | 'elsewhere'
  /** CloudFront's legacy identity, which cannot sign for SSE-KMS. */
  | 'origin-access-identity'
  /** A canonical user id. */
  | 'canonical'
  | 'federated'
  /** Visitors of the website endpoint, which never sign. */
  | 'website';

/** What both allow. */
export function commonAccess(one: Access, other: Access): Access {
  return { reads: one.reads && other.reads, writes: one.writes && other.writes };
}

export function isSome({ reads, writes }: Access): boolean {
  return reads || writes;
}
