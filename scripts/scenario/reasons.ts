import type { BucketResult } from './result.ts';

const HEADINGS = [
  ['held', ({ verdict }) => verdict === 'hold'],
  ['unreadable', ({ verdict }) => verdict === 'unreadable'],
  ['left as they are', ({ verdict, objects }) => isAtRest(verdict) && objects.excused > 0],
] as const satisfies readonly (readonly [heading: string, belongs: (result: BucketResult) => boolean])[];

/**
 * Why buckets were not repaired, one line each under a heading: the first reason of the verdict, in Reseal's own words. Those that are
 * fine although their objects are not under the standard are listed too. Empty where there is none.
 */
export function renderReasons(results: readonly BucketResult[]): string {
  return HEADINGS.flatMap(([heading, belongs]) => {
    const lines = results.filter(belongs).map(({ bucket, reasons }) => `  ${bucket}: ${oneLine(reasons[0])}`);
    return lines.length === 0 ? [] : [`${heading}:`, ...lines];
  }).join('\n');
}

function isAtRest(verdict: string): boolean {
  return verdict === 'compliant' || verdict === 'exempt';
}

function oneLine(reason: string | undefined): string {
  return (reason ?? 'no reason was recorded').replaceAll(/\s+/g, ' ');
}
