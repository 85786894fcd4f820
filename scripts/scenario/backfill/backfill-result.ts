import { priceOf } from '../account-played.ts';
import type { LedgerJob, LedgerView } from '../ledger-view.ts';
import { offencesOf } from '../offences.ts';
import type { ScenarioResult } from '../result.ts';

/** What a sweep that only observes says of one bucket. */
export interface PlannedBucket {
  bucket: string;
  verdict: string;
  /** What its jobs would cost at most, or at least, in US dollars; 0 where none is started. */
  usd: number;
  atLeast: boolean;
}

/** The jobs of one operation. */
export interface MethodResult {
  method: 'update' | 'copy';
  jobs: number;
  /** Those that found no object of their kind: S3 calls them failed, and nothing is wrong. */
  nothingToDo: number;
  objects: number;
}

/** The documented shape of `npm start --silent -- --scenario backfill --json` (docs/json.md). */
export interface BackfillResult extends ScenarioResult {
  plan: { buckets: PlannedBucket[]; usd: number; atLeast: boolean };
  methods: MethodResult[];
  /** Jobs in buckets for which the plan had no price: they had their standard, and `objects: all` looks for older objects in them once. */
  unplanned: { buckets: string[]; jobs: number };
  /** What the jobs of the other buckets cost, in US dollars. */
  plannedUsd: number;
}

/** What the ledger says of every bucket that was judged, and for how much. */
export function planOf(views: ReadonlyMap<string, LedgerView>): BackfillResult['plan'] {
  const buckets = [...views].map(([bucket, { verdict, price = '' }]): PlannedBucket => {
    // The ledger has the price in a sentence: "At most $1.26 once."
    const [, bound, dollars = '0'] = /^(At most|At least) (?:about )?\$([\d,.]*\d)/.exec(price) ?? [];
    return { bucket, verdict, usd: Number(dollars.replaceAll(',', '')), atLeast: bound === 'At least' };
  });
  const cents = buckets.reduce((sum, { usd }) => sum + Math.round(usd * 100), 0);
  return {
    buckets: buckets.toSorted((one, other) => (one.bucket < other.bucket ? -1 : 1)),
    usd: cents / 100,
    atLeast: buckets.some(({ atLeast }) => atLeast),
  };
}

const METHODS = [
  ['update', 'update-encryption'],
  ['copy', 'copy'],
] as const;

/** The jobs that have ended, by what they did. */
export function methodsOf(jobs: readonly LedgerJob[]): MethodResult[] {
  return METHODS.map(([method, word]) => {
    const its = jobs.filter((job) => job.method === word && job.isClosed);
    const nothingToDo = its.filter(({ status }) => status === 'nothing-to-do').length;
    return { method, jobs: its.length, nothingToDo, objects: its.reduce((sum, { succeeded }) => sum + succeeded, 0) };
  });
}

/** How the jobs compare with the plan. */
export function comparedWith(
  { buckets }: BackfillResult['plan'],
  jobs: readonly LedgerJob[],
): Pick<BackfillResult, 'unplanned' | 'plannedUsd'> {
  const priced = new Set(buckets.filter(({ usd }) => usd > 0).map(({ bucket }) => bucket));
  const planned = jobs.filter(({ bucket }) => priced.has(bucket));
  const others = jobs.filter(({ bucket }) => !priced.has(bucket));
  const objects = planned.reduce((sum, { succeeded }) => sum + succeeded, 0);
  return {
    unplanned: { buckets: [...new Set(others.map(({ bucket }) => bucket))], jobs: others.length },
    plannedUsd: planned.length === 0 ? 0 : (priceOf({ jobs: planned.length, objects }).usd ?? 0),
  };
}

/** What did not come as it should have, by name, each with what was expected. */
export function backfillOffences(result: BackfillResult, expected: ReadonlyMap<string, string>): string[] {
  const { plan, methods, jobs, results, broken, plannedUsd } = result;
  const planned = new Map(plan.buckets.map(({ bucket, verdict }) => [bucket, verdict]));
  const unlike = [...expected].filter(([bucket, verdict]) => planned.get(bucket) !== verdict);
  const unrepaired = results.filter(
    ({ verdict, secondsToRepair }) => verdict === 'repair' && secondsToRepair === undefined,
  );
  const ended = methods.reduce((sum, one) => sum + one.jobs, 0);
  return [
    ...unlike.map(
      ([bucket, verdict]) =>
        `${bucket}: expected the plan to say ${verdict}, found ${planned.get(bucket) ?? 'nothing'}`,
    ),
    ...unrepaired.map(({ bucket }) => `${bucket}: expected to be repaired, found that it was only judged`),
    ...offencesOf({ results, broken }, expected),
    ...(plan.atLeast || plan.usd >= plannedUsd
      ? []
      : [`price: expected ${plan.usd} US dollars at most, as planned, found ${plannedUsd}`]),
    ...(ended === jobs ? [] : [`jobs: expected all of them closed, found ${ended} of ${jobs}`]),
    ...methods
      .filter(({ objects }) => objects === 0 && result.objectsRead > 0)
      .map(({ method }) => `jobs: expected objects by ${method} jobs, found none`),
  ];
}
