import { messageOf, nameOf } from '../aws/sdk/service-error.ts';
import { costOf, objectsMet } from '../policy/plan/cost.ts';
import type { RuleToWrite } from '../policy/repaired-rule.ts';
import type { AssessDeps } from './deps.ts';
import type { Judged, Outcome } from './judged.ts';
import { planned } from './plan-work.ts';
import { toldDrift } from './told-drift.ts';

/** A repair that is judged, priced and recorded, and not made. */
export async function observeRepair(write: RuleToWrite, judged: Judged, deps: AssessDeps): Promise<Outcome> {
  const { assessment, fact } = judged;
  const price = await priceOf(write, judged, deps);
  await deps.ledger.record({ ...assessment, observed: true, price }, toldDrift(fact, assessment.assessedAt));
  return { kind: 'repair', reasons: assessment.reasons, observed: true, jobs: 0 };
}

/** What the repair would cost, from the first page of the bucket's listing. */
async function priceOf(write: RuleToWrite, judged: Judged, deps: AssessDeps): Promise<string> {
  try {
    const { plan, listing } = await planned(judged, deps);
    const { algorithm, bucketKey } = write;
    const objects = objectsMet(judged.standard.reencrypt, listing);
    return costOf({ jobs: plan.jobs, objects, algorithm, bucketKey }).sentence;
  } catch (error) {
    const why = `${nameOf(error)}: ${messageOf(error)}`;
    return `The price is not known, because the objects could not be listed (${why}): allow this role s3:ListBucket on the bucket.`;
  }
}
