import { setTimeout as wait } from 'node:timers/promises';
import { createQueueDepth } from '../../../src/aws/queue/queue-depth.ts';
import { columnsOf } from '../../wrapped.ts';
import {
  type AccountPlayed,
  beforeReseal,
  expectedOf,
  openAccounts,
  readBack,
  resultOf,
  secondsFor,
} from '../account-played.ts';
import { readWholeLedger } from '../ledger-view.ts';
import type { ScenarioOptions } from '../options.ts';
import type { Kind } from '../play.ts';
import type { Ending, Scenario, ScenarioAct, ScenarioSetting } from '../scenario.ts';
import { backfillForPeople, planForPeople } from './backfill-for-people.ts';
import { type BackfillResult, backfillOffences, comparedWith, methodsOf, planOf } from './backfill-result.ts';
import { invokeCommand, invokeSweep } from '../invoke-sweep.ts';

/** What an account has that nobody has disturbed. */
export const BACKFILL_KINDS = [
  'existing-objects',
  'storage-classes',
  'object-lock',
  'already-right',
  'access-log-target',
  'foreign-reader',
  'exempt',
] as const satisfies readonly Kind[];

interface BackfillPlayed extends AccountPlayed {
  plan: BackfillResult['plan'];
}

/** An account as people have it, brought to its standard by one invocation: what it would cost, then all of it. */
export function backfillScenario(setting: ScenarioSetting, options: ScenarioOptions): Scenario {
  const opened = openAccounts(setting, options, { kinds: BACKFILL_KINDS, most: 1 });
  const played: BackfillPlayed = { ...opened, plan: { buckets: [], usd: 0, atLeast: false } };
  return {
    acts: [...beforeReseal(played), planned(played), backfilled(played), ...readBack(played)],
    seconds: secondsFor(played),
    end: (startedMs) => endingOf(played, startedMs),
  };
}

function planned(played: BackfillPlayed): ScenarioAct {
  return {
    says: 'Reseal deployed; a sweep that only observes says what it would do, and for how much',
    for: 'every bucket to be judged',
    play: async (over) => {
      await swept(played, { observe: true }, over);
      const { buckets } = await ledgerOf(played);
      played.plan = planOf(buckets);
      for (const line of planForPeople(played.plan, columnsOf(process.stdout))) played.progress.say(line);
    },
  };
}

function backfilled(played: BackfillPlayed): ScenarioAct {
  return {
    says: 'the backfill: the same without observe repairs every bucket and starts the jobs',
    for: 'every bucket to be repaired, and every job',
    play: async (over) => {
      // To whoever watches, a repair has taken the time since then.
      for (const act of played.acts) act.since = new Date();
      await swept(played, {}, over);
    },
  };
}

/** Invokes a sweep and waits until nothing is under way any more, while the display shows how many buckets are judged. */
async function swept(played: BackfillPlayed, payload: object, over: AbortSignal): Promise<void> {
  const { stage, progress, scenes, stacks } = played;
  const [scene] = scenes;
  const { sweepFunction = '', sweepQueue = '' } = (scene && stacks.get(scene.place)) ?? {};
  if (scene === undefined) throw new Error('a backfill needs an account');
  const { place, clients } = scene;
  progress.say(`$ ${invokeCommand({ sweepFunction, payload, place })}`);
  const { by, answer } = await invokeSweep({ endpoint: stage.endpoint, place, clients, sweepFunction, payload });
  progress.say(`  ${answer} (invoked by ${by})`);
  const judged = { count: 0, of: 0 };
  progress.show(() => ({ ...stage.counts(), judged }));
  const done = new AbortController();
  const watching = watchQueue(scene, sweepQueue, judged, AbortSignal.any([done.signal, over]));
  await stage.settle();
  done.abort();
  await watching;
  progress.show(() => stage.counts());
}

const POLL_MS = 200;

/** What is still to be judged are the messages of the queue of sweeps, as SQS counts them. */
async function watchQueue(
  { clients }: BackfillPlayed['scenes'][number],
  queueUrl: string,
  judged: { count: number; of: number },
  over: AbortSignal,
): Promise<void> {
  const depthOf = createQueueDepth(clients.sqs);
  while (!over.aborted) {
    const left = await depthOf(queueUrl);
    judged.of = Math.max(judged.of, left);
    judged.count = judged.of - left;
    await wait(POLL_MS);
  }
}

/** The buckets of the one account by name, and the jobs. */
async function ledgerOf({ scenes, stacks }: AccountPlayed) {
  const [scene] = scenes;
  if (scene === undefined) throw new Error('a backfill needs an account');
  const { buckets, jobs } = await readWholeLedger(scene.clients.dynamoDb, stacks.get(scene.place)?.ledgerTable ?? '');
  return { jobs, buckets: new Map([...buckets].map(([id, view]) => [id.split('/')[2] ?? '', view])) };
}

async function endingOf(played: BackfillPlayed, startedMs: number): Promise<Ending> {
  const told = await resultOf(played, startedMs);
  const { jobs } = await ledgerOf(played);
  const { plan } = played;
  const result: BackfillResult = { ...told.result, plan, methods: methodsOf(jobs), ...comparedWith(plan, jobs) };
  const forPeople = (columns: number) => backfillForPeople(result, columns);
  return { result, forPeople, offences: backfillOffences(result, expectedOf(played, told.own)) };
}
