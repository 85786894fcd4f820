import { InvokeCommand } from '@aws-sdk/client-lambda';
import { type Cost, costOf } from '../../src/policy/plan/cost.ts';
import type { Progress } from '../progress.ts';
import { type Act, begin, disturbed, type End, finish, proveUse } from './act.ts';
import type { PlaceClients } from './endpoint.ts';
import { judgeResult } from './judge-result.ts';
import { readLedger } from './ledger-view.ts';
import type { ScenarioOptions } from './options.ts';
import { type Place, placesFor } from './place.ts';
import { type Play, plays } from './play.ts';
import { readDefault } from './read-bucket.ts';
import { type ScenarioResult, summarise } from './result.ts';
import { type Scene, setScene } from './scene.ts';
import type { Deployed, Stage } from './stage.ts';
import type { Wanted } from './wanted.ts';

/** Plays the scenario and reads everything back. `expected` names the verdict that each bucket should have come to. */
export async function runScenario(
  stage: Stage,
  options: ScenarioOptions,
  progress: Progress,
): Promise<{ result: ScenarioResult; expected: Map<string, string> }> {
  const started = performance.now();
  const { standard } = options;
  const places = placesFor(standard.key);
  const cast = plays({ ...options, places, algorithm: standard.algorithm });
  const seconds = secondsFor(cast.length, options);
  const phase = <T>(what: string, work: () => Promise<T>) => progress.within({ for: what, seconds }, work);
  const each = <T>(work: (act: Act) => Promise<T>) => Promise.all(acts.map(work));
  const scenes = await phase('the keys', () => Promise.all(places.map((place) => setScene(stage, place, options))));
  progress.say(`${cast.length} buckets in ${extent(places)}, before Reseal; its own reports bucket is one more`);
  const acts = await phase('the buckets and their objects', () =>
    Promise.all(cast.map((play) => begin(play, sceneOf(scenes, play), stage, options))),
  );

  const stacks = new Map<Place, Deployed>();
  for (const place of places) {
    const { account, region } = place;
    stacks.set(place, await phase(`the stack in ${account} ${region}`, () => stage.deploy(place)));
  }
  progress.say('Reseal deployed; buckets are made, lose their encryption and get a weaker one');
  await phase('what happens to the buckets', () =>
    each((act) => disturbed(act, { stack: stacks.get(act.play.place), progress }, options)),
  );
  await phase('every event to be answered', () => stage.idle());
  progress.say('every event is answered; a sweep looks at what no event named');
  for (const act of acts) act.since ??= new Date();
  await phase('the sweeps', () => Promise.all(scenes.map(({ place, clients }) => sweep(clients, stacks.get(place)))));
  await phase('every bucket of the sweeps to be judged', () => stage.idle());

  progress.say('logs, replicas, readers and visitors come again; reading every object back');
  await phase('logs, replicas, readers and visitors', () => each((act) => proveUse(act, stage)));
  const ends = await phase('every object to be read back', () =>
    each((act) => finish(act, stacks.get(act.play.place), options)),
  );
  const own = await ownBucket(scenes, stacks, options);
  const took = Math.round((performance.now() - started) / 100) / 10;
  const expected = new Map(cast.map(({ bucket, expected: verdict }) => [bucket, verdict]));
  if (own !== undefined) expected.set(own.result.bucket, 'compliant');
  return { result: resultOf(own === undefined ? ends : [...ends, own], stage, took), expected };
}

function resultOf(ends: readonly End[], stage: Stage, seconds: number): ScenarioResult {
  return summarise(
    ends.map((end) => end.result),
    {
      repaired: ends.filter((end) => end.repaired).length,
      jobs: stage.jobs(),
      objectsProcessed: stage.counts().objectsDone,
      price: priceOf(stage),
      seconds,
      working: ends.flatMap(({ working }) => working ?? []),
      broken: ends.flatMap(({ broken }) => broken ?? []),
    },
  );
}

/** What the jobs would cost in AWS; each of them may be charged, also one that found nothing to do. */
function priceOf(stage: Stage): Cost {
  const rule = { algorithm: 'aws:kms', bucketKey: true } as const;
  const jobs = Array.from({ length: stage.jobs() }, () => ({ class: 'SSE-S3', method: 'update-encryption' }) as const);
  const objects = { known: 'at most', count: stage.counts().objectsDone } as const;
  return costOf({ found: rule, write: rule, jobs, objects });
}

/** How long one phase may take on a quiet machine: far longer than it does. */
function secondsFor(buckets: number, { objects }: ScenarioOptions): number {
  return 300 + buckets * (1 + objects / 20);
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
async function sweep({ lambda }: PlaceClients, stack: Deployed | undefined): Promise<void> {
  const answer = await lambda.send(new InvokeCommand({ FunctionName: stack?.sweepFunction, Payload: '{}' }));
  if (answer.FunctionError !== undefined) {
    throw new Error(`the sweep failed: ${Buffer.from(answer.Payload ?? new Uint8Array()).toString('utf8')}`);
  }
}

/** Reseal's own reports bucket, of the first place: SSE-S3 by its built-in standard, whatever the policy says. */
async function ownBucket(
  scenes: readonly Scene[],
  stacks: ReadonlyMap<Place, Deployed>,
  { reencrypt }: ScenarioOptions,
): Promise<End | undefined> {
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
