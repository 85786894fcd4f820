import { createHash } from 'node:crypto';
import { HUB, type Layout, MANAGEMENT } from '../org/accounts.ts';
import type { Place } from '../place.ts';
import { expectedVerdict, type Kind, type Play } from '../play.ts';

/** How a bucket of the fleet drifts, in turn, and the event of it, as CloudTrail calls it. */
export const DRIFTS = {
  'encryption-deleted': 'DeleteBucketEncryption',
  weakened: 'PutBucketEncryption',
  new: 'CreateBucket',
} as const satisfies Partial<Record<Kind, string>>;
export type Drift = keyof typeof DRIFTS;

/** What is lost of the events that Reseal waits for. */
export interface FleetEvent {
  event: string;
  sent: number;
  lost: number;
}

export interface FleetSize {
  accounts: number;
  buckets: number;
  /** Objects in each bucket that drifts, before and after. */
  objects: number;
  /** Which buckets drift, and which events are lost. */
  seed: number;
}

export interface Fleet {
  layout: Layout;
  places: readonly Place[];
  plays: readonly Play[];
  /** The buckets whose drift no event tells. */
  silent: ReadonlySet<string>;
  /** The buckets the ends of whose jobs no event tells. */
  unheard: ReadonlySet<string>;
}

const REGIONS = ['eu-west-1', 'us-east-1', 'ap-southeast-2', 'eu-central-1'] as const;
const DRIFTED = 0.1;
const LOST = 0.05;

/** An organization of so many accounts, with its buckets spread over all of them and their Regions. */
export function castFleet({ accounts, buckets, seed }: FleetSize): Fleet {
  const members = Array.from({ length: accounts - 2 }, (_, at) => String(200_000_000_000 + at));
  const layout: Layout = { management: MANAGEMENT, hub: HUB, members, regions: REGIONS };
  const places = REGIONS.flatMap((region) => [MANAGEMENT, HUB, ...members].map((account) => ({ account, region })));
  const names = Array.from({ length: buckets }, (_, at) => `bucket-${String(at + 1).padStart(5, '0')}`);
  const kinds = Object.keys(DRIFTS) as Drift[];
  const drifted = drawn(names, Math.max(kinds.length, Math.round(buckets * DRIFTED)), `${seed} drift`);
  const lost = Math.ceil(drifted.length * LOST);
  const plays = names.map((bucket, at): Play => {
    const turn = drifted.indexOf(bucket);
    const kind = turn === -1 ? 'already-right' : (kinds[turn % kinds.length] ?? 'new');
    const place = places[at % places.length];
    if (place === undefined) throw new Error('an organization has at least one account and Region');
    return { kind, bucket, place, expected: expectedVerdict(kind, { algorithm: 'aws:kms', observe: false }) };
  });
  return {
    layout,
    places,
    plays,
    silent: new Set(drawn(drifted, lost, `${seed} event`)),
    unheard: new Set(drawn(drifted, lost, `${seed} job`)),
  };
}

/** So many of them, which nobody would guess, and the same ones for the same salt. */
function drawn(names: readonly string[], count: number, salt: string): string[] {
  const ranked = names.map((name) => ({ name, by: createHash('sha256').update(`${salt} ${name}`).digest('hex') }));
  return ranked
    .toSorted((one, other) => (one.by < other.by ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}
