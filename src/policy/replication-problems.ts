import type { Asking, Facts } from './facts.ts';
import type { BucketState, Reason } from './model.ts';

/**
 * What replication would silently leave behind once the bucket's default is SSE-KMS: S3 skips such objects unless a rule opts in and
 * names a key for the replicas (S3 User Guide, replicating encrypted objects). A bucket that is under SSE-KMS already loses nothing more.
 */
export function replicationProblems({
  state,
  facts: { replication },
}: {
  state: BucketState;
  facts: Pick<Facts, 'replication'>;
}): Asking<{ holds: Reason[] }> | { kind: 'unread'; reasons: Reason[] } {
  if (state.rule.algorithm?.startsWith('aws:kms') === true) return { kind: 'known', holds: [] };
  if (replication === undefined) return { kind: 'ask', facts: ['replication'] };
  if (replication.kind === 'unread') {
    return { kind: 'unread', reasons: [{ code: 'replication-unreadable', message: replication.why }] };
  }
  const holds = replication.value.flatMap((rule): Reason[] => {
    if (!rule.enabled || (rule.replicatesKms && rule.replicaKeyId !== undefined)) return [];
    const from = `Replication rule ${rule.id} copies bucket ${state.bucket} to ${rule.destinationBucket}`;
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
  });
  return { kind: 'known', holds };
}
