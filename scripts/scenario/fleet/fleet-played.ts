import { putAll } from '../put-objects.ts';
import { atOnce } from '../../../src/at-once.ts';
import { createPlaces } from '../../../src/runtime/places.ts';
import { keysOf } from '../contents.ts';
import { connect } from '../endpoint.ts';
import { readWholeLedger, UNKNOWN } from '../ledger-view.ts';
import { beginMember, disturbMember, finishMember, type MemberAct } from '../member-act.ts';
import type { Ground } from '../org/deploy.ts';
import type { ScenarioOptions } from '../options.ts';
import type { Place } from '../place.ts';
import type { BucketResult } from '../result.ts';
import type { ScenarioSetting } from '../scenario.ts';
import { wantedIn } from '../scene.ts';
import { type Deployed, NOT_DEPLOYED } from '../stage.ts';
import { castFleet, DRIFTS, type Fleet, type FleetEvent, type FleetSize } from './fleet-cast.ts';

/** What each act leaves to those after it. */
export interface FleetPlayed extends ScenarioSetting, Ground {
  size: FleetSize;
  /** That of the policy. */
  standard: ScenarioOptions['standard'];
  fleet: Fleet;
  hub: Deployed;
  acts: MemberAct[];
  /** By name: how many came by, and how many of them were lost. */
  events: Map<string, FleetEvent>;
  /** Repaired before the sweep began. */
  byEvents: ReadonlySet<string>;
  results: BucketResult[];
  sweepSeconds: number;
}

/** So many places are worked on at once: more would only wait for each other. */
const AT_ONCE = 16;

export function openFleet(
  setting: ScenarioSetting,
  size: FleetSize,
  standard: ScenarioOptions['standard'],
): FleetPlayed {
  return {
    ...setting,
    clients: createPlaces((place) => connect(setting.stage.endpoint, place)).at,
    size,
    standard,
    fleet: castFleet(size),
    hub: NOT_DEPLOYED,
    acts: [],
    events: new Map(),
    byEvents: new Set(),
    results: [],
    sweepSeconds: 0,
  };
}

/** Every bucket that is there before Reseal has its standard; those that will drift have objects too. */
export async function beginFleet(played: FleetPlayed): Promise<void> {
  const { fleet, clients: clientsIn, stage, size, standard } = played;
  await atOnce(
    Map.groupBy(fleet.plays, ({ place }) => place),
    AT_ONCE,
    async ([place, plays]) => {
      const clients = clientsIn(place);
      const wanted = await wantedIn(clients, place, standard);
      for (const play of plays) {
        const objects = play.kind === 'already-right' ? 0 : size.objects;
        const written = await beginMember({ play, clients }, { wanted, objects }, stage);
        played.acts.push({ play, clients, wanted, written, before: '' });
      }
    },
  );
}

/** A tenth of the buckets drifts and is written to, while some events are lost. */
export async function disturbFleet({ acts, stage, fleet, events, size }: FleetPlayed): Promise<void> {
  const drifting = acts.filter(({ play }) => play.kind !== 'already-right');
  const own = new Map(drifting.map(({ play: { bucket, kind } }) => [bucket, EVENTS.get(kind)]));
  stage.loseEvents(({ name, bucket }) => {
    const isEnd = name === 'JobStatusChanged';
    // Reseal writes encryption too: what it does is no drift.
    const isDrift = !isEnd && own.get(bucket) === name && own.delete(bucket);
    if (!isEnd && !isDrift) return false;
    const isLost = isEnd ? fleet.unheard.has(bucket) : fleet.silent.has(bucket);
    const { sent, lost } = events.get(name) ?? { sent: 0, lost: 0 };
    events.set(name, { event: name, sent: sent + 1, lost: lost + Number(isLost) });
    return isLost;
  });
  await atOnce(drifting, AT_ONCE, async (act) => {
    await disturbMember(act, size);
    // Who makes a bucket without encryption writes to it as well.
    if (act.play.kind !== 'new') return;
    const written = await putAll(act.clients.s3, act.play.bucket, keysOf('drifted', size.objects));
    for (const [key, seen] of written) act.written.set(key, seen);
  });
}

const EVENTS: ReadonlyMap<string, string> = new Map(Object.entries(DRIFTS));

const bucketIn = ({ play: { place, bucket } }: MemberAct) => `${place.account}/${place.region}/${bucket}`;

/** Who was repaired so far. */
export async function repairedIn({ acts, ...played }: FleetPlayed): Promise<ReadonlySet<string>> {
  const { buckets } = await ledgerOf(played);
  return new Set(acts.filter((act) => buckets.get(bucketIn(act))?.repaired).map(({ play }) => play.bucket));
}

/** Reads every bucket and object back. */
export async function finishFleet(played: FleetPlayed): Promise<void> {
  const { buckets } = await ledgerOf(played);
  await atOnce(played.acts, AT_ONCE, async (act) => {
    played.results.push(await finishMember(act, buckets.get(bucketIn(act)) ?? UNKNOWN));
  });
}

export function ledgerOf({ clients, hub, fleet }: Pick<FleetPlayed, 'clients' | 'hub' | 'fleet'>) {
  return readWholeLedger(clients(hubPlace(fleet)).dynamoDb, hub.ledgerTable);
}

export function hubPlace({ layout: { hub, regions } }: Fleet): Place {
  return { account: hub, region: regions[0] };
}
