import type { BucketId } from '../bucket-id.ts';
import type { Decided } from '../policy/decision.ts';
import { arnOf } from '../policy/model.ts';
import { costOfJob, type JobsToPrice } from '../policy/plan/cost.ts';
import { planId, standardId } from '../policy/plan/job-token.ts';
import type { Plan, PlanInput, PlanScope, StorageMetrics } from '../policy/plan/plan-model.ts';
import { needsAwsManagedKey } from '../policy/plan/object-classes.ts';
import { needsCopyConditions, needsMetrics, needsVersioning, planScopes } from '../policy/plan/plan.ts';
import { present } from '../present.ts';
import type { AssessDeps } from './deps.ts';

export interface Planning extends BucketId {
  decided: Pick<Decided, 'standard' | 'key'>;
  scopes: readonly PlanScope[];
  listing: PlanInput['listing'];
  /** How many objects there are and how much in which class, where somebody counted them: then no metrics are read. */
  counted?: { count: number; metrics: StorageMetrics };
  /** The work that the jobs belong to; absent where they are only priced. */
  pendingId?: string | undefined;
}

/** What a plan is made with; only reads. */
export type PlanReads = Pick<AssessDeps, 'keys' | 'copyConditions' | 'storageMetrics' | 'versioning' | 'prices'>;

export interface PricedPlan extends Plan {
  /** What the price of all its jobs rests on. */
  priced: JobsToPrice;
}

/**
 * The jobs for what is due, each with its price. Looks up how objects may be copied, what the bucket stores and whether it keeps versions only where
 * something rests on it. Throws the SDK's error where it cannot be read how a copy would end.
 */
export async function planFor(planning: Planning, deps: PlanReads): Promise<PricedPlan> {
  const { bucket, account, region, decided, scopes, listing, counted, pendingId = 'none' } = planning;
  const { standard, key } = decided;
  const owned = { bucket, account };
  const asked = scopes.map((scope): PlanInput => ({
    ...owned,
    standard,
    standardId: standardId(decided),
    planId: planId(pendingId),
    scope,
    listing,
    ...present({ keyArn: arnOf(key) }),
  }));
  const awsManagedKeyArn = asked.some(needsAwsManagedKey) ? await awsManagedKeyOf(deps) : undefined;
  const inputs = asked.map((input) => ({ ...input, ...present({ awsManagedKeyArn }) }));
  const [copy, metrics, versioned] = await Promise.all([
    inputs.some(needsCopyConditions) ? deps.copyConditions(owned) : undefined,
    counted === undefined && inputs.some(needsMetrics) ? deps.storageMetrics(owned) : counted?.metrics,
    inputs.some(needsVersioning) ? deps.versioning(owned) : undefined,
  ]);
  const facts = present({ copy, metrics, versioned });
  const { jobs, leftovers } = planScopes(inputs.map((input) => ({ ...input, ...facts })));
  const prices = deps.prices(region);
  const known = { reencrypt: standard.reencrypt, listing, ...present({ metrics, versioned, counted: counted?.count }) };
  const withPrice = jobs.map((job) => ({ ...job, ...present({ priceUsd: costOfJob(job, { known, prices }) }) }));
  return { jobs: withPrice, leftovers, priced: { jobs: withPrice, known, region, prices } };
}

/** The ARN of aws/s3 in an account, once there is one: S3 makes it at its first use, and it stays. Throws the SDK's error. */
export async function awsManagedKeyOf({ keys }: Pick<PlanReads, 'keys'>): Promise<string | undefined> {
  const reading = await keys.read('alias/aws/s3', AWS_MANAGED_MS);
  return reading.kind === 'found' ? reading.key.arn : undefined;
}

/** How old the word may be that there is none yet. */
const AWS_MANAGED_MS = 60_000;
