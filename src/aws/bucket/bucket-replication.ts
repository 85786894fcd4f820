import { GetBucketReplicationCommand, type ReplicationRule as SdkRule, type S3Client } from '@aws-sdk/client-s3';
import type { Fact, ReplicationRule } from '../../policy/facts.ts';
import { type OwnedBucket, targetOf } from './owned-bucket.ts';
import { notUnderstood, readFact } from '../sdk/read-fact.ts';

const ACTION = 's3:GetReplicationConfiguration';

/**
 * GetBucketReplication: the rules of a replication source, of the old schema (Prefix) and of the new one (Filter, Priority); none
 * where nothing is replicated. A rule of any other shape makes the whole unread, by its name.
 */
export function createBucketReplication(s3: S3Client) {
  return function readBucketReplication(owned: OwnedBucket): Promise<Fact<ReplicationRule[]>> {
    const what = `The replication of bucket ${owned.bucket}`;
    const absent = { ReplicationConfigurationNotFoundError: [] };
    return readFact<ReplicationRule[]>({ what, action: ACTION, absent }, async () => {
      const { ReplicationConfiguration: found } = await s3.send(new GetBucketReplicationCommand(targetOf(owned)));
      const { Role: role, Rules: rules } = found ?? {};
      if (rules === undefined || role === undefined) throw notUnderstood(what, 'it has no rules or no role', ACTION);
      return rules.map((rule, at) => {
        const odd = oddityOf(rule);
        if (odd !== undefined) throw notUnderstood(what, `rule ${nameOfRule(rule, at)} ${odd}`, ACTION);
        return ruleOf(rule, { at, role });
      });
    });
  };
}

const SWITCH = ['Enabled', 'Disabled', undefined];

/** Undefined where the rule has the shape of one of the two schemas. */
function oddityOf(rule: SdkRule): string | undefined {
  const kms = rule.SourceSelectionCriteria?.SseKmsEncryptedObjects;
  if (rule.Status === undefined || !SWITCH.includes(rule.Status)) return `has the status ${rule.Status}`;
  if (kms !== undefined && (kms.Status === undefined || !SWITCH.includes(kms.Status))) {
    return `has the status ${kms.Status} for SSE-KMS objects`;
  }
  if (rule.Destination?.Bucket === undefined) return 'names no destination bucket';
  if (rule.Prefix !== undefined && (rule.Filter !== undefined || rule.Priority !== undefined)) {
    return 'mixes the old schema (Prefix) with the new one (Filter, Priority)';
  }
  return undefined;
}

function ruleOf(rule: SdkRule, { at, role }: { at: number; role: string }): ReplicationRule {
  const replicaKeyId = rule.Destination?.EncryptionConfiguration?.ReplicaKmsKeyID;
  return {
    id: nameOfRule(rule, at),
    enabled: rule.Status === 'Enabled',
    destinationBucket: (rule.Destination?.Bucket ?? '').split(':').at(-1) ?? '',
    replicatesKms: rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === 'Enabled',
    ...(replicaKeyId === undefined ? {} : { replicaKeyId }),
    role,
  };
}

function nameOfRule({ ID: id }: SdkRule, at: number): string {
  return id === undefined || id === '' ? `number ${at + 1}` : id;
}
