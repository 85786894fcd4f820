import type { AssessDeps } from './deps.ts';
import { type Claimed, isBegunOver } from './claim.ts';
import type { Looked } from './judged.ts';
import { earliestDrift } from './told-drift.ts';

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
    await deps.ledger.record(assessment, earliestDrift(drifts, assessment.assessedAt));
    return;
  }
  const { owner, pending } = claimed;
  const undone = isBegunOver(claimed, found);
  const told = drifts.length === 0 ? [] : [pending, ...drifts];
  const below = earliestDrift(told, assessment.assessedAt);
  await deps.claims.release(owner, assessment, { undone, below });
}
