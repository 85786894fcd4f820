import { setTimeout as wait } from 'node:timers/promises';
import { prepare } from './before-reseal.ts';
import type { Setting } from './dependents/dependent.ts';
import { dependentOf, useAgain } from './dependents/dependents.ts';
import { judgeResult } from './judge-result.ts';
import { type LedgerView, readLedger } from './ledger-view.ts';
import type { Progress } from '../progress.ts';
import type { ScenarioOptions } from './options.ts';
import type { Play } from './play.ts';
import type { Written } from './put-objects.ts';
import { readDefault, readObjects } from './read-bucket.ts';
import type { BucketResult } from './result.ts';
import type { Scene } from './scene.ts';
import type { Deployed, Stage } from './stage.ts';
import { disturb } from './under-watch.ts';
import { type Wanted, wantedFor } from './wanted.ts';

/** One bucket of the scenario, on its way. */
export interface Act {
  play: Play;
  scene: Scene;
  wanted: Wanted;
  written: Written;
  before: string;
  /** When it drifted, or when the sweep began that is to find it. */
  since?: Date;
  /** What a dependent does still. */
  working?: string;
  /** What a dependent could no longer do after the play. */
  broken?: string | undefined;
}

/** How one bucket ended. */
export interface End {
  result: BucketResult;
  repaired: boolean;
  working?: string | undefined;
  broken?: string | undefined;
}

/** The bucket as it was before Reseal came, with those who depend on it, who use it once. */
export async function begin(play: Play, scene: Scene, stage: Stage, { objects }: ScenarioOptions): Promise<Act> {
  const { clients, otherKey } = scene;
  const wanted = wantedFor(play.kind, scene.wanted);
  const written = await prepare(play, {
    s3: clients.s3,
    wanted,
    otherKey,
    objects,
    seed: (object) => stage.seed(object),
  });
  const act: Act = { play, scene, wanted, written, before: '' };
  const dependent = dependentOf(play.kind);
  if (dependent !== undefined) {
    await dependent.arrange(settingOf(act, stage));
    remember(act, await dependent.use(settingOf(act, stage), 'before'));
  }
  if (play.kind !== 'new') act.before = await readDefault(clients.s3, play.bucket, wanted);
  return act;
}

/** What happens to the bucket while Reseal watches. */
export async function disturbed(
  act: Act,
  watch: Watch,
  { objects, observe, flappingRepairs }: ScenarioOptions,
): Promise<void> {
  const { play, scene, wanted } = act;
  const { s3 } = scene.clients;
  const disturbance = {
    play,
    s3,
    objects,
    comebacks: observe || wanted.algorithm === 'AES256' ? 0 : flappingRepairs,
    restored: (times: number) =>
      whenTold(act, watch, { is: `repaired ${times} times`, holds: ({ repairs }) => repairs >= times }),
    held: (saying: string) => whenHeld(act, watch, saying),
  };
  const began = new Date();
  const written = await disturb(disturbance, async () => {
    act.since = began;
    act.before = await readDefault(s3, play.bucket, wanted);
  });
  remember(act, written);
}

/** Where it is told what became of a bucket, and who waits for it. */
export interface Watch {
  stack: Deployed | undefined;
  progress: Pick<Progress, 'within'>;
}

const POLL_MS = 50;
/** Far longer than a settle delay and a repair take on a quiet machine. */
const TOLD_SECONDS = 180;

/** Under SSE-S3 every log arrives, so nothing is held. */
async function whenHeld(act: Act, watch: Watch, saying: string): Promise<void> {
  if (act.wanted.algorithm === 'AES256') return;
  const isSaid = ({ verdict, reasons }: LedgerView) =>
    verdict === 'hold' &&
    reasons.some(({ code, message }) => code === 'log-target-under-kms' && message.includes(saying));
  await whenTold(act, watch, { is: 'held as a log target', holds: isSaid });
}

/** Until the ledger says so: what is written and not yet read back is not repaired. */
export async function whenTold(
  { play, scene }: Pick<Act, 'play' | 'scene'>,
  { stack, progress }: Watch,
  { is, holds }: { is: string; holds: (view: LedgerView) => boolean },
): Promise<void> {
  const id = { ...play.place, bucket: play.bucket };
  await progress.within({ for: `bucket ${play.bucket} to be ${is}`, seconds: TOLD_SECONDS }, async (over) => {
    while (!over.aborted && !holds(await readLedger(scene.clients.dynamoDb, stack?.ledgerTable ?? '', id))) {
      await wait(POLL_MS);
    }
  });
}

/** After Reseal, those who depend on the bucket use it again. */
export async function proveUse(act: Act, stage: Stage): Promise<void> {
  const dependent = dependentOf(act.play.kind);
  if (dependent === undefined) return;
  const { written, broken } = await useAgain(dependent, settingOf(act, stage));
  remember(act, written);
  act.broken = broken;
  if (broken === undefined) act.working = `${act.play.bucket}: ${dependent.does}`;
}

/** Reads everything back. */
export async function finish(
  { play, scene, wanted, written, before, since, working, broken }: Act,
  stack: Deployed | undefined,
  { reencrypt }: ScenarioOptions,
): Promise<End> {
  const { s3, dynamoDb } = scene.clients;
  const ledger = await readLedger(dynamoDb, stack?.ledgerTable ?? '', { ...play.place, bucket: play.bucket });
  const objects = await readObjects({ s3, bucket: play.bucket, written }, wanted);
  const after = { encryption: await readDefault(s3, play.bucket, wanted), objects };
  const was = { encryption: before, objects: written };
  const result = judgeResult({ play, ledger, before: was, after, wanted, reencrypt, since });
  return { result, repaired: ledger.repaired, working, broken };
}

function remember(act: Act, written: Written): void {
  for (const [key, seen] of written) act.written.set(key, seen);
}

function settingOf({ play, scene }: Act, stage: Stage): Setting {
  const { clients, partnerAccount, partner, wanted } = scene;
  return { bucket: play.bucket, place: play.place, owner: clients, partnerAccount, partner, wanted, stage };
}
