import type { BucketResult } from './result.ts';
import { wrapped } from '../wrapped.ts';

/** Below so many columns a table tells less than a few lines for each bucket. */
const NARROW = 72;

/** The buckets of each account and Region, before and after: one line each, or several where the terminal is narrow. */
export function renderTable(results: readonly BucketResult[], columns: number): string {
  const places = Map.groupBy(results, ({ account, region }) => `account ${account}, ${region}`);
  const linesOf = columns < NARROW ? stacked : tableOf(results, columns);
  const head = columns < NARROW ? [] : linesOf([HEADINGS], columns);
  return [...head, ...[...places].flatMap(([place, its]) => [place, ...linesOf(its.map(cellsOf), columns)])].join('\n');
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

/** The bucket's name has what the other columns leave. */
function tableOf(results: readonly BucketResult[], columns: number): (rows: readonly Cells[]) => string[] {
  const all = [HEADINGS, ...results.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const others = widths.slice(1).reduce((sum, width) => sum + width + 1, 0);
  const [longest = 0] = widths;
  widths[0] = Math.min(longest, columns - others);
  return (rows) =>
    rows.map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column < 3 ? cut(cell, width).padEnd(width) : cell.padStart(width);
        })
        .join(' ')
        .trimEnd(),
    );
}

/** Names that differ mostly do so at their ends. */
function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  const end = Math.floor((width - 1) / 2);
  return `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`;
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
