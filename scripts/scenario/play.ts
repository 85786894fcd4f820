import type { Place } from './place.ts';

/** What a bucket goes through, or who else depends on it. */
export const KINDS = [
  'new',
  'encryption-deleted',
  'weakened',
  'already-right',
  'dsse',
  'existing-objects',
  'exempt',
  'unreadable',
  'access-log-target',
  'load-balancer-logs',
  'later-load-balancer-logs',
  'later-access-logs',
  'cloudtrail-logs',
  'replication-source',
  'foreign-reader',
  'public-website',
  'access-point',
  'directory',
  'flapping',
] as const;
/** Further ones, for scenarios that choose their buckets themselves. */
type ChosenKind = 'tagged' | 'later-acl-logs' | 'deleted' | 'storage-classes' | 'object-lock';
export type Kind = (typeof KINDS)[number] | ChosenKind;

export type Verdict = 'compliant' | 'repair' | 'hold' | 'exempt' | 'unreadable' | 'gone';

/** One bucket of the scenario and what Reseal is expected to make of it. */
export interface Play {
  kind: Kind;
  bucket: string;
  place: Place;
  expected: Verdict;
}

/** What a policy makes different. */
export interface Expecting {
  /** The standard's algorithm. */
  algorithm: string;
  /** The policy only observes. */
  observe: boolean;
}

/**
 * What each kind comes to, told independently of Reseal. Under SSE-S3 nothing that S3 makes today is too weak. A DSSE-KMS bucket is never
 * touched. Some logs arrive under SSE-S3 only, also where the bucket has its key already. A key that would lock somebody out is not put on
 * a bucket. Where nothing is repaired, nothing can be taken away again and again.
 */
export function expectedVerdict(kind: Kind, { algorithm, observe }: Expecting): Verdict {
  if (kind === 'exempt' || kind === 'unreadable') return kind;
  if (kind === 'deleted') return 'gone';
  if (algorithm === 'AES256') return 'compliant';
  switch (kind) {
    case 'already-right':
    case 'dsse':
    case 'access-log-target':
    case 'load-balancer-logs':
      return 'compliant';
    case 'new':
    case 'encryption-deleted':
    case 'weakened':
    case 'tagged':
    case 'existing-objects':
    case 'storage-classes':
    case 'object-lock':
    case 'directory':
      return 'repair';
    case 'flapping':
      return observe ? 'repair' : 'hold';
    case 'later-load-balancer-logs':
    case 'later-access-logs':
    case 'later-acl-logs':
    case 'cloudtrail-logs':
    case 'replication-source':
    case 'foreign-reader':
    case 'public-website':
    case 'access-point':
      return 'hold';
  }
}

export interface Casting extends Expecting {
  /** Absent, all of them. */
  kinds?: readonly Kind[];
  places: readonly Place[];
  /** How many buckets in all; never fewer than one of each kind. */
  buckets: number;
  /** The name that the policy's exception gives, if it has one. */
  exemptBucket: string | undefined;
  /** After how many repairs the policy calls a bucket flapping. */
  flappingRepairs: number;
}

/** Each repair waits for the settle delay, so a policy that takes more of them has no flapping bucket here. */
const MOST_REPAIRS = 5;

/**
 * At least one bucket of each kind, spread over the places; more on demand, in turn. The exempt one carries the name that
 * the policy's exception gives, so there is one of it, in the first place.
 */
export function plays(options: Casting): Play[] {
  const { places, buckets, exemptBucket, flappingRepairs } = options;
  const kinds = (options.kinds ?? KINDS).filter(
    (kind) =>
      (kind !== 'exempt' || exemptBucket !== undefined) && (kind !== 'flapping' || flappingRepairs <= MOST_REPAIRS),
  );
  const repeated = kinds.filter((kind) => kind !== 'exempt');
  const total = Math.max(buckets, kinds.length);
  return Array.from({ length: total }, (_, at): Play => {
    const kind = kinds[at] ?? repeated[at % repeated.length] ?? 'new';
    const place = kind === 'exempt' ? places[0] : places[at % places.length];
    if (place === undefined) throw new Error('a scenario needs at least one account and Region');
    const bucket = kind === 'exempt' && exemptBucket !== undefined ? exemptBucket : nameOf(kind, at + 1, place);
    return { kind, bucket, place, expected: expectedVerdict(kind, options) };
  });
}

/** The serial makes it one of all buckets of all accounts, as S3 asks. */
function nameOf(kind: Kind, serial: number, { region }: Place): string {
  return kind === 'directory' ? `${kind}-${serial}--${zoneOf(region)}--x-s3` : `${kind}-${serial}`;
}

/** The first Availability Zone id of a Region as AWS shortens it: eu-west-1 has euw1-az1 (S3 guide, directory bucket names). */
function zoneOf(region: string): string {
  const [area = '', direction = '', serial = ''] = region.split('-');
  const short = direction.replaceAll(/north|south|east|west|central/g, ([initial = '']) => initial);
  return `${area}${short}${serial}-az1`;
}
