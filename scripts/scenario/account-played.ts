import { type Cost, costOfJobs } from '../../src/policy/plan/cost.ts';
import { counted } from '../../src/policy/plan/dollars.ts';
import { pricesIn } from '../../src/policy/plan/price-list.ts';
import { type Act, begin, type End, finish, proveUse } from './act.ts';
import { judgeResult } from './judge-result.ts';
import { readLedger } from './ledger-view.ts';
import type { ScenarioOptions } from './options.ts';
import { type Place, placesFor } from './place.ts';
import { type Kind, type Play, plays } from './play.ts';
import { readDefault } from './read-bucket.ts';
import { type ScenarioResult, summarise } from './result.ts';
import { type ScenarioAct, type ScenarioSetting, secondsSince } from './scenario.ts';
import { type Scene, setScene } from './scene.ts';
import type { Deployed } from './stage.ts';
import type { Wanted } from './wanted.ts';

/** Accounts that stand alone, and what each act leaves to those after it. */
export interface AccountPlayed extends ScenarioSetting {
  options: ScenarioOptions;
  places: readonly Place[];
  cast: readonly Play[];
  scenes: readonly Scene[];
  acts: readonly Act[];
  stacks: Map<Place, Deployed>;
  ends: End[];
}

/** Buckets of these kinds in so many accounts at most. */
export function openAccounts(
  setting: ScenarioSetting,
  options: ScenarioOptions,
  { kinds, most }: { kinds: readonly Kind[]; most: number },
): AccountPlayed {
  const { standard } = options;
  const places = placesFor(standard.key).slice(0, most);
  const cast = plays({ ...options, kinds, places, algorithm: standard.algorithm });
  return { ...setting, options, places, cast, scenes: [], acts: [], stacks: new Map(), ends: [] };
}

/** How long one act may take on a quiet machine. */
export function secondsFor({ cast, options }: AccountPlayed): number {
  return 300 + cast.length * (1 + options.objects / 20);
}

/** The buckets, then the stacks. */
export function beforeReseal(played: AccountPlayed): ScenarioAct[] {
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

/** Whoever depends on a bucket comes again, and everything is read back. */
export function readBack(played: AccountPlayed): ScenarioAct[] {
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

/** What came of it all, Reseal's own reports bucket included, whose name is told apart. */
export async function resultOf(
  played: AccountPlayed,
  startedMs: number,
): Promise<{ result: ScenarioResult; own: string | undefined }> {
  const { stage } = played;
  const own = await ownBucket(played);
  const ends = own === undefined ? played.ends : [...played.ends, own];
  const result = summarise(
    ends.map((end) => end.result),
    {
      repaired: ends.filter((end) => end.repaired).length,
      jobs: stage.jobs(),
      objectsProcessed: stage.counts().objectsDone,
      price: priceOf({ jobs: stage.jobs(), objects: stage.counts().objectsDone }),
      seconds: secondsSince(startedMs),
      working: ends.flatMap(({ working }) => working ?? []),
      broken: ends.flatMap(({ broken }) => broken ?? []),
    },
  );
  return { result, own: own?.result.bucket };
}

/** The verdict that each bucket is to end with. */
export function expectedOf(
  { cast }: Pick<AccountPlayed, 'cast'>,
  own: string | undefined,
): ReadonlyMap<string, string> {
  const expected = new Map<string, string>(cast.map(({ bucket, expected: verdict }) => [bucket, verdict]));
  return own === undefined ? expected : expected.set(own, 'compliant');
}

/** What so many jobs would cost in AWS that wrote so many objects; each of them may be charged, also one that found nothing to do. */
export function priceOf(done: { jobs: number; objects: number }): Cost {
  const job = { class: 'SSE-S3', method: 'update-encryption', algorithm: 'aws:kms', bucketKey: true } as const;
  const jobs = Array.from({ length: done.jobs }, () => job);
  const listing = { objects: [], truncated: false };
  const known = { reencrypt: 'all', listing, counted: done.objects } as const;
  return costOfJobs({ jobs, known, region: '', prices: pricesIn('') });
}

function extent(places: readonly Place[]): string {
  const count = (name: keyof Place) => new Set(places.map((place) => place[name])).size;
  return `${counted(count('account'), 'account')} and ${counted(count('region'), 'Region')}`;
}

function sceneOf(scenes: readonly Scene[], play: Play): Scene {
  const scene = scenes.find(({ place }) => place === play.place);
  if (scene === undefined) throw new Error(`no scene for ${play.place.account} ${play.place.region}`);
  return scene;
}

/** Reseal's own reports bucket, of the first place: SSE-S3 by its built-in standard, whatever the policy says. */
async function ownBucket({ scenes, stacks, options: { reencrypt } }: AccountPlayed): Promise<End | undefined> {
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
