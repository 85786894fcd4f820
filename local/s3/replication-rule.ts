import type { ReplicationRule } from '@aws-sdk/client-s3';

/** Who assumes the role of a replication configuration. */
export const REPLICATION_SERVICE = 's3.amazonaws.com';

/** A rule with a Filter is of the schema that has priorities; one with a Prefix, or neither, of the old one. */
export function isNewSchema(rule: ReplicationRule): boolean {
  return rule.Filter !== undefined;
}

/** Whether replicas go under the related key of the destination's Region (API UseSourceMultiRegionKey). */
export function usesSourceKey(rule: ReplicationRule): boolean {
  return rule.Destination?.EncryptionConfiguration?.UseSourceMultiRegionKey?.Status === 'Enabled';
}
