import { KMS_KEYS } from './kms/check-key-policy.ts';
import { EXPRESS_POLICIES, S3_POLICIES } from './s3/policy-vocabulary.ts';

/** The condition keys that the services set, for the policies of roles. */
export const ROLE_KEYS: readonly string[] = [
  ...S3_POLICIES.keys.evaluated,
  ...EXPRESS_POLICIES.keys.evaluated,
  ...KMS_KEYS,
  'dynamodb:LeadingKeys',
  'events:detail-type',
  'events:source',
  'events:TargetArn',
  'iam:PassedToService',
  's3tables:KMSKeyArn',
  's3tables:SSEAlgorithm',
  's3vectors:kmsKeyArn',
  's3vectors:sseType',
  'securityhub:TargetAccount',
  'sts:ExternalId',
];
