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
  const { price } = totals;
  price.usd = sumOf(price.usd, cost?.usd);
  if (cost?.monthlyUsd !== undefined) price.monthlyUsd = sumOf(price.monthlyUsd, cost.monthlyUsd);
  price.atLeast ||= cost?.atLeast === true;
  if (cost?.estimated === true) price.estimated = true;
  if (cost?.pricesOf !== undefined && price.pricesOf?.includes(cost.pricesOf) !== true)
    price.pricesOf = [...(price.pricesOf ?? []), cost.pricesOf].toSorted();
}

/** In whole cents: thousands of sums would show what a binary fraction lacks. */
function sumOf(usd = 0, more = 0): number {
  return Math.round((usd + more) * 100) / 100;
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
