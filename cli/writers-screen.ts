import { writerAdvice } from '../src/policy/writer-advice.ts';
import type { BucketItem } from '../src/ledger/bucket-item.ts';
import type { ClientWriter, WritersItem } from '../src/ledger/writers-item.ts';
import { writeStanding } from '../src/policy/write-standing.ts';
import { present } from '../src/present.ts';
import { inOneLine } from '../src/problem.ts';

/** Who writes round the default of one bucket, and the bucket's item. */
export interface BucketWriters {
  bucket: string;
  writers: WritersItem | undefined;
  item: BucketItem;
}

const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;

/** True where somebody has written below the standard, or with a key of its own, within the last 7 days: a person has to change that client. */
export function needsChange({ writers, item }: BucketWriters, now: Date): boolean {
  const isRecent = ({ last }: ClientWriter) => now.getTime() - Date.parse(last) < WEEK_MS;
  return (writers?.writers ?? []).some((one) => isRecent(one) && isToTell(one, item));
}

function isToTell({ applied }: ClientWriter, { standardAlgorithm }: BucketItem): boolean {
  return ['below', 'customer-key'].includes(writeStanding(applied, standardAlgorithm));
}

/** The same as one JSON object (docs/json.md). */
export function writersInJson({ bucket, writers, item }: BucketWriters) {
  return {
    bucket,
    ...present({ others: writers?.others, dueSince: item.belowSince }),
    writers: newestFirst(writers).map((one) => ({
      ...one,
      standing: writeStanding(one.applied, item.standardAlgorithm),
      ...present({ advice: adviceFor(one, item) }),
    })),
  };
}

/** The same in lines for people. */
export function writersScreen({ bucket, writers, item }: BucketWriters): string {
  const all = newestFirst(writers);
  if (all.length === 0)
    return `Nobody is known to write round the default of bucket ${bucket}. Writes are seen only where they are watched: see docs/writers.md.`;
  const due =
    item.belowSince === undefined
      ? []
      : [`The next sweep looks for what was written below the standard since ${item.belowSince}.`];
  const others =
    writers?.others === undefined ? [] : [`${writers.others.count} more by others, the last ${writers.others.last}.`];
  return [
    `Who writes round the default of bucket ${bucket}:`,
    ...all.map((one) => linesOf(one, item)),
    ...others,
    ...due,
  ].join('\n\n');
}

function newestFirst(item: WritersItem | undefined): ClientWriter[] {
  return (item?.writers ?? []).toSorted((one, other) => Date.parse(other.last) - Date.parse(one.last));
}

function adviceFor(one: ClientWriter, item: BucketItem): string | undefined {
  return isToTell(one, item) ? writerAdvice(one.applied, one.userAgent) : undefined;
}

function linesOf(one: ClientWriter, item: BucketItem): string {
  const { principal, applied, count, first, last, days, userAgent, key } = one;
  const byDay = days.map((each) => `${each.day}: ${each.count}`).join(', ');
  const named = present({
    'for example': key,
    with: userAgent,
    change: adviceFor(one, item),
  });
  const lines = [
    inOneLine(principal),
    `  ${applied}, ${count} ${count === 1 ? 'write' : 'writes'} from ${first} to ${last} (${byDay})`,
    ...Object.entries(named).map(([name, value]) => `  ${name}: ${inOneLine(String(value))}`),
  ];
  return lines.join('\n');
}
