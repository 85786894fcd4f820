import { actionMatch } from '../iam/glob.ts';
import { namesAction, namesResource, statementName } from '../iam/match.ts';
import { pastedStatement } from '../iam/pasted-statement.ts';
import { accountOfPrincipal } from '../iam/principal-match.ts';
import type { Statement } from '../iam/statement.ts';
import { few } from '../problem.ts';
import type { ReplicationRule } from './facts.ts';
import { namesKey } from './keys/key-form.ts';
import { groupReasons, type Party, partyReasons } from './keys/party.ts';
import { carried, objectsArnOf, ownRequests } from './keys/s3-request.ts';
import type { KeyFacts, Reason } from './model.ts';
import { narrowed } from './readers/narrowing.ts';
import { pasteFor, requestsOf } from './readers/reader-holds.ts';
import { namesIn, type Reader, type Who } from './readers/reader.ts';
import type { KeyChange } from './safety.ts';

/** A write that brings a key or turns the Bucket Key on; `named`: the standard's key as the policy names it. */
export interface Replicated extends KeyChange {
  named?: string | undefined;
}

/**
 * What replication would silently leave behind once the bucket's default is SSE-KMS under this key: S3 skips such objects unless a rule
 * opts in and names a key for the replicas, and its role must be able to decrypt (S3 User Guide, replicating encrypted objects). A Bucket
 * Key, at the source or the destination, makes the bucket's ARN the encryption context (S3 User Guide, Bucket Keys and replication).
 */
export function replicationReasons(given: Replicated): Reason[] {
  const { state, safety, key, bucketKey, named } = given;
  const { rule } = state;
  const wasKms = rule.algorithm?.startsWith('aws:kms') === true;
  const isNewKey = !wasKms || !namesKey(rule.keyId, { arn: key.arn, ...(named === undefined ? {} : { named }) });
  const turnsOn = bucketKey === true && rule.bucketKey !== true;
  const rules = safety.replication.filter(({ enabled }) => enabled);
  const skipping = rules.flatMap((one) => skipped(one, given, wasKms, isNewKey));
  if (key.manager === 'AWS') return skipping;
  const copying = isNewKey || turnsOn ? rules.filter(copiesKms) : [];
  return [
    ...skipping,
    ...[...Map.groupBy(copying, ({ role }) => role)].flatMap(([role, its]) => ofRole(role, its, isNewKey, given)),
    ...(turnsOn ? ofDestinations(given) : []),
  ];
}

function copiesKms({ replicatesKms, replicaKeyId, usesSourceKey }: ReplicationRule): boolean {
  return replicatesKms && (replicaKeyId !== undefined || usesSourceKey);
}

/** A bucket that is under SSE-KMS already loses nothing more to rules that skip. */
function skipped(rule: ReplicationRule, { state, key }: Replicated, wasKms: boolean, isNewKey: boolean): Reason[] {
  const from = `Replication rule ${rule.id} copies bucket ${state.bucket} to ${rule.destinationBucket}`;
  if (rule.replicatesKms && rule.usesSourceKey) return isNewKey ? ofRelatedKey(rule, key, from) : [];
  if (wasKms || copiesKms(rule)) return [];
  if (rule.replicatesKms) {
    const message = `${from} with SSE-KMS objects but names no key for the replicas, so they would fail: set Destination.EncryptionConfiguration.ReplicaKmsKeyID in the rule.`;
    return [{ code: 'replication-no-replica-key', message }];
  }
  const message = `${from} and skips SSE-KMS objects, so new objects would no longer be copied: set SourceSelectionCriteria.SseKmsEncryptedObjects to Enabled and a ReplicaKmsKeyID in the rule, and let its role ${rule.role} decrypt with the bucket's key and encrypt with the replica's.`;
  return [{ code: 'replication-skips-kms', message }];
}

/**
 * UseSourceMultiRegionKey puts replicas under the related key in the destination's Region (S3 API UseSourceMultiRegionKey). What happens
 * where there is none is not said. A Region that is not known asks for a related key in any other.
 */
function ofRelatedKey({ destinationRegion }: ReplicationRule, key: KeyFacts, from: string): Reason[] {
  const { arn, region, relatedRegions } = key;
  const isThere =
    destinationRegion === undefined
      ? relatedRegions?.some((one) => one !== region)
      : relatedRegions?.includes(destinationRegion);
  if (isThere === true) return [];
  const what = relatedRegions === undefined ? 'is not a multi-Region key' : 'has no related key there';
  const message = `${from} (${destinationRegion ?? 'a Region that is not known'}) under the related key of a multi-Region key (UseSourceMultiRegionKey), and ${arn} ${what}: replicate a multi-Region key there and name it in the policy, or name a ReplicaKmsKeyID in the rule.`;
  return [{ code: 'replication-key-not-multi-region', message }];
}

const CODES = {
  lacks: 'replication-key-changes',
  denies: 'replication-role-denied',
  unclear: 'replication-role-denied',
  unseen: 'replication-key-changes',
} as const;

