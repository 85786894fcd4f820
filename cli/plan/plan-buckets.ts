import { atOnce } from '../../src/at-once.ts';
import type { PlanDeps } from '../../src/runtime/plan-deps.ts';
import { accountsAsked } from './accounts-asked.ts';
import { planAccount } from './plan-account.ts';
import type { PlanAsked, PlannedBucket, PlanSurvey } from './planned-bucket.ts';
import { createRun, type Run } from './run.ts';

/** Accounts that are listed and judged at a time: of a thousand, none waits for the slowest. */
const ACCOUNTS_AT_ONCE = 8;

/**
 * Judges every bucket that is asked about as a sweep would now, and gives each as soon as that is done, in no order. Reads alone. `survey` tells what
 * else was found; where it has `ended`, what came is not all, and what came is right. Never throws for what AWS answers.
 */
export async function* planBuckets(
  asked: PlanAsked,
  deps: PlanDeps,
  survey: PlanSurvey,
): AsyncGenerator<PlannedBucket> {
  const { run, outlet } = createRun(asked, deps, survey);
  const interrupted = () => run.stop({ kind: 'interrupted', why: 'it was interrupted' });
  if (asked.signal?.aborted === true) interrupted();
  asked.signal?.addEventListener('abort', interrupted, { once: true });
  void planAll(run).then(
    () => outlet.end(),
    (error: unknown) =>
      run.stop({ kind: 'failed', why: deps.refused() ?? (error instanceof Error ? error.message : String(error)) }),
  );
  let isWhole = false;
  try {
    yield* outlet.all();
    isWhole = true;
  } finally {
    asked.signal?.removeEventListener('abort', interrupted);
    // Whoever reads no further wants no more calls either.
    if (!isWhole) interrupted();
  }
}

async function planAll(run: Run): Promise<void> {
  const { asked, deps, survey } = run;
  await atOnce(counted(accountsAsked(asked, deps), survey), ACCOUNTS_AT_ONCE, async (account) => {
    if (!run.isOver()) await planAccount(account, run);
  });
  const there = run.places();
  survey.missing = (asked.buckets ?? []).flatMap((bucket) => {
    const where = there.get(bucket);
    if (where === undefined) return [bucket];
    return asked.regions === undefined || asked.regions.includes(where.region)
      ? []
      : [`${bucket} (it is in ${where.region} of account ${where.account})`];
  });
}

async function* counted<T>(accounts: AsyncIterable<T>, survey: PlanSurvey): AsyncGenerator<T> {
  for await (const account of accounts) {
    survey.listing += 1;
    yield account;
  }
  survey.listing -= 1;
}
