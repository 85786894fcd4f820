import { type Cost, costOf, monthlyCost, objectsMet } from '../../src/policy/plan/cost.ts';
import type { Decided } from '../../src/policy/decision.ts';
import { type Encryption, type Reason, type RuleToWrite, kindOf } from '../../src/policy/model.ts';
import type { Plan, PlanInput, PlanScope } from '../../src/policy/plan/plan-model.ts';
import { changesOnlyBlock } from '../../src/policy/same-encryption.ts';
import { planFor } from '../../src/remediation/objects.ts';
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
    : monthlyCost(write, kind);
  if (decided.standard.reencrypt === 'none' || kind !== 'general-purpose') {
    const leftovers = await whatStays(asked, deps);
    return { cost: costOf({ jobs: [], objects: { known: 'unknown' }, found, write }), monthly, leftovers };
  }
  const listing = asked.objects === undefined ? await deps.objectPage(asked) : listingOf(asked.objects, asked.now);
  const { jobs, leftovers } = await planOf(priced, listing, deps);
  const objects = objectsMet(decided.standard.reencrypt, listing, asked.objects?.count);
  return { cost: costOf({ jobs, objects, found, write }), monthly, leftovers };
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

/** Since when the bucket is below its standard is not looked up: its whole content may have been written since. */
function planOf({ asked, decided, found }: Priced, listing: Listing, deps: ExplainDeps): Promise<Plan> {
  const { standard } = decided;
  const scope: PlanScope =
    standard.reencrypt === 'all'
      ? { kind: 'all' }
      : { kind: 'window', from: new Date(0).toISOString(), replaced: found };
  return planFor({ ...asked, decided, scopes: [scope], listing }, deps);
}