function ofRole(role: string, its: readonly ReplicationRule[], isNewKey: boolean, given: Replicated): Reason[] {
  const ids = its.map(({ id }) => id).join(', ');
  const why = isNewKey
    ? `whose right to decrypt with ${given.key.arn} IAM may not give`
    : "whose rights may name the objects' ARNs, and with a Bucket Key S3 sends the bucket's ARN in their place";
  const party = {
    does: `Replication rule ${ids} copies the SSE-KMS objects of bucket ${given.state.bucket} as role ${role}, ${why}`,
    named: 'the role itself',
    needs: ['kms:Decrypt'],
    otherwise:
      'keep the key or leave the Bucket Key off by a rule of the policy once the role is seen to be allowed it',
    codes: CODES,
  };
  const paste = pastedStatement({ title: 'Allow replication', kind: 'AWS', names: [role], actions: party.needs });
  return partyReasons({ ...party, requests: ownRequests([role], given), paste }, byName(given));
}

/** IAM policies are not read here, and they may name another key or the ARNs of objects: only a grant to a principal itself is sure. */
function byName(given: Replicated): Replicated {
  const keyPolicy = given.safety.keyPolicy?.map((one) => {
    const aws = one.principals.aws.filter((arn) => !arn.endsWith(':root'));
    return one.effect === 'Deny' ? one : { ...one, principals: { ...one.principals, aws } };
  });
  return { ...given, safety: { ...given.safety, keyPolicy } };
}

/** Somebody whom the bucket policy lets replicate into the bucket. `byAccount`: a grant to the account is enough. */
type Replicator = Pick<Reader, 'who' | 'given' | 'through'> & { needs: readonly string[]; byAccount: boolean };

function ofDestinations(given: Replicated): Reason[] {
  const { state, safety } = given;
  const replicators = safety.bucketPolicy.flatMap((statement, at) => replicatorsIn(statement, at, given));
  const does = `Others may replicate into bucket ${state.bucket}`;
  const isAlike = ({ who, given: met, needs }: Replicator) => JSON.stringify([who.kind, met, needs]);
  return [false, true].flatMap((byAccount) => {
    const its = replicators.filter((one) => one.byAccount === byAccount);
    const change = byAccount ? given : byName(given);
    return groupReasons(its, isAlike, (first, all) => destinationParty(first, all, given), { does, change });
  });
}

/** What lets somebody read too is for people: of those only who is of another account may replicate, and only into a bucket that was under a key. */
function replicatorsIn(statement: Statement, at: number, { state, partition }: Replicated): Replicator[] {
  const { effect, actions, principals, conditions } = statement;
  const isOf = (pattern: string, action: string) => actionMatch(pattern, action) !== 'no';
  const isElsewhere = namesResource(statement, objectsArnOf({ state, partition })) === 'no';
  if (effect !== 'Allow' || principals.not || isElsewhere || namesAction(statement, REPLICATE) === 'no') return [];
  const isForReplicas =
    !actions.not && actions.patterns.some((one) => isOf(one, REPLICATE) && !isOf(one, 's3:GetObject'));
  const wasKms = state.rule.algorithm?.startsWith('aws:kms') === true;
  const isOther = (arn: string) => wasKms && (accountOfPrincipal(arn) ?? state.account) !== state.account;
  const everyone = principals.everyone && isForReplicas ? narrowed(conditions, { account: '', partition }) : [];
  const named = principals.aws.filter((arn) => isForReplicas || isOther(arn));
  const whos: Who[] = [...everyone, ...named.map((arn) => ({ kind: 'principal' as const, names: [arn] }))];
  const through = `${statementName(statement, at)} of the bucket policy`;
  const met = carried(conditions);
  const needs = ['kms:Decrypt', isForReplicas ? 'kms:Encrypt' : 'kms:GenerateDataKey'];
  // Replication acts as a role.
  return whos.flatMap((who) => {
    const byAccount = !isForReplicas || who.names.some((arn) => arn.endsWith(':root'));
    return who.kind.endsWith('service') ? [] : [{ who, given: met, through, needs, byAccount }];
  });
}

const REPLICATE = 's3:ReplicateObject';
const ENCRYPTION = ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey'];

function destinationParty(first: Replicator, all: readonly Replicator[], given: Replicated): Party {
  const isByName = first.who.kind === 'principal';
  const names = few(namesIn(all));
  return {
    does: `${isByName ? names : 'Everybody under its conditions'} may replicate into bucket ${given.state.bucket} (${few(all.map(({ through }) => through))}), and a role whose rights name the objects' ARNs is stopped, because with a Bucket Key S3 sends the bucket's ARN in their place`,
    named: isByName ? names : 'them',
    requests: all.flatMap((one) => requestsOf(one, given, true)),
    needs: first.needs,
    paste: pasteFor(all, ENCRYPTION, 'Replicas into', given),
    otherwise: 'leave the Bucket Key off by a rule of the policy',
    codes: { ...CODES, lacks: 'replication-destination', unseen: 'replication-destination' },
  };
}
