import { REASONS } from '../../src/policy/reasons.ts';
import { wrapped } from '../wrapped.ts';
import type { Told } from './ledger-view.ts';
import type { BucketResult } from './result.ts';

type Said = Pick<Told, 'message' | 'statement'>;

/** Which reason of a bucket stands under which heading; a bucket without one is not there. */
const HEADINGS = [
  [
    'Held, so nothing was changed until somebody has dealt with it:',
    ({ verdict, reasons }) => (verdict === 'hold' ? first(reasons) : undefined),
  ],
  [
    'Unreadable, so nothing was judged:',
    ({ verdict, reasons }) => (verdict === 'unreadable' ? first(reasons) : undefined),
  ],
  [
    'Left as they are:',
    ({ verdict, reasons, objects }) => (isAtRest(verdict) && objects.excused > 0 ? first(reasons) : undefined),
  ],
  [
    'Repaired, with objects that stay as they are:',
    ({ verdict, reasons, objects }) =>
      verdict === 'repair' && objects.excused > 0 ? reasons.find(({ code }) => OF_OBJECTS.has(code)) : undefined,
  ],
] as const satisfies readonly (readonly [heading: string, pick: (result: BucketResult) => Said | undefined])[];

const OF_OBJECTS: ReadonlySet<string> = new Set(
  Object.entries(REASONS).flatMap(([code, { with: what }]) => (what === 'objects' ? [code] : [])),
);

/**
 * Why buckets or their objects were not repaired, under a heading each: the first reason that tells it, in Reseal's own words, with the
 * statement that mends it. Those that are fine although their objects are not under the standard are listed too. Empty where there is none.
 */
export function renderReasons(results: readonly BucketResult[], columns: number): string {
  return HEADINGS.flatMap(([heading, pick]) => {
    const lines = results.flatMap((result) => {
      const reason = pick(result);
      return reason === undefined ? [] : reasonLines(result, reason, columns);
    });
    return lines.length === 0 ? [] : [[...wrapped(heading, columns), ...lines].join('\n')];
  }).join('\n\n');
}

function first([reason]: readonly Told[]): Said {
  return reason ?? { message: 'no reason was recorded' };
}

function isAtRest(verdict: string): boolean {
  return verdict === 'compliant' || verdict === 'exempt';
}

function reasonLines({ bucket }: BucketResult, { message, statement }: Said, columns: number): string[] {
  const json = statement === undefined ? [] : JSON.stringify(statement, undefined, 2).split('\n');
  return [`  ${bucket}`, ...wrapped(message, columns, '    '), ...json.map((line) => `      ${line}`)];
}
