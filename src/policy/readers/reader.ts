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

/** Who that is, as far as a key policy could let them in, or not at all. */
export type Who =
  /** An IAM principal of another account, or the account itself (its root). */
  | { kind: 'principal'; arn: string }
  /** Everybody in an organization or a part of it: the condition key in lower case and one value of it. */
  | { kind: 'organization'; key: string; value: string }
  /** An AWS service that reads for somebody; the ARNs and accounts that it may do so for, where the policy says which. */
  | { kind: 'service'; name: string; sourceArns: string[]; sourceAccounts: string[] }
  /** AWS services that a condition on aws:SourceAccount or aws:SourceArn lets in without naming them; for whom they ask. */
  | { kind: 'unnamed-service'; sources: string[] }
  /** Whoever the policy of something lets in that cannot be looked at from here; what that is. */
  | { kind: 'elsewhere'; name: string }
  /** Whoever signs and meets these condition keys. */
  | { kind: 'signed'; conditions: string[] }
  /** Whoever asks, signed or not; the condition keys may narrow it to a network or the like. */
  | { kind: 'anonymous'; conditions: string[] }
  /** CloudFront's legacy identity, which cannot sign for SSE-KMS. */
  | { kind: 'origin-access-identity'; name: string }
  /** A canonical user id, which no key policy can name. */
  | { kind: 'canonical'; id: string }
  | { kind: 'federated'; name: string }
  /** Visitors of the website endpoint, which never sign. */
  | { kind: 'website' };

/** The same reader through several statements is told once, with all that it may do. */
export function mergeReaders(readers: readonly Reader[]): Reader[] {
  const byWho = new Map<string, Reader>();
  for (const reader of readers) {
    const id = JSON.stringify([reader.who, reader.byAccessPoint]);
    const before = byWho.get(id);
    const merged =
      before === undefined
        ? reader
        : { ...before, reads: before.reads || reader.reads, writes: before.writes || reader.writes };
    byWho.set(id, merged);
  }
  return [...byWho.values()];
}
