import type { BucketId } from '../../src/bucket-id.ts';
import type { BucketItem } from '../../src/ledger/bucket-item.ts';
import { dueWork } from '../../src/ledger/due-work.ts';
import type { Decided } from '../../src/policy/decision.ts';
import { keyReasons } from '../../src/policy/keys/key-reasons.ts';
import { type Encryption, kindOf } from '../../src/policy/model.ts';
import { underCeiling } from '../../src/policy/plan/ceiling.ts';
import { COST_OF_RULE, type Cost, costOfJobs } from '../../src/policy/plan/cost.ts';
import { backfillId } from '../../src/policy/plan/job-token.ts';
import { planFor, type PlanReads } from '../../src/remediation/plan-for.ts';
import type { ExplainDeps } from '../../src/runtime/explain-with.ts';

export interface Priced extends BucketId {
  decided: Decided;
  found: Encryption;
  /** What the ledger remembers. */
  item: BucketItem;
  now: Date;
  whyOf: (error: unknown) => string;
}

/**
 * What a sweep would start jobs for now, priced from the first page of the bucket's listing; undefined for a compliant bucket whose objects nobody
 * would look at. Never throws: a price that is not known is said, and is no reason to keep the verdict back.
 */
export async function priceOfSweep(priced: Priced, deps: PlanReads & Pick<ExplainDeps, 'objectPage'>) {
  const { decided, found, now, whyOf } = priced;
  const { verdict, standard } = decided;
  const repaired = verdict.kind === 'repair';
  const scopes = scopesOf(priced, repaired);
  if (scopes.length === 0) return repaired ? COST_OF_RULE : undefined;
  // The jobs would fail: the function names that and starts none.
  if (keyReasons(standard, decided.key, { ...priced, rule: found, own: false }, { now }).length > 0) return undefined;
  try {
    const listing = await deps.objectPage(priced);
    const plan = await planFor({ ...priced, scopes, listing }, deps);
    return plan.jobs.length === 0 && !repaired ? undefined : underCeiling(costOfJobs(plan.priced), standard.ceilingUsd);
  } catch (error) {
    const sentence = `The price is not known, because the objects could not be listed (${whyOf(error)}): allow s3:ListBucket on the bucket.`;
    return { atLeast: true, sentence } satisfies Cost;
  }
}

function scopesOf({ bucket, decided, found, item, now }: Priced, repaired: boolean) {
  const { reencrypt } = decided.standard;
  if (kindOf(bucket) !== 'general-purpose') return [];
  const at = now.toISOString();
  const trigger = { cause: 'sweep', causeId: 'plan', at };
  return dueWork({ item, trigger, found, repaired, reencrypt, backfillId: backfillId(decided), lookedAt: at }).scopes;
}
