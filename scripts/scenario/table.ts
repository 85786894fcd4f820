import { aligned, NARROW } from './aligned.ts';
import type { BucketResult } from './result.ts';
import { wrapped } from '../wrapped.ts';

/** The buckets of each account and Region, before and after: one line each, or several where the terminal is narrow. */
export function renderTable(results: readonly BucketResult[], columns: number): string {
  const places = Map.groupBy(results, ({ account, region }) => `account ${account}, ${region}`);
  if (columns < NARROW)
    return [...places].flatMap(([place, its]) => [place, ...stacked(its.map(cellsOf), columns)]).join('\n');
  const rows = [...places.values()].flatMap((its) => its.map(cellsOf));
  const [head = '', ...lines] = aligned([HEADINGS, ...rows], columns, { left: 3, flexible: 0 });
  return [head, ...[...places].flatMap(([place, its]) => [place, ...lines.splice(0, its.length)])].join('\n');
}

/** The verdicts that are worth a colour. */
const MARKED = ['repair', 'hold', 'unreadable', 'exempt'] as const;

/** The verdict that a line of the table is on, where it is worth a colour. */
export function verdictIn(line: string): (typeof MARKED)[number] | undefined {
  const word = /^(?: {2}\S+ +| {4})([a-z]+)[ :]/.exec(line)?.[1];
  return MARKED.find((verdict) => verdict === word);
}

type Cells = readonly [bucket: string, verdict: string, encryption: string, ...numbers: string[]];

const HEADINGS: Cells = ['  bucket', 'verdict', 'encryption', 'objects', 're-enc.', 'secs'];

function cellsOf({ bucket, verdict, before, after, objects, secondsToRepair }: BucketResult): Cells {
  const encryption = before === after ? algorithmOf(after) : `${shortOf(before)} > ${shortOf(after)}`;
  const seconds = secondsToRepair === undefined ? '' : secondsToRepair.toFixed(1);
  return [`  ${bucket}`, verdict, encryption, String(objects.total), String(objects.reencrypted), seconds];
}

function algorithmOf(encryption: string): string {
  return encryption.replace(/ \(.*/, '');
}

/** The standard's key is what is expected, and only another one is worth its place. */
function shortOf(encryption: string): string {
  return encryption.replace(' (standard key)', '').replace(' (other key)', ', other key');
}

function stacked(rows: readonly Cells[], columns: number): string[] {
  return rows.flatMap(([bucket, verdict, encryption, objects, reencrypted, seconds]) => [
    bucket,
    ...wrapped(`${verdict}: ${encryption}`, columns, '    '),
    ...wrapped(
      `${objects} objects, ${reencrypted} re-encrypted${seconds === '' ? '' : `, repaired in ${seconds} s`}`,
      columns,
      '    ',
    ),
  ]);
}
