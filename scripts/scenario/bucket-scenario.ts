import { InvokeCommand } from '@aws-sdk/client-lambda';
import { type Cost, costOf } from '../../src/policy/plan/cost.ts';
import { type Act, begin, disturbed, type End, finish, proveUse } from './act.ts';
import { bucketsForPeople } from './buckets-for-people.ts';
import type { PlaceClients } from './endpoint.ts';
import { judgeResult } from './judge-result.ts';
import { readLedger } from './ledger-view.ts';
import { offencesOf } from './offences.ts';
import type { ScenarioOptions } from './options.ts';
import { type Place, placesFor } from './place.ts';
import { type Play, plays } from './play.ts';
import { readDefault } from './read-bucket.ts';
import { summarise } from './result.ts';
import { type Ending, type Scenario, type ScenarioAct, type ScenarioSetting, secondsSince } from './scenario.ts';
import { type Scene, setScene } from './scene.ts';
import type { Deployed, Stage } from './stage.ts';
import type { Wanted } from './wanted.ts';

/** What each act leaves to those after it. */
interface Played extends ScenarioSetting {
  options: ScenarioOptions;
  places: readonly Place[];
  cast: readonly Play[];
  scenes: readonly Scene[];
  acts: readonly Act[];
  stacks: Map<Place, Deployed>;
  ends: End[];
}

/** Buckets of every kind in accounts that stand alone: they are broken before and while Reseal watches, and read back. */
export function bucketScenario(setting: ScenarioSetting, options: ScenarioOptions): Scenario {
  const { standard } = options;
  const places = placesFor(standard.key);
  const cast = plays({ ...options, places, algorithm: standard.algorithm });
  const played: Played = { ...setting, options, places, cast, scenes: [], acts: [], stacks: new Map(), ends: [] };
  return {
    acts: [...beforeReseal(played), ...underWatch(played), ...afterwards(played)],
    seconds: 300 + cast.length * (1 + options.objects / 20),
    end: (startedMs) => endingOf(played, startedMs),
  };
}

function beforeReseal(played: Played): ScenarioAct[] {
  const { stage, options, places, cast } = played;
  return [
    {
      for: 'the keys',
      play: async () => {
        played.scenes = await Promise.all(places.map((place) => setScene(stage, place, options)));
      },
    },
    {
      says: `${cast.length} buckets in ${extent(places)}, before Reseal; its own reports bucket is one more`,
      for: 'the buckets and their objects',
      play: async () => {
        const { scenes } = played;
        played.acts = await Promise.all(cast.map((play) => begin(play, sceneOf(scenes, play), stage, options)));
      },
    },
    ...places.map((place) => ({
      for: `the stack in ${place.account} ${place.region}`,
      play: async () => played.stacks.set(place, await stage.deploy(place)),
    })),
  ];
}

function underWatch(played: Played): ScenarioAct[] {
  const { stage, progress, options, stacks } = played;
  return [
    {
      says: 'Reseal deployed; buckets are made, lose their encryption and get a weaker one',
      for: 'what happens to the buckets',
      play: () =>
        Promise.all(played.acts.map((act) => disturbed(act, { stack: stacks.get(act.play.place), progress }, options))),
    },
    { for: 'every event to be answered', play: () => stage.idle() },
    {
      says: 'every event is answered; a sweep looks at what no event named',
      for: 'the sweeps',
      play: () => {
        for (const act of played.acts) act.since ??= new Date();
        return Promise.all(played.scenes.map(({ place, clients }) => sweep(clients, stacks.get(place))));
      },
    },
    { for: 'every bucket of the sweeps to be judged', play: () => stage.idle() },
  ];
}

function afterwards(played: Played): ScenarioAct[] {
  const { stage, options, stacks } = played;
  return [
    {
      says: 'logs, replicas, readers and visitors come again; reading every object back',
      for: 'logs, replicas, readers and visitors',
      play: () => Promise.all(played.acts.map((act) => proveUse(act, stage))),
    },
    {
      for: 'every object to be read back',
      play: async () => {
        const { acts } = played;
        played.ends = await Promise.all(acts.map((act) => finish(act, stacks.get(act.play.place), options)));
      },
    },
  ];
}

async function endingOf(played: Played, startedMs: number): Promise<Ending> {
  const { stage, cast } = played;
  const own = await ownBucket(played);
  const ends = own === undefined ? played.ends : [...played.ends, own];
  const result = summarise(
    ends.map((end) => end.result),
    {
      repaired: ends.filter((end) => end.repaired).length,
      jobs: stage.jobs(),
      objectsProcessed: stage.counts().objectsDone,
      price: priceOf(stage),
      seconds: secondsSince(startedMs),
      working: ends.flatMap(({ working }) => working ?? []),
      broken: ends.flatMap(({ broken }) => broken ?? []),
    },
  );
  const expected = new Map(cast.map(({ bucket, expected: verdict }) => [bucket, verdict]));
  if (own !== undefined) expected.set(own.result.bucket, 'compliant');
  const forPeople = (columns: number) => bucketsForPeople(result, columns);
  return { result, forPeople, offences: offencesOf(result, expected) };
}

/** What the jobs would cost in AWS; each of them may be charged, also one that found nothing to do. */
function priceOf(stage: Stage): Cost {
  const rule = { algorithm: 'aws:kms', bucketKey: true } as const;
  const jobs = Array.from({ length: stage.jobs() }, () => ({ class: 'SSE-S3', method: 'update-encryption' }) as const);
  const objects = { known: 'at most', count: stage.counts().objectsDone } as const;
  return costOf({ found: rule, write: rule, jobs, objects });
}

function extent(places: readonly Place[]): string {
  const count = (name: keyof Place) => new Set(places.map((place) => place[name])).size;
  return `${count('account')} accounts and ${count('region')} Regions`;
}

function sceneOf(scenes: readonly Scene[], play: Play): Scene {
  const scene = scenes.find(({ place }) => place === play.place);
  if (scene === undefined) throw new Error(`no scene for ${play.place.account} ${play.place.region}`);
  return scene;
}

/** The manual invoke: one account and Region, every bucket. */
export async function sweep({ lambda }: Pick<PlaceClients, 'lambda'>, stack: Deployed | undefined): Promise<void> {
  const answer = await lambda.send(new InvokeCommand({ FunctionName: stack?.sweepFunction, Payload: '{}' }));
  if (answer.FunctionError !== undefined) {
    throw new Error(`the sweep failed: ${Buffer.from(answer.Payload ?? new Uint8Array()).toString('utf8')}`);
  }
}

/** Reseal's own reports bucket, of the first place: SSE-S3 by its built-in standard, whatever the policy says. */
async function ownBucket({ scenes, stacks, options: { reencrypt } }: Played): Promise<End | undefined> {
  const [scene] = scenes;
  const stack = scene === undefined ? undefined : stacks.get(scene.place);
  if (scene === undefined || stack === undefined) return undefined;
  const wanted: Wanted = { algorithm: 'AES256', bucketKey: false };
  const { s3, dynamoDb } = scene.clients;
  const encryption = await readDefault(s3, stack.reportsBucket, wanted);
  const ledger = await readLedger(dynamoDb, stack.ledgerTable, { ...scene.place, bucket: stack.reportsBucket });
  const play = { bucket: stack.reportsBucket, place: scene.place };
  const empty = { encryption, objects: new Map() };
  const result = judgeResult({ play, ledger, before: empty, after: empty, wanted, reencrypt });
  return { result, repaired: ledger.repaired };
}
