import * as z from 'zod/mini';
import type { BucketId } from '../bucket-id.ts';
import type { WriteStanding } from '../policy/write-standing.ts';
import { present } from '../present.ts';
import { bucketKey } from './bucket-item.ts';
import { earliest, latest } from './drift.ts';
import { checkedItem, count, listOf, place, text, time } from './shapes.ts';

/** What stands in `applied` where the event has no such member, or something else than a word. */
export const NOT_SAID = 'not-said';

/** Where the ledger keeps who writes round the default of a bucket: one item beside that of the bucket. */
export function writersKey(id: BucketId): { pk: string; sk: string } {
  return { ...bucketKey(id), sk: 'WRITERS' };
}

/** One write of an object that did not leave its encryption to the bucket, as a data event of CloudTrail tells it. */
export interface ClientWrite extends BucketId {
  /** ISO 8601. */
  at: string;
  /** The ARN of a role or an identity, or the name of an AWS service. */
  principal: string;
  /** What S3 says it applied (`additionalEventData.SSEApplied`); `NOT_SAID` where it does not say so. */
  applied: string;
  userAgent?: string;
  key?: string;
}

/** What one principal wrote under one kind of encryption of its own choice. */
const writer = z.object({
  principal: text,
  applied: text,
  count,
  first: time,
  last: time,
  /** The newest days (UTC) on which there were writes. */
  days: listOf(z.object({ day: text, count })),
  /** Of the newest write. */
  userAgent: z.exactOptional(text),
  key: z.exactOptional(text),
  /** When people were told of it last. */
  toldAt: z.exactOptional(time),
});
export type ClientWriter = z.infer<typeof writer>;

export const writersItem = z.object({
  ...place,
  writers: listOf(writer),
  /** The writes of those for whom there was no room. */
  others: z.exactOptional(z.object({ count, last: time })),
  /** Only in a write of the item after which people are to be told: of those whose `toldAt` it is. */
  newsAt: z.exactOptional(time),
  rev: z.exactOptional(count),
});
export type WritersItem = z.infer<typeof writersItem>;

/** Reads an item that DynamoDB gave, as plain values. Throws ResealError ledger-failed where it is none of this version's. */
export function readWritersItem(item: Record<string, unknown>): WritersItem {
  return checkedItem(writersItem, item);
}

/** Far more than a bucket has, and an item of DynamoDB (400 KB) has room for them. */
const MOST_WRITERS = 50;
const KEPT_DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1_000;
/** How long one who writes no more keeps its room where others want it. */
const KEPT_MS = 30 * DAY_MS;
const TOLD_EVERY_MS = 7 * DAY_MS;
const LONGEST_USER_AGENT = 300;

interface Judging {
  standing: (applied: string) => WriteStanding;
  /** ISO 8601. */
  now: string;
}

/** The item after some more writes of its bucket. A write that is told twice is counted twice. */
export function writersAfter(
  known: WritersItem,
  writes: readonly ClientWrite[],
  { standing, now }: Judging,
): WritersItem {
  const { bucket, account, region } = known;
  const after = { writers: [...known.writers], others: known.others };
  for (const write of writes) countIn(after, write, now);
  const isNews = ({ applied, toldAt }: ClientWriter) =>
    ['below', 'customer-key'].includes(standing(applied)) &&
    (toldAt === undefined || Date.parse(now) - Date.parse(toldAt) >= TOLD_EVERY_MS);
  const wrote = (one: ClientWriter) => writes.some((write) => isOf(write, one));
  const writers = after.writers.map((one) => (wrote(one) && isNews(one) ? { ...one, toldAt: now } : one));
  const newsAt = writers.some(({ toldAt }) => toldAt === now) ? now : undefined;
  return { bucket, account, region, writers, ...present({ others: after.others, newsAt }) };
}

/** Those of whom people are to be told after this write of the item. */
export function toldWriters({ writers, newsAt }: WritersItem): ClientWriter[] {
  return writers.filter(({ toldAt }) => toldAt !== undefined && toldAt === newsAt);
}

type Counted = Pick<WritersItem, 'writers'> & { others: WritersItem['others'] };

function isOf(write: ClientWrite, { principal, applied }: ClientWriter): boolean {
  return write.principal === principal && write.applied === applied;
}

function countIn(counted: Counted, write: ClientWrite, now: string): void {
  const { writers } = counted;
  const at = writers.findIndex((one) => isOf(write, one));
  const known = writers[at];
  if (known !== undefined) {
    writers[at] = withWrite(known, write);
    return;
  }
  if (writers.length < MOST_WRITERS) {
    writers.push(withWrite(undefined, write));
    return;
  }
  const old = writers.findIndex(({ last }) => Date.parse(now) - Date.parse(last) > KEPT_MS);
  const left = writers[old];
  if (left === undefined) counted.others = moreOthers(counted.others, { count: 1, last: write.at });
  else {
    counted.others = moreOthers(counted.others, left);
    writers[old] = withWrite(undefined, write);
  }
}

function moreOthers(others: WritersItem['others'], more: { count: number; last: string }) {
  return { count: (others?.count ?? 0) + more.count, last: latest([others?.last, more.last]) ?? more.last };
}

function withWrite(
  known: ClientWriter | undefined,
  { principal, applied, at, userAgent, key }: ClientWrite,
): ClientWriter {
  const isNewest = known === undefined || Date.parse(at) >= Date.parse(known.last);
  const newest = isNewest ? { userAgent: userAgent?.slice(0, LONGEST_USER_AGENT), key } : known;
  return {
    principal,
    applied,
    count: (known?.count ?? 0) + 1,
    first: earliest([known?.first, at]) ?? at,
    last: latest([known?.last, at]) ?? at,
    days: daysWith(known?.days ?? [], at.slice(0, 10)),
    ...present({ userAgent: newest.userAgent, key: newest.key, toldAt: known?.toldAt }),
  };
}

function daysWith(days: ClientWriter['days'], day: string): ClientWriter['days'] {
  const counted = (days.find((each) => each.day === day)?.count ?? 0) + 1;
  return [...days.filter((each) => each.day !== day), { day, count: counted }]
    .toSorted((one, other) => (one.day < other.day ? -1 : 1))
    .slice(-KEPT_DAYS);
}
