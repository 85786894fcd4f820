import { CreateKeyCommand, DescribeKeyCommand } from '@aws-sdk/client-kms';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { prepare, type Written } from './before-reseal.ts';
import { connect, type PlaceClients } from './endpoint.ts';
import { judgeResult } from './judge-result.ts';
import { readLedger } from './ledger-view.ts';
import { type Place, placesFor } from './place.ts';
import { type Play, plays } from './play.ts';
import type { Progress } from './progress.ts';
import { readDefault, readObjects } from './read-bucket.ts';
import { type BucketResult, type ScenarioResult, summarise } from './result.ts';
import type { Deployed, Stage } from './stage.ts';
import { disturb } from './under-watch.ts';
import type { Wanted } from './wanted.ts';
import type { KeyChoice } from '../../src/policy/document-standard.ts';
import { keyFor } from '../../src/policy/key-choice.ts';

export interface ScenarioOptions {
  buckets: number;
  /** Objects of each kind in each bucket that has any. */
  objects: number;
  /** What the packaged policy decides. */
  standard: { algorithm: Wanted['algorithm']; key?: KeyChoice; bucketKey: boolean };
  reencrypt: string;
  exemptBucket: string | undefined;
}

/** What is known of one place once its keys are there. */
interface Scene {
  place: Place;
  clients: PlaceClients;
  wanted: Wanted;
  otherKey: string;
}

/** How one bucket ended. */
interface End {
  result: BucketResult;
  repaired: boolean;
}

interface Act {
  play: Play;
  scene: Scene;
  written: Written;
  before: string;
}

/** Plays the scenario and reads everything back. `expected` names the verdict that each bucket should have come to. */
export async function runScenario(
  stage: Stage,
  options: ScenarioOptions,
  progress: Progress,
): Promise<{ result: ScenarioResult; expected: Map<string, string> }> {
  const started = performance.now();
  const places = placesFor(options.standard.key);
  const { buckets, exemptBucket, standard } = options;
  const cast = plays({ places, buckets, exemptBucket, algorithm: standard.algorithm });
  const scenes = await Promise.all(places.map((place) => setScene(stage, place, options)));
  progress.say(`${cast.length} buckets in ${extent(places)}, before Reseal`);
  const acts = await Promise.all(cast.map((play) => begin(play, sceneOf(scenes, play), stage, options)));

  const stacks = new Map<Place, Deployed>();
  for (const place of places) stacks.set(place, await stage.deploy(place));
  progress.say('Reseal deployed; buckets are made, lose their encryption and get a weaker one');
  await Promise.all(acts.map((act) => disturbed(act, options.objects)));
  await stage.idle();
  progress.say('every event is answered; a sweep looks at what no event named');
  await Promise.all(scenes.map(({ place, clients }) => sweep(clients, stacks.get(place))));
  await stage.idle();

  progress.say('reading every object back');
  const ends = await Promise.all(acts.map((act) => finish(act, stacks.get(act.play.place), options)));
  const own = await ownBucket(scenes, stacks, options);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const expected = new Map(cast.map(({ bucket, expected: verdict }) => [bucket, verdict]));
  if (own !== undefined) expected.set(own.result.bucket, 'compliant');
  const all = own === undefined ? ends : [...ends, own];
  const repaired = all.filter((end) => end.repaired).length;
  const results = all.map((end) => end.result);
  return { result: summarise(results, { repaired, jobs: stage.jobs(), seconds }), expected };
}

function extent(places: readonly Place[]): string {
  const count = (name: keyof Place) => new Set(places.map((place) => place[name])).size;
  return `${count('account')} accounts and ${count('region')} Regions`;
}

async function setScene(stage: Stage, place: Place, { standard }: ScenarioOptions): Promise<Scene> {
  await stage.makeKeys(place);
  const clients = connect(stage.endpoint, place);
  const other = await clients.kms.send(new CreateKeyCommand({ Description: 'another team' }));
  const key = keyFor(standard.key, place);
  const right = key === undefined ? undefined : await clients.kms.send(new DescribeKeyCommand({ KeyId: key }));
  const keyArn = right?.KeyMetadata?.Arn;
  const wanted = {
    algorithm: standard.algorithm,
    bucketKey: standard.bucketKey,
    ...(keyArn === undefined ? {} : { keyArn }),
  };
  return { place, clients, wanted, otherKey: other.KeyMetadata?.Arn ?? '' };
}

function sceneOf(scenes: readonly Scene[], play: Play): Scene {
  const scene = scenes.find(({ place }) => place === play.place);
  if (scene === undefined) throw new Error(`no scene for ${play.place.account} ${play.place.region}`);
  return scene;
}

async function begin(play: Play, scene: Scene, stage: Stage, { objects }: ScenarioOptions): Promise<Act> {
  const { clients, wanted, otherKey } = scene;
  const written = await prepare(play, {
    s3: clients.s3,
    wanted,
    otherKey,
    objects,
    seed: (object) => stage.seed(object),
  });
  const before = play.kind === 'new' ? '' : await readDefault(clients.s3, play.bucket, wanted);
  return { play, scene, written, before };
}

async function disturbed(act: Act, objects: number): Promise<void> {
  const { clients, wanted } = act.scene;
  const written = await disturb({ play: act.play, s3: clients.s3, objects }, async () => {
    act.before = await readDefault(clients.s3, act.play.bucket, wanted);
  });
  for (const [key, seen] of written) act.written.set(key, seen);
}

/** The manual invoke: one account and Region, every bucket. */
async function sweep({ lambda }: PlaceClients, stack: Deployed | undefined): Promise<void> {
  const answer = await lambda.send(new InvokeCommand({ FunctionName: stack?.sweepFunction, Payload: '{}' }));
  if (answer.FunctionError !== undefined) {
    throw new Error(`the sweep failed: ${Buffer.from(answer.Payload ?? new Uint8Array()).toString('utf8')}`);
  }
}

async function finish(
  { play, scene, written, before }: Act,
  stack: Deployed | undefined,
  { reencrypt }: ScenarioOptions,
): Promise<End> {
  const { clients, wanted } = scene;
  const ledger = await readLedger(clients.dynamoDb, stack?.ledgerTable ?? '', play.bucket);
  const objects = await readObjects(clients.s3, play.bucket, wanted);
  const after = { encryption: await readDefault(clients.s3, play.bucket, wanted), objects };
  const was = { encryption: before, objects: written };
  const result = judgeResult({ play, ledger, before: was, after, wanted, reencrypt });
  return { result, repaired: ledger.repaired };
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
  const ledger = await readLedger(dynamoDb, stack.ledgerTable, stack.reportsBucket);
  const play = { bucket: stack.reportsBucket, place: scene.place };
  const empty = { encryption, objects: new Map() };
  const result = judgeResult({ play, ledger, before: empty, after: empty, wanted, reencrypt });
  return { result, repaired: ledger.repaired };
}
