import { hanging, wrapped } from '../../wrapped.ts';
import { aligned, NARROW } from '../aligned.ts';
import { painted } from '../buckets-for-people.ts';
import { renderProof } from '../conclusion.ts';
import { renderReasons } from '../reasons.ts';
import { summaryLine } from '../result.ts';
import { renderTable } from '../table.ts';
import type { BackfillResult, MethodResult } from './backfill-result.ts';

/** The plan, one line a bucket, and its price in all. */
export function planForPeople({ buckets, usd, atLeast }: BackfillResult['plan'], columns: number): string[] {
  const price = (one: { usd: number }) => (one.usd === 0 ? '' : dollars(one.usd));
  const rows = buckets.map((one) => [`  ${one.bucket}`, one.verdict, price(one)]);
  const repairs = buckets.filter(({ verdict }) => verdict === 'repair').length;
  return [
    ...aligned([['  bucket', 'verdict', 'price'], ...rows], Math.max(columns, NARROW), { left: 2, flexible: 0 }),
    `The plan: ${repairs} of ${buckets.length} buckets are repaired, for ${atLeast ? 'at least' : 'at most'} ${dollars(usd)} in all.`,
  ];
}

/** What a person reads at the end of `npm start -- --scenario backfill`. */
export function backfillForPeople(result: BackfillResult, columns: number): string {
  const { results } = result;
  const parts = [
    painted(renderTable(results, columns)),
    renderReasons(results, columns),
    [...sentencesOf(result).flatMap((one) => hanging(one, columns)), renderProof(result, columns)].join('\n'),
    wrapped(summaryLine(result), columns).join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function sentencesOf({ methods, plan, plannedUsd, unplanned: { buckets, jobs } }: BackfillResult): string[] {
  return [
    ...methods.map(methodSentence),
    `As planned: ${dollars(plannedUsd)} of the ${dollars(plan.usd)} that the plan said.`,
    ...(jobs === 0
      ? []
      : [
          `Beside the plan: ${jobs} jobs looked for older objects in ${buckets.join(', ')}, which had the standard already.`,
        ]),
  ];
}

const DOES = {
  update: 'By update (UpdateObjectEncryption, which moves no data)',
  copy: 'By copy (unencrypted objects, which keep their storage class)',
} as const;

function methodSentence({ method, jobs, nothingToDo, objects }: MethodResult): string {
  const empty = nothingToDo === 0 ? '' : `, ${nothingToDo} of which found nothing to do`;
  return `${DOES[method]}: ${objects} objects in ${jobs} jobs${empty}.`;
}

function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`;
}
