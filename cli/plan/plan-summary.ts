import { columnsOf, inColumns, wrapped } from '../../scripts/wrapped.ts';
import { counted, numberOf } from '../numbers-in-words.ts';
import { countWords, priceWords } from './plan-words.ts';
import type { PlannedBucket, PlanTotals } from './planned-bucket.ts';
import { addTo, noTotals } from './totals.ts';

export type SummaryBy = 'account' | 'ou' | 'verdict' | 'reason';
export type Summary = Map<string, PlanTotals>;

export interface Summed {
  summary: Summary;
  totals: PlanTotals;
}

/** Counts one bucket where it belongs: under each of its reasons once, and under one name of everything else. */
export function addToSummary(summary: Summary, by: SummaryBy, planned: PlannedBucket): void {
  for (const name of namesOf(by, planned)) {
    const totals = summary.get(name) ?? noTotals();
    addTo(totals, planned);
    summary.set(name, totals);
  }
}

function namesOf(by: SummaryBy, { account, ouPath, verdict, reasons }: PlannedBucket): Iterable<string> {
  switch (by) {
    case 'account':
      return [account];
    case 'ou':
      return [ouPath ?? 'not known'];
    case 'verdict':
      return [verdict];
    case 'reason':
      return reasons.length === 0 ? ['none'] : new Set(reasons.map(({ code }) => code));
  }
}

const HEADS = ['buckets', 'repair', 'hold', 'unreadable', 'price'] as const;

/** A table where it fits, else a few lines for each name. The sum comes last: a bucket with several reasons is counted under each of them. */
export function summaryLines(
  { summary, totals }: Summed,
  by: SummaryBy,
  out: Pick<NodeJS.WriteStream, 'columns'>,
): string[] {
  const columns = columnsOf(out);
  const rows = [...[...summary].toSorted(([a], [b]) => (a < b ? -1 : 1)), ['in all', totals] as const];
  const lines = inColumns([[by, ...HEADS], ...rows.map(([name, each]) => [name, ...cellsOf(each)])], 1);
  if (lines.every(({ length }) => length <= columns)) return lines;
  return rows.flatMap(([name, each]) => [
    name,
    ...wrapped(`${counted(each.buckets, 'bucket')}: ${countWords(each)}; ${priceWords(each.price)}`, columns, '  '),
  ]);
}

function cellsOf({ buckets, verdicts, price }: PlanTotals): string[] {
  return [...[buckets, verdicts.repair, verdicts.hold, verdicts.unreadable].map(numberOf), priceWords(price)];
}
