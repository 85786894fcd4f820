import type { ReplicationRule } from './facts.ts';
import { type KeyQuestion, type KeyUse, keyUse, replicationParty, withoutDelegation } from './keys/key-use.ts';
import type { BucketState, Reason } from './model.ts';
import { organizationHint, s3Contexts } from './keys/s3-request.ts';
import { present } from '../present.ts';
import type { KeyChange } from './safety.ts';

/**
 * What replication would silently leave behind once the bucket's default is SSE-KMS under this key: S3 skips such objects unless a rule
 * opts in and names a key for the replicas, and its role must be able to decrypt (S3 User Guide, replicating encrypted objects). A bucket
 * that is under SSE-KMS already loses nothing more to rules that skip.
 */
export function replicationReasons(given: KeyChange): Reason[] {
  const { state, safety, key } = given;
  const wasKms = state.rule.algorithm?.startsWith('aws:kms') === true;
  const rules = safety.replication.filter(({ enabled }) => enabled);
  const skipping = wasKms ? [] : rules.flatMap((rule) => skipped(rule, state));
  const copying = rules.filter(copiesKms);
  return copying.length === 0 || key.manager === 'AWS' ? skipping : [...skipping, ...ofRoles(copying, given)];
}

function copiesKms({ replicatesKms, replicaKeyId }: ReplicationRule): boolean {
  return replicatesKms && replicaKeyId !== undefined;
}

function skipped(rule: ReplicationRule, { bucket }: BucketState): Reason[] {
  if (copiesKms(rule)) return [];
  const from = `Replication rule ${rule.id} copies bucket ${bucket} to ${rule.destinationBucket}`;
  if (rule.replicatesKms) {
    const message = `${from} with SSE-KMS objects but names no key for the replicas, so they would fail: set Destination.EncryptionConfiguration.ReplicaKmsKeyID in the rule.`;
    return [{ code: 'replication-no-replica-key', message }];
  }
  const message = `${from} and skips SSE-KMS objects, so new objects would no longer be copied: set SourceSelectionCriteria.SseKmsEncryptedObjects to Enabled and a ReplicaKmsKeyID in the rule, and let its role ${rule.role} decrypt with the bucket's key and encrypt with the replica's.`;
  return [{ code: 'replication-skips-kms', message }];
}

/** Whether the roles of rules that copy SSE-KMS objects can decrypt with the new key; the rules of one role are named together. */
function ofRoles(rules: readonly ReplicationRule[], given: KeyChange): Reason[] {
  const { state, safety, key, partition, bucketKey } = given;
  const contexts = s3Contexts(given, bucketKey).map((one) => ({ ...one, ...safety.organization }));
  return [...Map.groupBy(rules, ({ role }) => role)].flatMap(([role, its]) => {
    const ids = its.map(({ id }) => id).join(', ');
    const copies = `Replication rule ${ids} copies the SSE-KMS objects of bucket ${state.bucket} as role ${role}`;
    if (safety.keyPolicy === undefined) return ofUnseenKey(copies, given);
    const question = { statements: safety.keyPolicy, keyArn: key.arn, contexts, partition };
    return ofRole(role, question, { ...given, copies });
  });
}

/**
 * IAM policies are not read here. A rule that was made for SSE-KMS objects is trusted to have a role that may use the key it was made
 * for; where the bucket had another key, that is the other one, and only a grant to the role itself shows that it may use this one.
 */
function ofRole(role: string, question: KeyQuestion, { copies, state, key }: KeyChange & { copies: string }): Reason[] {
  const party = replicationParty(role);
  const use = keyUse(question, party);
  if (use.grant !== 'allowed') {
    const message = `${copies}, and the policy of key ${key.arn} does not clearly allow it to decrypt with that key: ${remedyOf(use)}`;
    const paste = use.mends ? party.paste : undefined;
    return [{ code: 'replication-role-denied', message, ...present({ paste }) }];
  }
  if (!hadKey(state)) return [];
  const direct = keyUse({ ...question, statements: withoutDelegation(question.statements, role) }, party);
  if (direct.grant === 'allowed') return [];
  const message = `${copies}, under the key ${oldKey(state)}, which ${key.arn} would replace, and Reseal cannot see whether IAM allows the role to decrypt with the new key: add the statement below (reseal policy explain shows it too) to the policy of key ${key.arn}.`;
  return [{ code: 'replication-key-changes', message, paste: party.paste }];
}

function remedyOf({ mends, denials }: KeyUse): string {
  return mends
    ? 'add the statement below (reseal policy explain shows it too) to the key policy.'
    : `exclude the role from the Deny statement that blocks it (${denials.slice(0, 3).join(', ')}).${organizationHint(denials)}`;
}

/** Another account's key shows its policy to nobody here, so that the role was let in by name cannot be seen. */
function ofUnseenKey(copies: string, { state, key }: KeyChange): Reason[] {
  if (!hadKey(state)) return [];
  const message = `${copies}, under the key ${oldKey(state)}, and whether account ${key.account} lets that role decrypt with ${key.arn} cannot be seen from here: name a key of account ${state.account} in the policy, or keep the bucket's own by a rule with key: keep.`;
  return [{ code: 'replication-key-changes', message }];
}

function hadKey({ rule }: BucketState): boolean {
  return rule.algorithm !== 'AES256' && rule.algorithm !== undefined;
}

function oldKey({ rule }: BucketState): string {
  return rule.keyId ?? 'aws/s3';
}
