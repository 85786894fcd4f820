import { wrapped } from '../wrapped.ts';
import type { BucketResult } from './result.ts';

const HEADINGS = [
  ['Held, so nothing was changed until somebody has dealt with it:', ({ verdict }) => verdict === 'hold'],
  ['Unreadable, so nothing was judged:', ({ verdict }) => verdict === 'unreadable'],
  ['Left as they are:', ({ verdict, objects }) => isAtRest(verdict) && objects.excused > 0],
] as const satisfies readonly (readonly [heading: string, belongs: (result: BucketResult) => boolean])[];

/**
 * Why buckets were not repaired, under a heading each: the first reason of the verdict, in Reseal's own words, with the statement that mends
 * it. Those that are fine although their objects are not under the standard are listed too. Empty where there is none.
 */
export function renderReasons(results: readonly BucketResult[], columns: number): string {
  return HEADINGS.flatMap(([heading, belongs]) => {
    const lines = results.filter(belongs).flatMap((result) => reasonLines(result, columns));
    return lines.length === 0 ? [] : [[...wrapped(heading, columns), ...lines].join('\n')];
  }).join('\n\n');
}

function isAtRest(verdict: string): boolean {
  return verdict === 'compliant' || verdict === 'exempt';
}

function reasonLines({ bucket, reasons: [reason] }: BucketResult, columns: number): string[] {
  const { message = 'no reason was recorded', statement } = reason ?? {};
  const json = statement === undefined ? [] : JSON.stringify(statement, undefined, 2).split('\n');
  return [`  ${bucket}`, ...wrapped(message, columns, '    '), ...json.map((line) => `      ${line}`)];
}
