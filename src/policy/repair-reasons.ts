import type { Judging } from './decision.ts';
import { directoryReasons } from './directory-key.ts';
import { type FactName, type Facts, missingOf } from './facts.ts';
import { bucketKeyReasons, isSameKey, keyPolicyReasons } from './keys/key-policy-reasons.ts';
import type { Encryption, KeyFacts, Reason } from './model.ts';
import { readerHolds } from './readers/reader-holds.ts';
import { type Purpose, safetyFacts } from './safety-facts.ts';
import { reasonsOf, type Safety, safetyOf } from './safety.ts';
import { replicationReasons } from './replication-reasons.ts';
import type { Writer } from './writers/writer.ts';
import { writerReasons } from './writers/writer-reasons.ts';

/** A rule that is to be written, with everything that was read for it. */
export interface Weighed extends Judging {
  purpose: Purpose;
  write: Encryption;
  safety: Safety;
  writers: readonly Writer[];
}

/** Everything that writing the rule would break, each named. */
export function repairReasonsOf(weighed: Weighed): Reason[] {
  if (weighed.purpose === 'key') return ofNewKey(weighed);
  return [...ofBucketKey(weighed), ...ofKnownKey(weighed)];
}

function ofNewKey(weighed: Weighed): Reason[] {
  const { known, standard, key, safety, writers, write } = weighed;
  if (key.kind !== 'found') return [];
  const using = { ...known, safety, key: key.key, bucketKey: write.bucketKey === true };
  const ofOthers = [...writerReasons({ ...using, writers, algorithm: standard.algorithm }), ...readerHolds(using)];
  if (known.kind !== 'general-purpose') {
    const { jobRoles: _, ...withoutJobs } = using;
    return [...directoryReasons({ ...known, standard, key }), ...keyPolicyReasons(withoutJobs), ...ofOthers];
  }
  return [
    ...keyPolicyReasons(using),
    ...ofOthers,
    ...ofReplication(weighed, key.key),
    ...(write.bucketKey === true ? ofBucketKey(weighed) : []),
  ];
}

/** Of a key that the policy names, its author has answered for; of one that was found there, nobody has. */
function ofBucketKey({ known, standard, key, safety, write }: Weighed): Reason[] {
  return bucketKeyReasons({ ...known, safety, key, keyId: write.keyId, isNamed: standard.keepKey !== true });
}

/** Of a key that the policy cannot see, `ofBucketKey` says all there is to say. */
function ofKnownKey(weighed: Weighed): Reason[] {
  const { known, key, safety, writers, write } = weighed;
  if (key.kind !== 'found' || !isSameKey(write.keyId, key.key.arn)) return [];
  const change = { ...known, safety, key: key.key, writers, algorithm: 'aws:kms', onlyBucketKey: true } as const;
  return [...writerReasons(change), ...ofReplication(weighed, key.key)];
}

function ofReplication({ known, standard, safety, write }: Weighed, key: KeyFacts): Reason[] {
  const change = { ...known, safety, key, bucketKey: write.bucketKey === true, named: standard.key };
  return replicationReasons(change);
}

type Owned = Pick<Judging, 'known' | 'standard' | 'key'>;

/** What must be read before the objects of a bucket that has its key already are encrypted again, and is not there. */
export function objectsLack(owned: Owned, facts: Facts): FactName[] {
  return missingOf(factsOfObjects(owned, facts), facts);
}

/**
 * Why the objects of a bucket that has this key already are better left as they are: its new objects are under it, and whoever still
 * reads the old ones may be locked out. What could not be read counts as such a reason.
 */
export function objectReasons(owned: Owned): Reason[] {
  const { known, key } = owned;
  if (key.kind !== 'found') return [];
  const reading = safetyOf(known, key);
  const unreadable = reasonsOf(reading, factsOfObjects(owned, known.facts));
  if (unreadable.length > 0) return unreadable;
  const about = { ...known, safety: reading.safety, key: key.key };
  return [...keyPolicyReasons(about), ...readerHolds(about)];
}

function factsOfObjects({ known, standard, key }: Owned, facts: Facts): FactName[] {
  const { safety } = safetyOf({ ...known, facts }, key);
  return safetyFacts({ ...known, standard, key, safety, purpose: 'objects', sources: [] });
}
