import { type Cost, costOf, monthlyCost, objectsMet } from '../../src/policy/plan/cost.ts';
import type { Decided } from '../../src/policy/decision.ts';
import { type EncryptionRule, type Reason, kindOf } from '../../src/policy/model.ts';
import type { Plan, PlanInput, PlanScope } from '../../src/policy/plan/plan.ts';
import type { RuleToWrite } from '../../src/policy/repaired-rule.ts';
import { standardId } from '../../src/policy/standard-id.ts';
import { planOf } from '../../src/remediation/plan-work.ts';
import { directoryObjects } from '../../src/remediation/reencrypt.ts';
import type { ExplainDeps } from '../../src/runtime/explain-deps.ts';
import type { AskedBucket } from './asked-bucket.ts';

interface Priced {
  asked: AskedBucket;
  decided: Decided;
  found: EncryptionRule;
  write: RuleToWrite;
}

/** What a repair would cost: the plan that assess-bucket would make, priced. Reads one page of the bucket where nobody counted it. */
export async function priceOf(
  priced: Priced,
  deps: ExplainDeps,
): Promise<{ cost: Cost; monthly: string; leftovers: Reason[] }> {
  const { asked, decided, write } = priced;
  const encryption = { algorithm: write.algorithm, bucketKey: write.bucketKey };
  const monthly = monthlyCost(encryption);
  const isDirectory = kindOf(asked.bucket) === 'directory';
  if (decided.standard.reencrypt === 'none' || isDirectory) {
    const leftovers = isDirectory ? [directoryObjects(asked.bucket)] : [];
    return { cost: costOf({ jobs: [], objects: { known: 'unknown' }, ...encryption }), monthly, leftovers };
  }
  const listing = asked.objects === undefined ? await deps.objectPage(asked) : listingOf(asked.objects, asked.now);
  const { jobs, leftovers } = await planFor(priced, listing, deps);
  const objects = objectsMet(decided.standard.reencrypt, listing, asked.objects?.count);
  return { cost: costOf({ jobs, objects, ...encryption }), monthly, leftovers };
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
function planFor({ asked, decided, found }: Priced, listing: Listing, deps: ExplainDeps): Promise<Plan> {
  const { standard, key } = decided;
  const keyArn = key.kind === 'found' ? key.key.arn : undefined;
  const scope: PlanScope =
    standard.reencrypt === 'all'
      ? { kind: 'all' }
      : { kind: 'window', from: new Date(0).toISOString(), replaced: found };
  const about = { standardId: standardId(standard, keyArn), keyArn, lastCompliantAt: undefined };
  return planOf([scope], { judged: { fact: asked, standard }, about, listing }, deps);
}
