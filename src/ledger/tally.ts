import * as z from 'zod/mini';
import { type BucketId, bucketText, placeText } from '../bucket-id.ts';
import { needsSomebody } from './job-item.ts';
import { waitsQueued } from './job-queues.ts';
import { count, flag, listOf, place, text, time } from './shapes.ts';

/** So many names of a group are kept, whatever its size. */
export const FIRST_NAMES = 5;

/** How many there are of a kind, and the first of them by name: a pass over a million items keeps no more. */
export interface Group {
  count: number;
  first: Named[];
}

/** A bucket, without what else its item or that of its job has. */
export type Named = BucketId;

/** What became of jobs. */
export interface JobTally {
  open: number;
  ended: number;
  /** Tasks of the jobs that have ended, one an object. */
  objects: number;
  failed: number;
  failures: Map<string, number>;
  /** Jobs that did not end well after `since`, and are not tried again. */
  bad: Group;
  /** Jobs that wait for somebody to confirm them. */
  suspended: Group;
}

/** What buckets and jobs of the ledger come to. */
export interface Tally {
  /** Buckets that are not gone, by verdict; `observed` for a repair that was judged and not made, `unjudged` for one without a verdict. */
  verdicts: Map<string, number>;
  places: Map<string, { buckets: number; below: number }>;
  /** Of the buckets that are held or cannot be read, by the code of the first reason. */
  holds: Map<string, Group>;
  unreadable: Map<string, Group>;
  /** Of the unreadable ones, those that wait for the next sweep. */
  parked: number;
  /** By the code of the reason that says so. */
  exceptions: Map<string, Group>;
  jobs: JobTally;
  /** Items that this version cannot read. */
  odd: number;
}

export function emptyTally(): Tally {
  const jobs = {
    open: 0,
    ended: 0,
    objects: 0,
    failed: 0,
    failures: new Map(),
    bad: { count: 0, first: [] },
    suspended: { count: 0, first: [] },
  };
  return {
    verdicts: new Map(),
    places: new Map(),
    holds: new Map(),
    unreadable: new Map(),
    parked: 0,
    exceptions: new Map(),
    jobs,
    odd: 0,
  };
}

const bucket = z.object({
  ...place,
  verdict: z.exactOptional(text),
  reasons: z._default(listOf(z.object({ code: text }, { error: 'code' })), []),
  observed: z.exactOptional(flag),
  parked: z.exactOptional(flag),
  goneAt: z.exactOptional(time),
  causeId: z.exactOptional(text),
});
export type TalliedBucket = z.output<typeof bucket>;

const job = z.object({
  ...place,
  status: text,
  method: z.exactOptional(text),
  jobId: z.exactOptional(text),
  needsConfirmation: z.exactOptional(text),
  causeId: z.exactOptional(text),
  closedAt: z.exactOptional(time),
  succeeded: z._default(count, 0),
  failed: z._default(count, 0),
  failures: z._default(listOf(z.object({ code: text, count })), []),
  nextToken: z.exactOptional(text),
  again: z.exactOptional(text),
});
export type TalliedJob = z.output<typeof job>;

/** The attributes that a tally needs of an item, beside its sort key. */
export const TALLIED = [...new Set([...Object.keys(bucket.shape), ...Object.keys(job.shape)])];

/** The sort keys of the items that are tallied. */
export const TALLIED_KINDS = ['STATE', 'JOB'] as const;

export type Tallied = { kind: 'bucket'; item: TalliedBucket } | { kind: 'job'; item: TalliedJob } | { kind: 'odd' };

/** An item as a tally reads it: one that a later version has written in another shape is odd, and costs nothing else. */
export function tallied(item: Readonly<Record<string, unknown>>): Tallied {
  if (item['sk'] === 'STATE') {
    const read = bucket.safeParse(item);
    return read.success ? { kind: 'bucket', item: read.data } : { kind: 'odd' };
  }
  const read = job.safeParse(item);
  return read.success ? { kind: 'job', item: read.data } : { kind: 'odd' };
}

/** Adds one item. Jobs that did not end well are named where they ended after `since`. */
export function addToTally(tally: Tally, each: Tallied, since: string): void {
  if (each.kind === 'odd') tally.odd += 1;
  else if (each.kind === 'job') addJob(tally.jobs, each.item, since);
  else if (each.item.goneAt === undefined) addBucket(tally, each.item);
}

const EXCEPTIONS: ReadonlySet<string> = new Set(['exception-expired', 'exception-ending']);

function addBucket(tally: Tally, item: TalliedBucket): void {
  const { verdict: judged, reasons, observed, parked } = item;
  const verdict = judged === 'repair' && observed === true ? 'observed' : (judged ?? 'unjudged');
  tally.verdicts.set(verdict, (tally.verdicts.get(verdict) ?? 0) + 1);
  const where = placeText(item);
  const there = tally.places.get(where) ?? { buckets: 0, below: 0 };
  const below = verdict === 'hold' || verdict === 'observed' ? 1 : 0;
  tally.places.set(where, { buckets: there.buckets + 1, below: there.below + below });
  const [first] = reasons;
  if (verdict === 'hold') addName(tally.holds, first?.code ?? 'unknown', named(item));
  if (verdict === 'unreadable') addName(tally.unreadable, first?.code ?? 'unknown', named(item));
  if (verdict === 'unreadable' && parked === true) tally.parked += 1;
  for (const { code } of reasons) if (EXCEPTIONS.has(code)) addName(tally.exceptions, code, named(item));
}

function addJob(jobs: JobTally, item: TalliedJob, since: string): void {
  if (item.closedAt === undefined) {
    jobs.open += 1;
    if (item.status === 'suspended' || waitsQueued(item)) addToGroup(jobs.suspended, named(item));
    return;
  }
  jobs.ended += 1;
  jobs.objects += item.succeeded;
  if (item.closedAt < since) return;
  jobs.failed += item.failed;
  for (const { code, count: times } of item.failures) jobs.failures.set(code, (jobs.failures.get(code) ?? 0) + times);
  if (needsSomebody(item)) addToGroup(jobs.bad, named(item));
}

function named({ bucket: name, account, region }: BucketId): Named {
  return { account, region, bucket: name };
}

function addName(groups: Map<string, Group>, code: string, name: Named): void {
  const group = groups.get(code) ?? { count: 0, first: [] };
  groups.set(code, group);
  addToGroup(group, name);
}

/** The first by name and not by the order of a scan, so that the same ledger always says the same. */
function addToGroup(group: Group, name: Named): void {
  group.count += 1;
  const last = group.first.at(-1);
  if (group.first.length === FIRST_NAMES && last !== undefined && bucketText(last) <= bucketText(name)) return;
  group.first = [...group.first, name].toSorted((one, other) => (bucketText(one) < bucketText(other) ? -1 : 1));
  group.first.length = Math.min(group.first.length, FIRST_NAMES);
}
