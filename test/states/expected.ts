import type { VerdictKind } from '../../src/policy/model.ts';

export interface Expected {
  verdict: VerdictKind;
  /** Absent where the encryption could not be read. */
  rule?: string;
  /** The codes of the reasons, in their order. */
  codes: string[];
  /** A file of events/states; policy.yaml where absent. */
  policy?: string;
}

const BELOW = 'weaker-algorithm';
const BY_TAG = { policy: 'policy-by-tag.yaml' };

/** What each file of events/states is judged to be. */
export const EXPECTED: Readonly<Record<string, Expected>> = {
  'new-sse-s3': repair(BELOW),
  dsse: compliant('stronger-than-standard'),
  'right-already': compliant(),
  'alias-in-rule': repair('key-not-by-arn'),
  'bare-key-id': repair('key-not-by-arn'),
  'bucket-key-off': repair('bucket-key-off'),
  'aws-managed-key': repair('key-aws-default', 'bucket-key-off'),
  'other-key': repair('key-other'),
  'other-key-kept': { ...repair('bucket-key-off'), rule: 'teams-with-keys' },
  'sse-c-allowed': { ...repair('sse-c-not-blocked'), rule: 'payments' },
  observed: { ...repair(BELOW), rule: 'trial' },
  'exactly-lowers': { ...repair('not-exactly'), rule: 'public-downloads' },
  'algorithm-unknown': hold('algorithm-unknown'),

  'access-logs-by-sweep': compliant('log-target-sse-s3'),
  'access-logs-by-policy': compliant('log-target-sse-s3'),
  'access-logs-by-acl': compliant('log-target-sse-s3'),
  'alb-logs-legacy-account': compliant('log-target-sse-s3'),
  'redshift-audit': compliant('log-target-sse-s3'),
  'nlb-logs-granted': repair(BELOW),
  'nlb-logs-not-granted': hold('key-policy-lacks-writer', BELOW),
  'cloudtrail-granted': repair(BELOW),
  'cloudtrail-not-granted': hold('key-policy-lacks-writer', BELOW),
  'config-delivery': hold('key-policy-lacks-writer', BELOW),
  'waf-logs': hold('key-policy-lacks-writer', BELOW),
  'cloudfront-logs-acl': hold('key-policy-lacks-writer', BELOW),
  'inventory-destination': hold('key-policy-lacks-writer', BELOW),

  'replication-old-schema': hold('replication-skips-kms', BELOW),
  'replication-opts-in': repair(BELOW),
  'replication-role-denied': hold('replication-role-denied', BELOW),
  'replication-key-changes': hold('replication-key-changes', 'key-other'),

  'foreign-reader-granted': repair(BELOW),
  'foreign-reader-not-granted': hold('reader-other-account', BELOW),
  'organization-reader': hold('reader-organization', BELOW),
  'anonymous-reader': hold('reader-anonymous', BELOW),
  website: hold('reader-website', BELOW),
  'cloudfront-oac': hold('reader-cloudfront', BELOW),
  'access-point-delegation': hold('reader-access-point', BELOW),
  'multi-region-access-point': hold('reader-access-point', BELOW),
  'odd-principals': hold('reader-other-account', 'reader-other-account', 'reader-service', BELOW),

  'key-disabled': hold('key-not-enabled', BELOW),
  'key-being-deleted': hold('key-being-deleted'),
  'key-policy-denies-jobs': hold('key-policy-denies', BELOW),
  'key-policy-jobs-alone': hold('key-policy-lacks-account', BELOW),
  'key-policy-perimeter': repair(BELOW),
  'key-policy-without-account': hold('key-policy-lacks-account', BELOW),
  'key-expiring': hold('key-expiring', BELOW),
  'alias-missing': hold('key-not-found', BELOW),

  'directory-new': repair(BELOW),
  'directory-other-key': hold('directory-key-for-life', 'key-other'),

  'encryption-denied': { verdict: 'unreadable', codes: ['read-denied'] },
  'bucket-policy-denied': { verdict: 'unreadable', rule: 'default', codes: ['bucket-policy-unreadable'] },
  'bucket-policy-malformed': { verdict: 'unreadable', rule: 'default', codes: ['bucket-policy-unreadable'] },

  exempt: { verdict: 'exempt', rule: 'default', codes: ['exception'] },
  'exempt-expired': repair(BELOW, 'exception-expired'),
  'exempt-ending-soon': { verdict: 'exempt', rule: 'default', codes: ['exception', 'exception-ending'] },
  'exception-requested': { verdict: 'exempt', rule: 'default', codes: ['exception'], ...BY_TAG },
  'exception-requested-unproven': { ...repair(BELOW, 'exception-request-not-allowed'), ...BY_TAG },

  flapping: hold('flapping', BELOW),
  'rolled-back': hold('rolled-back', BELOW),
};

function repair(...codes: string[]): Expected {
  return { verdict: 'repair', rule: 'default', codes };
}

function compliant(...codes: string[]): Expected {
  return { verdict: 'compliant', rule: 'default', codes };
}

function hold(...codes: string[]): Expected {
  return { verdict: 'hold', rule: 'default', codes };
}
