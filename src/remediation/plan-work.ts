import { failureOf, messageOf, nameOf } from '../aws/sdk/service-error.ts';
import type { Reason } from '../policy/model.ts';
import {
  type CopyConditions,
  needsCopyConditions,
  type Plan,
  type PlanInput,
  planObjects,
  type PlanScope,
} from '../policy/plan/plan.ts';
import { standardId } from '../policy/standard-id.ts';
import type { AssessDeps } from './deps.ts';
import type { Judged } from './judged.ts';
import { toldDrift } from './told-drift.ts';

/** The plan that a repair would have now, and the page that it rests on: for its price. Throws the SDK's error. */
export async function planned(
  judged: Judged,
  deps: AssessDeps,
): Promise<{ plan: Plan; listing: PlanInput['listing'] }> {
  const { fact, standard, key, found, assessment } = judged;
  const listing = await deps.objectPage({ bucket: fact.bucket, account: fact.account });
  const keyArn = key.kind === 'found' ? key.key.arn : undefined;
  const about = { standardId: standardId(standard, keyArn), keyArn, lastCompliantAt: undefined };
  const from = toldDrift(fact, assessment.assessedAt);
  const window: PlanScope[] = from === undefined ? [] : [{ kind: 'window', from, replaced: found }];
  const scopes: PlanScope[] = standard.reencrypt === 'all' ? [{ kind: 'all' }] : window;
  return { plan: await planOf(scopes, { judged, about, listing }, deps), listing };
}

/** What a plan is made for, beside the bucket. */
export interface About {
  standardId: string;
  keyArn: string | undefined;
  lastCompliantAt: string | undefined;
}

/** The bucket may be right while nobody lets us see what is in it: that is named, and never taken for an empty bucket. */
export async function planOrWhyNot(
  scopes: readonly PlanScope[],
  judged: Judged,
  about: About,
  deps: AssessDeps,
): Promise<Plan | Reason> {
  try {
    return await planFor(scopes, judged, about, deps);
  } catch (error) {
    if (failureOf(error) !== 'denied') throw error;
    const message = `The objects of bucket ${judged.fact.bucket} could not be planned (${nameOf(error)}: ${messageOf(error)}): allow this role s3:ListBucket and to read ownership, website and Object Lock.`;
    return { code: 'objects-unreadable', message };
  }
}

async function planFor(scopes: readonly PlanScope[], judged: Judged, about: About, deps: AssessDeps): Promise<Plan> {
  const owned = { bucket: judged.fact.bucket, account: judged.fact.account };
  const listing = await deps.objectPage(owned);
  return planOf(scopes, { judged, about, listing }, deps);
}

interface Planning {
  judged: Pick<Judged, 'standard'> & { fact: Pick<Judged['fact'], 'bucket' | 'account'> };
  about: About;
  listing: PlanInput['listing'];
}

/** One plan of several scopes; how objects may be copied is looked up only where one of them would be. Throws the SDK's error. */
export async function planOf(
  scopes: readonly PlanScope[],
  { judged: { fact, standard }, about, listing }: Planning,
  deps: Pick<AssessDeps, 'copyConditions'>,
): Promise<Plan> {
  const owned = { bucket: fact.bucket, account: fact.account };
  const inputs = scopes.map((scope): PlanInput => ({
    ...owned,
    standard,
    standardId: about.standardId,
    scope,
    listing,
    ...(about.keyArn === undefined ? {} : { keyArn: about.keyArn }),
    ...(about.lastCompliantAt === undefined ? {} : { lastCompliantAt: about.lastCompliantAt }),
  }));
  const copy: { copy?: CopyConditions } = inputs.some(needsCopyConditions)
    ? { copy: await deps.copyConditions(owned) }
    : {};
  const plans = inputs.map((input) => planObjects({ ...input, ...copy }));
  return {
    jobs: [...new Map(plans.flatMap((plan) => plan.jobs).map((job) => [job.token, job])).values()],
    leftovers: [...new Map(plans.flatMap((plan) => plan.leftovers).map((reason) => [reason.code, reason])).values()],
  };
}
