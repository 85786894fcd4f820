/** Somebody outside the bucket's own account who may read or write its objects today. */
export interface Reader extends Access {
  who: Who;
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
export type Who =
  /** An IAM principal of another account, or the account itself (its root): its ARN. */
  | { kind: 'principal'; names: [string] }
  /** Everybody in an organization or a part of it: the condition key in lower case and one value of it. */
  | { kind: 'organization'; key: string; names: [string] }
  /** An AWS service that reads for somebody; the ARNs and accounts that it may do so for, where the policy says which. */
  | { kind: 'service'; names: [string]; sourceArns: string[]; sourceAccounts: string[] }
  | { kind: Unnameable; names: string[] };

/** Those whom no key policy can name. */
export type Unnameable =
  /** AWS services that a condition on aws:SourceAccount or aws:SourceArn lets in without naming them; for whom they ask. */
  | 'unnamed-service'
  /** Whoever is allowed by the policy of something lets in that cannot be looked at from here; what that is. */
  | 'elsewhere'
  /** Whoever signs and meets these condition keys. */
  | 'signed'
  /** Whoever asks, signed or not; the condition keys may narrow it to a network or the like. */
  | 'anonymous'
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
