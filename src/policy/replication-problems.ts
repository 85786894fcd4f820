import { unread } from './unread.ts';
import type { Facts, Holds, ReplicationRule } from './facts.ts';
import { readKeyPolicy } from './read-document.ts';
import { type KeyQuestion, type KeyUse, keyUse, replicationParty, withoutDelegation } from './keys/key-use.ts';
import { namesKey } from './keys/key-form.ts';
import type { BucketState, KeyFacts, Reason } from './model.ts';
import { organizationContext, organizationHint, wantsOrganization } from './keys/organization.ts';
import { s3Contexts } from './keys/s3-request.ts';

type ReplicationProblems = Holds;

export interface ReplicationCase {
  state: BucketState;
  facts: Pick<Facts, 'replication' | 'keyPolicy' | 'ouPath'>;
  /** The key that a repair would put on the bucket, and what the policy calls it. */
  key: KeyFacts;
  named?: string | undefined;
  partition: string;
  /** Whether the bucket will use a bucket key. */
  bucketKey: boolean;
}

/**
 * What replication would silently leave behind once the bucket's default is SSE-KMS under this key: S3 skips such objects unless a rule
 * opts in and names a key for the replicas, and its role must be able to decrypt (S3 User Guide, replicating encrypted objects). A bucket
 * that is under SSE-KMS already loses nothing more to rules that skip.
 */
export function replicationProblems(given: ReplicationCase): ReplicationProblems {
  const { state, facts, key, named } = given;
  const { replication } = facts;
  const wasKms = state.rule.algorithm?.startsWith('aws:kms') === true;
  if (wasKms && namesKey(state.rule.keyId, { arn: key.arn, ...(named === undefined ? {} : { named }) })) {
    return { kind: 'known', holds: [] };
  }
  if (replication === undefined) return { kind: 'ask', facts: ['replication'] };
  if (replication.kind === 'unread') {
    return unread('replication', replication.why);
  }
  const rules = replication.value.filter(({ enabled }) => enabled);
  const skipping = wasKms ? [] : rules.flatMap((rule) => skipped(rule, state));
  const copying = rules.filter(copiesKms);
  if (copying.length === 0 || key.manager === 'AWS') return { kind: 'known', holds: skipping };
  const roles = ofRoles(copying, given);
  return roles.kind === 'known' ? { kind: 'known', holds: [...skipping, ...roles.holds] } : roles;
}

function copiesKms({ replicatesKms, replicaKeyId }: ReplicationRule): boolean {
  return replicatesKms && replicaKeyId !== undefined;
}

function skipped(rule: ReplicationRule, { bucket }: BucketState): Reason[] {
  if (copiesKms(rule)) return [];
  const from = `Replication rule ${rule.id} copies bucket ${bucket} to ${rule.destinationBucket}`;
  return [
    rule.replicatesKms
      ? {
          code: 'replication-no-replica-key',
          message:
            `${from} with SSE-KMS objects but names no key for the replicas, so they would fail: ` +
            'set Destination.EncryptionConfiguration.ReplicaKmsKeyID in the rule.',
        }
      : {
          code: 'replication-skips-kms',
          message:
            `${from} and skips SSE-KMS objects, so new objects would no longer be copied: set SourceSelectionCriteria.` +
            'SseKmsEncryptedObjects to Enabled and a ReplicaKmsKeyID in the rule, and let its role ' +
            `${rule.role} decrypt with the bucket's key and encrypt with the replica's.`,
        },
  ];
}

/** Whether the roles of rules that copy SSE-KMS objects can decrypt with the new key. */
function ofRoles(rules: readonly ReplicationRule[], given: ReplicationCase): ReplicationProblems {
  const { state, facts, key, partition, bucketKey } = given;
  if (key.account !== state.account) return { kind: 'known', holds: ofUnseenKey(rules, given) };
  const policy = readKeyPolicy(facts.keyPolicy, { key, partition });
  if (policy.kind !== 'read') return policy;
  const { statements } = policy;
  const contexts = s3Contexts(given, bucketKey).map((one) => ({ ...one, ...organizationContext(facts.ouPath) }));
  const question = { statements, keyArn: key.arn, contexts, partition };
  const holds = byRole(rules).flatMap((copies) => ofRole(copies, question, given));
  if (holds.length > 0 && wantsOrganization(statements, facts)) return { kind: 'ask', facts: ['ouPath'] };
  return { kind: 'known', holds };
}

/** The rules of one role, told together. */
interface Copies {
  role: string;
  ids: string;
}

function byRole(rules: readonly ReplicationRule[]): Copies[] {
  const roles = [...new Set(rules.map(({ role }) => role))];
  return roles.map((role) => ({
    role,
    ids: rules.flatMap((rule) => (rule.role === role ? [rule.id] : [])).join(', '),
  }));
}

/**
 * IAM policies are not read here. A rule that was made for SSE-KMS objects is trusted to have a role that may use the key it was made
 * for; where the bucket had another key, that is the other one, and only a grant to the role itself shows that it may use this one.
 */
function ofRole({ role, ids }: Copies, question: KeyQuestion, { state, key }: ReplicationCase): Reason[] {
  const party = replicationParty(role);
  const use = keyUse(question, party);
  const told = `Replication rule ${ids} copies the SSE-KMS objects of bucket ${state.bucket} as role ${role}`;
  if (use.grant !== 'allowed') {
    const message = `${told}, and the policy of key ${key.arn} does not surely let it decrypt with that key: ${remedyOf(use)}`;
    return [{ code: 'replication-role-denied', message, ...(use.mends ? { paste: party.paste } : {}) }];
  }
  if (state.rule.algorithm === 'AES256' || state.rule.algorithm === undefined) return [];
  const direct = keyUse({ ...question, statements: withoutDelegation(question.statements, role) }, party);
  if (direct.grant === 'allowed') return [];
  const message = `${told}, under the key ${oldKey(state)}, which ${key.arn} would replace, and that IAM lets the role decrypt with the new one cannot be seen: add the statement below (reseal policy explain shows it too) to the policy of key ${key.arn}.`;
  return [{ code: 'replication-key-changes', message, paste: party.paste }];
}

function remedyOf({ mends, denials }: KeyUse): string {
  return mends
    ? 'add the statement below (reseal policy explain shows it too) to the key policy.'
    : `except the role in the Deny that stands in its way (${denials.slice(0, 3).join(', ')}).${organizationHint(denials)}`;
}

/** Another account's key shows its policy to nobody here, so that the role was let in by name cannot be seen. */
function ofUnseenKey(rules: readonly ReplicationRule[], { state, key }: ReplicationCase): Reason[] {
  if (state.rule.algorithm === 'AES256' || state.rule.algorithm === undefined) return [];
  return byRole(rules).map(({ role, ids }) => ({
    code: 'replication-key-changes',
    message: `Replication rule ${ids} copies the SSE-KMS objects of bucket ${state.bucket} as role ${role}, under the key ${oldKey(state)}, and whether account ${key.account} lets that role decrypt with ${key.arn} cannot be seen from here: name a key of account ${state.account} in the policy, or keep the bucket's own by a rule with key: keep.`,
  }));
}

function oldKey({ rule }: BucketState): string {
  return rule.keyId ?? 'aws/s3';
}
