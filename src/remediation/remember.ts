import { sameRule } from '../policy/same-rule.ts';
import type { AssessDeps } from './deps.ts';
import type { Claimed } from './claim.ts';
import type { Looked } from './judged.ts';
import { earliest, toldDrift } from './told-drift.ts';

/** How the story stands to the bucket: whether it has claimed it, and whether it may change it. */
export interface Stance {
  claimed: Claimed | undefined;
  observe: boolean;
}

/** Records a verdict that changes nothing, and gives a claimed bucket back. */
export async function remember(
  { fact, found, assessment }: Looked,
  { claimed }: Pick<Stance, 'claimed'>,
  deps: AssessDeps,
): Promise<void> {
  const drifts = assessment.verdict === 'exempt' || assessment.verdict === 'unreadable' ? [] : [fact];
  if (claimed === undefined) {
    await deps.ledger.record(assessment, earliest(drifts.map((each) => toldDrift(each, assessment.assessedAt))));
    return;
  }
  const { owner, pending } = claimed;
  // Work on another rule than the one that is there was begun by an invocation that died, and may have been half done.
  const undone = pending.replaced !== undefined && sameRule(pending.replaced, found);
  const told = drifts.length === 0 ? [] : [pending, ...drifts];
  const below = earliest(told.map((each) => toldDrift(each, assessment.assessedAt)));
  await deps.claims.release(owner, assessment, { undone, below });
}
