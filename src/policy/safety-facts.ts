import type { LogSource } from './facts.ts';
import { KINDS } from './kinds.ts';
import { isSameKey } from './keys/key-policy-reasons.ts';
import type { BucketKind, BucketState, KeyReading, Standard } from './model.ts';
import { leavesToAccessPoints } from './readers/bucket-readers.ts';
import type { KeyChange, SafetyFact } from './safety.ts';

/**
 * What is about to happen to a bucket: it gets a key, or the Bucket Key of the one it has, or its objects are encrypted again under it.
 * `held`: nothing can be written now, and only whether it is a log target still counts.
 */
export type Purpose = 'key' | 'bucket-key' | 'objects' | 'held';

interface Undertaking extends Omit<KeyChange, 'key' | 'bucketKey'> {
  purpose: Purpose;
  kind: BucketKind;
  standard: Standard;
  key: KeyReading;
  /** Buckets whose access logs are known to go here. */
  sources: readonly LogSource[];
}

/** Everything that safety rests on. Two facts wait for another: access points count only where the bucket policy leaves access to them. */
export function safetyFacts(given: Undertaking): SafetyFact[] {
  const { purpose, kind, sources } = given;
  const isGeneral = kind === 'general-purpose';
  switch (purpose) {
    case 'held':
      return isGeneral && sources.length === 0 ? ['bucketPolicy', 'acl'] : [];
    case 'bucket-key':
      return ofBucketKey(given);
    case 'key':
      // Access logs settle it: SSE-S3 is the standard then.
      if (isGeneral && sources.length > 0) return [];
      return [...ofReaders(given), ...(isGeneral ? (['replication'] as const) : [])];
    case 'objects':
      return ofReaders(given);
  }
}

/** Whoever writes or replicates may need more of the key once the Bucket Key is on. */
function ofBucketKey({ state, kind, key, sources }: Undertaking): SafetyFact[] {
  if (kind !== 'general-purpose') return [];
  const isSeen = isReadable(key, state) && isSameKey(state.rule.keyId, key.key.arn);
  return [
    'replication',
    'bucketPolicy',
    ...(sources.length > 0 ? [] : ['acl' as const]),
    ...(isSeen ? ['keyPolicy' as const] : []),
  ];
}

function ofReaders(given: Undertaking): SafetyFact[] {
  const { state, kind, key } = given;
  return [
    ...(KINDS[kind].hasObjectPolicy ? (['bucketPolicy'] as const) : []),
    ...(kind === 'general-purpose' ? (['acl'] as const) : []),
    ...(isReadable(key, state) ? (['keyPolicy'] as const) : []),
    ...(kind === 'general-purpose' ? (['website'] as const) : []),
    ...(leavesToAccessPoints(given) ? (['accessPoints'] as const) : []),
  ];
}

/** KMS shows a key's policy to its own account alone (KMS API GetKeyPolicy), and nobody can change that of a key that AWS manages. */
export function isReadable(key: KeyReading, { account }: BucketState): key is Extract<KeyReading, { kind: 'found' }> {
  return key.kind === 'found' && key.key.manager === 'CUSTOMER' && key.key.account === account;
}
