import type { Place } from './place.ts';

/** What a bucket goes through. */
export const KINDS = [
  'new',
  'encryption-deleted',
  'weakened',
  'already-right',
  'dsse',
  'existing-objects',
  'exempt',
  'unreadable',
] as const;
export type Kind = (typeof KINDS)[number];

export type Verdict = 'compliant' | 'repair' | 'hold' | 'exempt' | 'unreadable';

/** One bucket of the scenario and what Reseal is expected to make of it. */
export interface Play {
  kind: Kind;
  bucket: string;
  place: Place;
  expected: Verdict;
}

/**
 * What each kind comes to under a standard of this algorithm, told independently of Reseal: under SSE-S3 nothing that S3 makes
 * today is too weak, and a DSSE-KMS bucket is never touched.
 */
export function expectedVerdict(kind: Kind, algorithm: string): Verdict {
  if (kind === 'exempt' || kind === 'unreadable') return kind;
  if (kind === 'already-right' || kind === 'dsse') return 'compliant';
  return algorithm === 'AES256' ? 'compliant' : 'repair';
}

export interface Casting {
  places: readonly Place[];
  /** How many buckets in all; never fewer than one of each kind. */
  buckets: number;
  /** The name that the policy's exception gives, if it has one. */
  exemptBucket: string | undefined;
  /** The policy's standard. */
  algorithm: string;
}

/**
 * At least one bucket of each kind, spread over the places; more on demand, in turn. The exempt one carries the name that
 * the policy's exception gives, so there is one of it, in the first place.
 */
export function plays(options: Casting): Play[] {
  const { places, buckets, exemptBucket, algorithm } = options;
  const kinds = KINDS.filter((kind) => kind !== 'exempt' || exemptBucket !== undefined);
  const repeated = kinds.filter((kind) => kind !== 'exempt');
  const total = Math.max(buckets, kinds.length);
  return Array.from({ length: total }, (_, at): Play => {
    const kind = kinds[at] ?? repeated[at % repeated.length] ?? 'new';
    const place = places[at % places.length];
    if (place === undefined) throw new Error('a scenario needs at least one account and Region');
    const bucket =
      kind === 'exempt' && exemptBucket !== undefined
        ? exemptBucket
        : `${kind}-${at + 1}-${place.account.slice(0, 3)}-${place.region}`;
    return { kind, bucket, place, expected: expectedVerdict(kind, algorithm) };
  });
}
