import { whyOf } from '../aws/sdk/service-error.ts';
import { driftAt } from '../ledger/drift.ts';
import type { Decided } from '../policy/decision.ts';
import { kindOf, type RuleToWrite } from '../policy/model.ts';
import { costOf, objectsMet } from '../policy/plan/cost.ts';
import type { PlanScope } from '../policy/plan/plan-model.ts';
import type { AssessDeps } from './deps.ts';
import type { Look } from './look.ts';
import { planFor } from './objects.ts';

/** What a repair would cost, in plain words, from the first page of the bucket's listing. */
export async function priceOf(
  write: RuleToWrite,
  { look, decided }: { look: Look; decided: Decided },
  deps: Pick<AssessDeps, 'copyConditions' | 'objectPage'>,
): Promise<string> {
  const { trigger, found, lookedAt, id } = look;
  const { reencrypt } = decided.standard;
  if (kindOf(id.bucket) !== 'general-purpose')
    return costOf({ jobs: [], objects: { known: 'unknown' }, found, write }).sentence;
  const from = driftAt(trigger, lookedAt);
  const window: PlanScope[] = from === undefined ? [] : [{ kind: 'window', from, replaced: found }];
  try {
    const listing = await deps.objectPage(id);
    const scopes: PlanScope[] = reencrypt === 'all' ? [{ kind: 'all' }] : window;
    const { jobs } = await planFor({ ...id, decided, scopes, listing }, deps);
    return costOf({ jobs, objects: objectsMet(reencrypt, listing), found, write }).sentence;
  } catch (error) {
    const why = whyOf(error);
    return `The price is not known, because the objects could not be listed (${why}): allow this role s3:ListBucket on the bucket.`;
  }
}
