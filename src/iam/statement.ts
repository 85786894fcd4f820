/** One statement of a resource policy with every odd spelling evened out (IAM JSON policy elements). */
export interface Statement {
  sid?: string;
  effect: 'Allow' | 'Deny';
  principals: Principals;
  actions: Matched;
  resources: Matched;
  conditions: Condition[];
}

/** `not` is true for NotAction and NotResource. */
export interface Matched {
  patterns: string[];
  not: boolean;
}

/** Who a statement speaks of; `everyone` is "*" or {"AWS": "*"}, `not` is NotPrincipal. */
export interface Principals {
  not: boolean;
  everyone: boolean;
  /** ARNs; a bare account id becomes arn:PARTITION:iam::ID:root. Ids of deleted principals (AIDA..., AROA...) stay as they are. */
  aws: string[];
  /** For example logging.s3.amazonaws.com. */
  services: string[];
  /** Canonical user ids. */
  canonicalUsers: string[];
  federated: string[];
}

export interface Condition {
  /** For example StringEquals, with any ForAnyValue: prefix and IfExists suffix. */
  operator: string;
  /** For example aws:SourceArn, in lower case. */
  key: string;
  values: string[];
}
