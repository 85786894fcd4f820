import { actionMatch } from '../iam/glob.ts';
import { askerOfArn } from '../iam/principal-match.ts';
import { statementName } from '../iam/match.ts';
import type { Statement } from '../iam/statement.ts';
import type { ReplicationRule } from './facts.ts';
import { namesKey } from './keys/key-form.ts';
import { allow, type Party, partyReasons } from './keys/party.ts';
import { ownContexts } from './keys/s3-request.ts';
import type { BucketState, KeyFacts, Reason } from './model.ts';
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
  const skipping = rules.flatMap((one) => skipped(one, { state, key, wasKms, isNewKey }));
  if (key.manager === 'AWS') return skipping;
  const copying = isNewKey || turnsOn ? rules.filter(copiesKms) : [];
  return [
    ...skipping,
    ...[...Map.groupBy(copying, ({ role }) => role)].flatMap(([role, its]) => {
      const ids = its.map(({ id }) => id).join(', ');
      return partyReasons(sourceParty(role, ids, isNewKey, given), direct(given, role));
    }),
    ...(turnsOn ? safety.bucketPolicy.flatMap((statement, at) => ofDestination(statement, at, given)) : []),
  ];
}

function copiesKms({ replicatesKms, replicaKeyId, usesSourceKey }: ReplicationRule): boolean {
  return replicatesKms && (replicaKeyId !== undefined || usesSourceKey);
}

type Skip = { state: BucketState; key: KeyFacts; wasKms: boolean; isNewKey: boolean };

/** A bucket that is under SSE-KMS already loses nothing more to rules that skip. */
function skipped(rule: ReplicationRule, { state: { bucket }, key, wasKms, isNewKey }: Skip): Reason[] {
  const from = `Replication rule ${rule.id} copies bucket ${bucket} to ${rule.destinationBucket}`;
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

/** IAM policies are not read here, and they may name another key or the ARNs of objects: only a grant to the role itself is sure. */
function sourceParty(role: string, ids: string, isNewKey: boolean, given: Replicated): Party {
  const needs = ['kms:Decrypt'];
  const why = isNewKey
    ? `whose right to decrypt with ${given.key.arn} IAM may not give`
    : "whose rights may name the objects' ARNs, and with a Bucket Key S3 sends the bucket's ARN in their place";
  return {
    does: `Replication rule ${ids} copies the SSE-KMS objects of bucket ${given.state.bucket} as role ${role}, ${why}`,
    named: 'the role itself',
    requests: requestsOf(role, given),
    needs,
    paste: allow('AllowReplication', role, needs),
    otherwise: OTHERWISE,
    codes: CODES,
  };
}

const OTHERWISE =
  'keep the key or leave the Bucket Key off by a rule of the policy once the role is seen to be allowed it';

/** Principals that a statement lets replicate into the bucket, and little else: other statements are for people. */
function ofDestination(statement: Statement, at: number, given: Replicated): Reason[] {
  const { effect, actions, principals } = statement;
  const isForReplicas =
    !actions.not && actions.patterns.some((one) => isOf(one, 's3:ReplicateObject') && !isOf(one, 's3:GetObject'));
  if (effect !== 'Allow' || principals.not || !isForReplicas) return [];
  const needs = ['kms:Encrypt', 'kms:Decrypt'];
  return principals.aws.flatMap((arn) =>
    partyReasons(
      {
        does: `${arn} replicates into bucket ${given.state.bucket} (${statementName(statement, at)} of the bucket policy), and its rights may name the objects' ARNs, in whose place S3 sends the bucket's ARN with a Bucket Key`,
        named: 'it by name',
        requests: requestsOf(arn, given),
        needs,
        paste: allow('AllowReplicas', arn, [...needs, 'kms:GenerateDataKey']),
        otherwise: 'leave the Bucket Key off by a rule of the policy',
        codes: { ...CODES, lacks: 'replication-destination', unseen: 'replication-destination' },
      },
      direct(given, arn),
    ),
  );
}

function isOf(pattern: string, action: string): boolean {
  return actionMatch(pattern, action) !== 'no';
}

function requestsOf(arn: string, given: Replicated): Party['requests'] {
  return ownContexts(given).map((context) => ({ principal: askerOfArn(arn), context }));
}

/** The key's policy without what only hands a principal on to the IAM of its account. */
function direct<Given extends KeyChange>(given: Given, arn: string): Given {
  const { safety } = given;
  const keyPolicy = safety.keyPolicy?.filter(
    ({ effect, principals }) => effect === 'Deny' || principals.everyone || principals.aws.includes(arn),
  );
  return { ...given, safety: { ...safety, keyPolicy } };
}
