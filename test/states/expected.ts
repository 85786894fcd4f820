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
const PROVEN = { policy: 'policy-proven-logs.yaml' };

/** What each file of events/states is judged to be. */
export const EXPECTED: Readonly<Record<string, Expected>> = {
  'new-sse-s3': repair(BELOW),
  dsse: compliant('stronger-than-standard'),
  'right-already': compliant(),
  'alias-in-rule': repair('key-not-by-arn'),
  'bare-key-id': repair('key-not-by-arn'),
  'bucket-key-off': repair('bucket-key-off', 'bucket-key-context'),
  'aws-managed-key': repair('key-aws-default', 'bucket-key-off'),
  'other-key': repair('key-other'),
  'other-key-kept': { ...repair('bucket-key-off', 'bucket-key-context'), rule: 'teams-with-keys' },
  'sse-c-allowed': { ...repair('sse-c-not-blocked'), rule: 'payments' },
  observed: { ...repair(BELOW), rule: 'trial' },
  'exactly-lowers': { ...repair('not-exactly'), rule: 'public-downloads' },
  'algorithm-unknown': hold('algorithm-unknown'),

  'access-logs-by-sweep': compliant('log-target-sse-s3'),
  'access-logs-by-policy': compliant('log-target-sse-s3', 'log-target-unproven'),
  'access-logs-by-acl': compliant('log-target-sse-s3', 'log-target-unproven'),
  'alb-logs-legacy-account': compliant('log-target-sse-s3'),
  'redshift-audit': compliant('log-target-sse-s3'),
  'log-target-later-by-policy': hold('log-target-under-kms'),
  'log-target-later-by-acl': hold('log-target-under-kms'),
  'log-target-later-by-sweep': hold('log-target-under-kms'),
  'log-target-without-block': { ...hold('log-target-under-kms', 'sse-c-not-blocked'), rule: 'payments' },
  'log-target-unproven': compliant('log-target-sse-s3', 'log-target-unproven'),
  'log-target-unproven-held': { ...hold('log-target-unproven'), ...PROVEN },
  'log-target-proven': { ...compliant('log-target-sse-s3'), ...PROVEN },
  'nlb-logs-granted': repair(BELOW),
  'nlb-logs-not-granted': hold('key-policy-lacks-writer', BELOW),
  'cloudtrail-granted': repair(BELOW),
  'cloudtrail-not-granted': hold('key-policy-lacks-writer', BELOW),
  'odd-statement-name': hold('key-policy-lacks-writer', BELOW),
  'service-limited-by-anothers-deny': hold('key-policy-unclear', BELOW),
  'partner-role-of-a-root': repair(BELOW),
  'organization-by-its-paths': repair(BELOW),
  'config-delivery': hold('key-policy-lacks-writer', BELOW),
  'delivery-for-any-account': hold('key-policy-unclear', BELOW),
  'delivery-beside-folder': hold('key-policy-unclear', BELOW),
  'delivery-within-organization': repair(BELOW),
  'log-export-one-group': hold('key-policy-lacks-writer', BELOW),
  'waf-logs': hold('key-policy-lacks-writer', BELOW),
  'cloudfront-logs-acl': hold('key-policy-lacks-writer', BELOW),
  'private-ca': hold('key-policy-lacks-writer', BELOW),
  'services-with-own-keys': repair(BELOW),
  'services-as-roles': repair(BELOW),
  'service-unknown': hold('writer-unknown', BELOW),
  'service-unknown-conditioned': repair(BELOW),
  'service-unknown-granted': repair(BELOW),
  'cloudtrail-of-landing-zone': repair(BELOW),
  'cloudtrail-legacy-accounts': hold('key-policy-lacks-writer', BELOW),
  'cloudtrail-legacy-granted': repair(BELOW),
  'cloudtrail-one-trail': hold('key-policy-unclear', BELOW),
  'organization-key-statement': hold('key-policy-lacks-writer', BELOW),
  'uploads-name-aes256': repair(BELOW, 'uploads-name-encryption'),
  'inventory-destination': hold('key-policy-lacks-writer', BELOW),

  'replication-old-schema': hold('replication-skips-kms', BELOW),
  'replication-opts-in': hold('replication-key-changes', BELOW),
  'replication-opts-in-admitted': repair(BELOW),
  'replication-bucket-key-source': hold('replication-key-changes', 'bucket-key-off'),
  'replication-bucket-key-admitted': repair('bucket-key-off', 'bucket-key-context'),
  'replication-destination': hold('replication-destination', 'bucket-key-off'),
  'replication-from-organization': hold('replication-destination', 'bucket-key-off'),
  'replication-by-pattern': hold('replication-destination', 'bucket-key-off'),
  'replication-by-everything': hold('replication-destination', 'bucket-key-off'),
  'replication-multi-region': hold('replication-key-not-multi-region', BELOW),
  'replication-multi-region-related': repair(BELOW),
  'replication-role-denied': hold('replication-role-denied', BELOW),
  'replication-key-changes': hold('replication-key-changes', 'key-other'),

  'foreign-reader-granted': repair(BELOW),
  'foreign-reader-not-granted': hold('reader-other-account', BELOW),
  'organization-reader': hold('reader-organization', BELOW),
  'organization-by-tag': { ...hold('reader-organization', BELOW), rule: 'teams-with-keys' },
  'organization-by-tag-admitted': { ...repair(BELOW), rule: 'teams-with-keys' },
  'own-organization': hold('reader-organization', BELOW),
  'own-organization-granted': repair(BELOW),
  'own-account-by-variable': repair(BELOW),
  'services-by-flag': hold('reader-service', BELOW),
  'office-network': hold('reader-network', BELOW),
  'anonymous-reader': hold('reader-anonymous', BELOW),
  website: hold('reader-website', BELOW),
  'cloudfront-oac': hold('reader-cloudfront', BELOW),
  'access-point-delegation': hold('reader-access-point', BELOW),
  'multi-region-access-point': hold('reader-access-point', BELOW),
  'odd-principals': hold('reader-other-account', 'reader-other-account', BELOW),

  'key-shut-to-account': compliant('key-shut'),
  'key-shut-to-writer': compliant('key-shut'),
  'key-shut-to-partner': compliant('key-shut'),
  'key-open-by-name': compliant(),
  'key-disabled': hold('key-not-enabled', BELOW),
  'key-being-deleted': hold('key-being-deleted'),
  'key-policy-denies-jobs': hold('key-policy-denies', BELOW),
  'key-policy-jobs-alone': hold('key-policy-lacks-account', BELOW),
  'key-policy-perimeter': repair(BELOW),
  'key-policy-confused-deputy': repair(BELOW),
  'key-policy-network': repair(BELOW),
  'key-policy-own-organization': repair(BELOW),
  'key-policy-without-account': hold('key-policy-lacks-account', BELOW),
  'key-expiring': hold('key-expiring', BELOW),
  'alias-missing': hold('key-not-found', BELOW),

  'directory-new': repair(BELOW),
  'directory-other-key': hold('directory-key-for-life', 'key-other'),
  'table-new': repair(BELOW),
  'table-maintenance-shut-out': hold('key-policy-lacks-writer', BELOW),
  'table-right-already': compliant(),
  'vector-below': hold('vector-encryption-fixed', BELOW),
  'vector-right-already': compliant(),

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
