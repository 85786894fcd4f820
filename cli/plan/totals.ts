import type { PlannedBucket, PlanSurvey, PlanTotals } from './planned-bucket.ts';

export function noTotals(): PlanTotals {
  const verdicts = { compliant: 0, repair: 0, hold: 0, exempt: 0, unreadable: 0 };
  return { buckets: 0, verdicts, repairs: 0, price: { usd: 0, atLeast: false } };
}

/** Adds one bucket to totals that are kept while buckets are planned. What a rule only observes costs nothing. */
export function addTo(totals: PlanTotals, { verdict, observe, cost }: PlannedBucket): void {
  totals.buckets += 1;
  totals.verdicts[verdict] += 1;
  if (observe) return;
  if (verdict === 'repair') totals.repairs += 1;
  // In whole cents: thousands of sums would show what a binary fraction lacks.
  totals.price.usd = Math.round((totals.price.usd + (cost?.usd ?? 0)) * 100) / 100;
  totals.price.atLeast ||= cost?.atLeast === true;
}

export function totalsOf(buckets: Iterable<PlannedBucket>): PlanTotals {
  const totals = noTotals();
  for (const bucket of buckets) addTo(totals, bucket);
  return totals;
}

/** False where anything that was asked about was not looked at. */
export function isWholePlan(
  { verdicts }: PlanTotals,
  { ended, unentered, unlisted, missing, unruled }: PlanSurvey,
): boolean {
  const unseen = unentered.length + unlisted.length + missing.length + unruled + verdicts.unreadable;
  return ended === undefined && unseen === 0;
}
