import { setTimeout as wait } from 'node:timers/promises';
import { prepare, type Preparation } from '../before-reseal.ts';
import { createPlaces } from '../../../src/runtime/places.ts';
import { connect, type PlaceClients } from '../endpoint.ts';
import { type LedgerView, readLedger } from '../ledger-view.ts';
import type { Place } from '../place.ts';
import type { Written } from '../put-objects.ts';
import { readDefault } from '../read-bucket.ts';
import type { BucketResult } from '../result.ts';
import type { ScenarioSetting } from '../scenario.ts';
import { wantedIn } from '../scene.ts';
import type { Deployed } from '../stage.ts';
import { disturb } from '../under-watch.ts';
import type { Wanted } from '../wanted.ts';
import { CAST, type OrgPlay, type Turn } from './cast.ts';
import type { Left, Seen } from './org-result.ts';

/** What each act leaves to those after it. */
export interface OrgPlayed extends ScenarioSetting {
  objects: number;
  /** The unit of the members. */
  unit: string;
  hub: Deployed;
  acts: readonly OrgAct[];
  /** What was expected of accounts and stacks, and what was seen. */
  seen: Seen[];
  results: BucketResult[];
  left: readonly Left[];
  clients: (place: Place) => PlaceClients;
}

/** One bucket on its way. */
export interface OrgAct {
  play: OrgPlay;
  clients: PlaceClients;
  wanted: Wanted;
  written: Written;
  before: string;
}

const STANDARD = { algorithm: 'aws:kms', key: 'alias/reseal', bucketKey: true } as const;
const OF_SECRETS = { ...STANDARD, key: 'alias/vault' } as const;

export function openPlayed(setting: ScenarioSetting, objects: number): OrgPlayed {
  const hub = { ledgerTable: '', reportsBucket: '', sweepFunction: '' };
  return {
    ...setting,
    objects,
    unit: '',
    hub,
    acts: [],
    seen: [],
    results: [],
    left: [],
    clients: createPlaces((place) => connect(setting.stage.endpoint, place)).at,
  };
}

/** Every bucket that is there before Reseal comes has the standard. */
export async function beginAll(played: OrgPlayed): Promise<void> {
  played.acts = await Promise.all(CAST.map((play) => beginOne(play, played)));
}

async function beginOne(play: OrgPlay, { clients: clientsIn, stage, objects }: OrgPlayed): Promise<OrgAct> {
  const seed: Preparation['seed'] = (object) => stage.seed(object);
  const clients = clientsIn(play.place);
  const now = await wantedIn(clients, play.place, STANDARD);
  const preparation = { s3: clients.s3, wanted: now, otherKey: '', objects, seed };
  const written = await prepare(play, preparation);
  const wanted = play.kind === 'tagged' ? await wantedIn(clients, play.place, OF_SECRETS) : now;
  return { play, clients, wanted, written, before: '' };
}

/** What happens to the buckets of one act. */
export async function disturbAll(turn: Turn, { acts, objects }: OrgPlayed): Promise<void> {
  const nobodyWaits = async () => {};
  const about = { objects, comebacks: 0, restored: nobodyWaits, held: nobodyWaits };
  await Promise.all(
    actsOf(turn, acts).map(async (act) => {
      const { s3 } = act.clients;
      const { bucket } = act.play;
      const note = async () => void (act.before ||= await readDefault(s3, bucket, act.wanted));
      const written = await disturb({ ...about, play: act.play, s3 }, note);
      for (const [key, seen] of written) act.written.set(key, seen);
      if (act.before === '') await note();
    }),
  );
}

export function actsOf(turn: Turn, acts: readonly OrgAct[]): OrgAct[] {
  return acts.filter(({ play }) => play.turn === turn);
}

export function viewOf({ clients, hub }: OrgPlayed, { bucket, place }: OrgPlay, hubPlace: Place): Promise<LedgerView> {
  return readLedger(clients(hubPlace).dynamoDb, hub.ledgerTable, { ...place, bucket });
}

const POLL_MS = 20;

/** Until so many events wait in the hub, which does not look at them before it is told to. */
export async function arrived({ stage }: OrgPlayed, events: number, over: AbortSignal): Promise<void> {
  while (!over.aborted && stage.counts().queued < events) await wait(POLL_MS);
}

/** Until no stack is made or removed any more, while events may wait. */
export async function stacksAtRest({ stage }: OrgPlayed, over: AbortSignal): Promise<void> {
  while (!over.aborted && stage.counts().jobs > 0) await wait(POLL_MS);
}
