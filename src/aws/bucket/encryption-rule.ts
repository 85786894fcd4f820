import type { EncryptionType, ServerSideEncryption, ServerSideEncryptionRule } from '@aws-sdk/client-s3';
import type { EncryptionRule } from '../../policy/model.ts';

/** S3's ServerSideEncryptionRule as ours. */
export function fromSdkRule(rule: ServerSideEncryptionRule): EncryptionRule {
  const byDefault = rule.ApplyServerSideEncryptionByDefault;
  return {
    ...(byDefault?.SSEAlgorithm === undefined ? {} : { algorithm: byDefault.SSEAlgorithm }),
    ...(byDefault?.KMSMasterKeyID === undefined ? {} : { keyId: byDefault.KMSMasterKeyID }),
    ...(rule.BucketKeyEnabled === undefined ? {} : { bucketKey: rule.BucketKeyEnabled }),
    ...(rule.BlockedEncryptionTypes?.EncryptionType === undefined
      ? {}
      : { blocked: [...rule.BlockedEncryptionTypes.EncryptionType] }),
  };
}

const MEMBERS = ['ApplyServerSideEncryptionByDefault', 'BucketKeyEnabled', 'BlockedEncryptionTypes'];
const DEFAULT_MEMBERS = ['SSEAlgorithm', 'KMSMasterKeyID'];

/** Members that a write of ours would drop. The SDK itself passes on only those that its version knows. */
export function unknownMembers(rule: ServerSideEncryptionRule): string[] {
  const byDefault = rule.ApplyServerSideEncryptionByDefault ?? {};
  return [
    ...Object.keys(rule).filter((member) => !MEMBERS.includes(member)),
    ...Object.keys(byDefault).filter((member) => !DEFAULT_MEMBERS.includes(member)),
  ];
}

/**
 * Our rule as S3's. What was never read is not written: S3 then keeps or defaults it. An empty list of blocked types is
 * written as NONE, which means the same: no example of the API has an empty one.
 */
export function toSdkRule(rule: EncryptionRule): ServerSideEncryptionRule {
  return {
    ...(rule.algorithm === undefined
      ? {}
      : {
          ApplyServerSideEncryptionByDefault: {
            // The SDK types an open set of strings as a closed one; the value was read from S3 or checked by the policy.
            SSEAlgorithm: rule.algorithm as ServerSideEncryption,
            ...(rule.keyId === undefined ? {} : { KMSMasterKeyID: rule.keyId }),
          },
        }),
    ...(rule.bucketKey === undefined ? {} : { BucketKeyEnabled: rule.bucketKey }),
    ...(rule.blocked === undefined ? {} : { BlockedEncryptionTypes: { EncryptionType: blockedTypes(rule.blocked) } }),
  };
}

/** As with the algorithm, the SDK types an open set of strings as a closed one. */
function blockedTypes(blocked: readonly string[]): EncryptionType[] {
  return blocked.length === 0 ? ['NONE'] : (blocked as EncryptionType[]);
}
