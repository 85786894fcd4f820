import type { Encryption } from '../policy/model.ts';
import type { BucketItem } from './bucket-item.ts';
import { isCovered } from './covered.ts';
import { driftAt, earliest, ruleOfDrift, surelyWeakened } from './drift.ts';
import { eachOnce } from './due-work.ts';
import type { End } from './ending.ts';

/** Since when the bucket, or some of its objects, is known to be below. */
export function belowAfter({ look, trigger, objects, onlyRecorded }: End, known: BucketItem): string | undefined {
  const drift = driftAt(trigger, look.assessedAt);
  if (objects !== undefined && objects.kind !== 'nothing-due') {
    if (objects.kind === 'postponed') return objects.from;
    // An older drift than the work that was taken up is still to be looked for.
    const isLeft = drift !== undefined && objects.from !== undefined && Date.parse(drift) < Date.parse(objects.from);
    return isLeft && surelyWeakened(trigger) ? drift : undefined;
  }
  if (look.verdict === 'exempt' || onlyRecorded === true) return known.belowSince;
  if (look.verdict === 'compliant') return undefined;
  const begun = known.pending === undefined ? undefined : driftAt(known.pending, look.assessedAt);
  // A bucket that could not be read may be right, but where its encryption was deleted it surely was not for a while.
  const counts = look.verdict !== 'unreadable' || surelyWeakened(trigger);
  return earliest([known.belowSince, begun, counts ? drift : undefined]);
}

/** What was in force in that time, as far as looks and events say. */
export function rulesBelow({ look, trigger, objects }: End, { belowRules = [], covered }: BucketItem): Encryption[] {
  const isBelow = look.verdict !== 'compliant' && objects === undefined;
  const found = isBelow && look.found !== undefined ? [look.found] : [];
  const due = objects?.kind === 'postponed' ? (objects.rules ?? []) : [];
  const told = ruleOfDrift(trigger);
  const isTold = told !== undefined && !isCovered(covered, trigger.at, told);
  return eachOnce([...belowRules, ...due, ...(isTold ? [told] : []), ...found]);
}
