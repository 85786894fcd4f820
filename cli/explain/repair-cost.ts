import { underCeiling } from '../../src/policy/plan/ceiling.ts';
import { COST_OF_RULE, type Cost, costOf, monthlyCost } from '../../src/policy/plan/cost.ts';
import type { Decided } from '../../src/policy/decision.ts';
import { type Encryption, type Reason, type RuleToWrite, kindOf } from '../../src/policy/model.ts';
import type { PlanInput, PlanScope } from '../../src/policy/plan/plan-model.ts';
import { changesOnlyBlock } from '../../src/policy/same-encryption.ts';
import { present } from '../../src/present.ts';
import { planFor, type PricedPlan } from '../../src/remediation/plan-for.ts';
import { whatStays } from '../../src/remediation/what-stays.ts';
import type { ExplainDeps } from '../../src/runtime/explain-with.ts';
import type { AskedBucket } from './asked-bucket.ts';

interface Priced {
  asked: AskedBucket;
  decided: Decided;
  found: Encryption;
  write: RuleToWrite;
}

/** What a repair would cost: the plan that assess-bucket would make, priced. Reads one page of the bucket where nobody counted it. */
export async function repairCost(
  priced: Priced,
  deps: ExplainDeps,
): Promise<{ cost: Cost; monthly: string; leftovers: Reason[] }> {
  const { asked, decided, found, write } = priced;
  const kind = kindOf(asked.bucket);
  const monthly = changesOnlyBlock(found, write)
    ? 'Nothing changes in what each month costs.'
    : monthlyCost(write, kind, deps.prices(asked.region));
  if (decided.standard.reencrypt === 'none' || kind !== 'general-purpose') {
    const leftovers = await whatStays(asked, deps);
    return { cost: COST_OF_RULE, monthly, leftovers };
  }
  const listing = asked.objects === undefined ? await deps.objectPage(asked) : listingOf(asked.objects, asked.now);
  const plan = await planOf(priced, listing, deps);
  const cost = underCeiling(costOf({ ...plan.priced, found, write }), decided.standard.ceilingUsd);
  return { cost, monthly, leftovers: plan.leftovers };
}

type Listing = PlanInput['listing'];

const PAGE = 1_000;

/** Objects that are only counted: of average size, written now, in the class of most objects. */
function listingOf({ count, bytes }: { count: number; bytes: number }, now: Date): Listing {
  const object = {
    sizeBytes: Math.round(bytes / Math.max(1, count)),
    lastModifiedMs: now.getTime(),
    storageClass: 'STANDARD',
  };
  return { objects: Array.from({ length: Math.min(count, PAGE) }, () => object), truncated: count > PAGE };
}

function countedOf({ count, bytes }: { count: number; bytes: number }) {
  return { count, metrics: { bytes: new Map([['STANDARD', bytes]]), objects: count } };
}

/** Since when the bucket is below its standard is not looked up: its whole content may have been written since. */
function planOf({ asked, decided, found }: Priced, listing: Listing, deps: ExplainDeps): Promise<PricedPlan> {
  const { standard } = decided;
  const scope: PlanScope =
    standard.reencrypt === 'all'
      ? { kind: 'all' }
      : { kind: 'window', from: new Date(0).toISOString(), replaced: found };
  const counted = present({ counted: asked.objects && countedOf(asked.objects) });
  return planFor({ ...asked, ...counted, decided, scopes: [scope], listing }, deps);
}
