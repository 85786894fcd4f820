import { whyOf } from '../aws/sdk/service-error.ts';
import type { BucketItem } from '../ledger/bucket-item.ts';
import { keyReasons } from '../policy/keys/key-reasons.ts';
import { kindOf, type RuleToWrite } from '../policy/model.ts';
import { underCeiling } from '../policy/plan/ceiling.ts';
import { type Cost, COST_OF_RULE, costOf, costOfJobs } from '../policy/plan/cost.ts';
import type { PlanScope } from '../policy/plan/plan-model.ts';
import type { AssessDeps } from './deps.ts';
import { livingItem } from './look.ts';
import { dueIn, type Judgement } from './objects.ts';
import { planFor, type PlanReads, type PricedPlan } from './plan-for.ts';

interface JudgedLook extends Pick<Judgement, 'look' | 'decided'> {
  /** What the ledger remembers of the bucket, where it was read. */
  item?: BucketItem | undefined;
}

type PriceDeps = PlanReads & Pick<AssessDeps, 'objectPage'>;

/** What a repair would cost, in plain words, from the first page of the bucket's listing: the objects that would be due after it. */
export function priceOf(write: RuleToWrite, judged: JudgedLook, deps: PriceDeps): Promise<string> {
  const { look, item = look.item ?? {} } = judged;
  const { found, id } = look;
  if (kindOf(id.bucket) !== 'general-purpose') return Promise.resolve(COST_OF_RULE.sentence);
  const { scopes } = dueIn(judged, { item: livingItem(item, look), repaired: true });
  return priced(scopes, judged, deps, (plan) => costOf({ ...plan.priced, found, write }));
}

/** The same of the objects that are due in a bucket with its standard; undefined where no job would be started. */
export async function priceOfDue(
  scopes: readonly PlanScope[],
  judged: JudgedLook,
  deps: PriceDeps & Pick<AssessDeps, 'now'>,
): Promise<string | undefined> {
  const { look, decided } = judged;
  const { id, found } = look;
  if (scopes.length === 0 || kindOf(id.bucket) !== 'general-purpose') return undefined;
  const obstacles = keyReasons(decided.standard, decided.key, { ...id, rule: found, own: false }, { now: deps.now() });
  if (obstacles.length > 0) return undefined;
  const of = ({ jobs, priced: known }: PricedPlan) => (jobs.length === 0 ? undefined : costOfJobs(known));
  return (await priced(scopes, judged, deps, of)) || undefined;
}

async function priced(
  scopes: readonly PlanScope[],
  { look, decided }: JudgedLook,
  deps: PriceDeps,
  costOfPlan: (plan: PricedPlan) => Cost | undefined,
): Promise<string> {
  try {
    const listing = await deps.objectPage(look.id);
    const cost = costOfPlan(await planFor({ ...look.id, decided, scopes, listing }, deps));
    return cost === undefined ? '' : underCeiling(cost, decided.standard.ceilingUsd).sentence;
  } catch (error) {
    const why = whyOf(error);
    return `The price is not known, because the objects could not be listed (${why}): allow this role s3:ListBucket on the bucket.`;
  }
}
