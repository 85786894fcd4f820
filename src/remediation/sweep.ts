import { messageOf } from '../aws/sdk/service-error.ts';
import type { createKnownBuckets } from '../aws/ledger/known-buckets.ts';
import type { createParkedBuckets } from '../aws/ledger/open-jobs.ts';
import { type BucketId, bucketText } from '../bucket-id.ts';
import type { SweepRequest, SweepTask } from '../intake/parse-sweep-request.ts';
import { type SweepEnd, sweepEnd } from '../ledger/sweep-item.ts';
import { findLogSources } from './find-log-sources.ts';
import { partsOf } from './parts-of.ts';
import { sendBuckets } from './sweep-buckets.ts';
import { type PartDeps, type PartResult, startParts, sweepPart } from './sweep-part.ts';

export interface SweepDeps extends PartDeps {
  /** How many buckets one invocation takes: more are swept in parts. */
  mostInPart: number;
  parkedBuckets: ReturnType<typeof createParkedBuckets>;
  knownBuckets: ReturnType<typeof createKnownBuckets>;
}

/** What the function sweep does in one invocation: it begins a sweep, or goes on with a part of one. */
export function runSweep(task: SweepTask, deps: SweepDeps): Promise<SweepResult | PartResult> {
  return 'part' in task ? sweepPart(task, deps) : sweep(task, deps);
}

interface Sent extends SweepEnd {
  /** In how many parts the sweep goes on; absent where it has ended. Its item in the ledger has the counts of its end. */
  parts?: number;
}

/** What a sweep did. `parked` are the buckets that could not be read in all their tries before it; they are tried again with all others. */
export interface SweepResult extends Sent {
  sweep: string;
  account: string;
  region: string;
  observe: boolean;
  parked: string[];
}

/**
 * Every bucket of this account and Region becomes one message, in parts where there are too many for one invocation; the queue's own concurrency
 * decides how fast they are judged.
 */
export async function sweep(request: SweepRequest, deps: SweepDeps): Promise<SweepResult> {
  const all = await parkedBuckets(deps);
  const { id: sweep, observe } = request;
  const { account, region } = deps;
  const byPlace = Map.groupBy(all, (each) => bucketText({ ...each, bucket: '' }));
  const parked = (byPlace.get(bucketText({ account, region, bucket: '' })) ?? []).map(({ bucket }) => bucket);
  const sent = await sendAll(request, parked, deps);
  const isOfAll = request.buckets === undefined && request.prefix === undefined;
  if (isOfAll) await sendElsewhere([...byPlace.values()], request, deps);
  return { sweep, account, region, observe, ...sent, parked };
}

async function sendAll(request: SweepRequest, parked: readonly string[], deps: SweepDeps): Promise<Sent> {
  const begun = await begin(request, deps);
  // The same event may come twice (Lambda, asynchronous invocation).
  if (begun?.endedAt !== undefined) return sweepEnd.parse(begun);
  const { prefix = '', buckets: asked } = request;
  const isComplete = request.prefix === undefined && asked === undefined;
  const [listed, directory, known] = await Promise.all([
    collected(deps.bucketList.list(deps.region, request.prefix)),
    directoryBuckets(request, deps),
    isComplete ? knownBuckets(deps) : [],
  ]);
  const wanted = asked && new Set(asked.filter((name) => name.startsWith(prefix)));
  const found = [...listed, ...directory].filter((name) => wanted?.delete(name) ?? true);
  const all = new Set(found);
  // Such a bucket may be gone, whatever its last verdict, which only a look at it can tell.
  const unlisted = isComplete ? [...new Set([...known, ...parked])].filter((bucket) => !all.has(bucket)) : [];
  const parts = asked === undefined ? partsOf(listed, deps.mostInPart, prefix) : [];
  if (parts.length > 1) {
    await sendBuckets(unlisted, request, deps);
    parts[0]?.names.push(...directory);
    await startParts(request, { parts, complete: isComplete, unlisted: unlisted.length }, deps);
    return { buckets: found.length, missing: [], unlisted: unlisted.length, parts: parts.length };
  }
  // Only a sweep of everything knows who logs where, because it alone asks every bucket.
  const sources = isComplete ? await findLogSources(found, deps) : undefined;
  await sendBuckets([...found, ...unlisted], request, deps, sources);
  const whole = sources && {
    unlisted: unlisted.length,
    logTargets: sources.targets.size,
    loggingUnread: sources.unread,
  };
  const end = { buckets: found.length, missing: [...(wanted ?? [])].toSorted(), ...whole };
  await deps.sweeps.end(request, deps.now().toISOString(), end);
  return end;
}

/** Nobody sweeps other accounts and Regions yet: what could not be read there, an account that was shut perhaps, is tried again with what is here. */
async function sendElsewhere(places: readonly BucketId[][], request: SweepRequest, deps: SweepDeps): Promise<void> {
  for (const [first, ...others] of places) {
    if (first === undefined || (first.account === deps.account && first.region === deps.region)) continue;
    const { account, region } = first;
    const names = [first, ...others].map(({ bucket }) => bucket);
    await sendBuckets(names, request, { ...deps, account, region });
  }
}

const begin = (request: SweepRequest, deps: SweepDeps) =>
  readFirst('sweep not recorded as begun', () => deps.sweeps.begin(request), undefined, deps);

/** With less than this left of the 15 minutes, the rest of the ledger is not read: the next sweep begins elsewhere in it. */
const SCAN_WHILE_LEFT_MS = 780_000;

async function knownBuckets(deps: SweepDeps): Promise<string[]> {
  const unread = 'known buckets not read';
  const read = () => deps.knownBuckets(deps, () => deps.timeLeftMs() >= SCAN_WHILE_LEFT_MS);
  const { names, complete } = await readFirst(unread, read, { names: [], complete: true }, deps);
  if (!complete) deps.log.warn('known buckets not all read', { region: deps.region, read: names.length });
  return names;
}

const parkedBuckets = (deps: SweepDeps) =>
  readFirst('parked buckets not read', () => collected(deps.parkedBuckets()), [], deps);

/** Nothing that is read first costs a sweep its messages. */
async function readFirst<T>(
  unread: string,
  read: () => Promise<T>,
  instead: T,
  { log, region }: SweepDeps,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    log.warn(unread, { region, error: messageOf(error) });
    return instead;
  }
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Not every Region has directory buckets, and they must not cost the others their sweep. */
async function directoryBuckets({ prefix = '' }: SweepRequest, deps: SweepDeps): Promise<string[]> {
  const listed = await readFirst(
    'directory buckets not listed',
    () => collected(deps.bucketList.listDirectory()),
    [],
    deps,
  );
  return listed.filter((name) => name.startsWith(prefix));
}
