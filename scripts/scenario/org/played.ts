import { setTimeout as wait } from 'node:timers/promises';
import { createPlaces } from '../../../src/runtime/places.ts';
import { connect, type PlaceClients } from '../endpoint.ts';
import { type LedgerView, readLedger } from '../ledger-view.ts';
import { beginMember, disturbMember, type MemberAct } from '../member-act.ts';
import type { Place } from '../place.ts';
import type { BucketResult } from '../result.ts';
import type { ScenarioSetting } from '../scenario.ts';
import { wantedIn } from '../scene.ts';
import { type Deployed, NOT_DEPLOYED } from '../stage.ts';
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
export type OrgAct = MemberAct<OrgPlay>;

const STANDARD = { algorithm: 'aws:kms', key: 'alias/reseal', bucketKey: true } as const;
const OF_SECRETS = { ...STANDARD, key: 'alias/vault' } as const;

export function openPlayed(setting: ScenarioSetting, objects: number): OrgPlayed {
  return {
    ...setting,
    objects,
    unit: '',
    hub: NOT_DEPLOYED,
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
  const clients = clientsIn(play.place);
  const now = await wantedIn(clients, play.place, STANDARD);
  const written = await beginMember({ play, clients }, { wanted: now, objects }, stage);
  const wanted = play.kind === 'tagged' ? await wantedIn(clients, play.place, OF_SECRETS) : now;
  return { play, clients, wanted, written, before: '' };
}

/** What happens to the buckets of one act. */
export async function disturbAll(turn: Turn, { acts, objects }: OrgPlayed): Promise<void> {
  await Promise.all(actsOf(turn, acts).map((act) => disturbMember(act, { objects })));
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
