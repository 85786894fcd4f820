import { messageOf } from '../aws/sdk/service-error.ts';
import type { createKnownBuckets } from '../aws/ledger/known-buckets.ts';
import { type Place, placeText } from '../bucket-id.ts';
import type { SweepRequest, SweepTask } from '../intake/parse-sweep-request.ts';
import type { ReplayAnswer } from '../intake/replay-request.ts';
import { type SweepEnd, sweepEnd } from '../ledger/sweep-item.ts';
import type { Ignored } from '../intake/payload.ts';
import { findLogSources } from './find-log-sources.ts';
import { lookAtAccounts, membership, type MembershipDeps, type MembershipResult } from './membership.ts';
import { partsOf } from './parts-of.ts';
import { replay, type ReplayDeps } from './replay.ts';
import { sendBuckets, sendElsewhere } from './sweep-buckets.ts';
import { type PartDeps, type PartResult, startParts, sweepPart } from './sweep-part.ts';

export interface SweepDeps extends PartDeps, MembershipDeps {
  /** How many buckets one invocation takes: more are swept in parts. */
  mostInPart: number;
  knownBuckets: ReturnType<typeof createKnownBuckets>;
}

/** What the function sweep does in one invocation: it begins a sweep, goes on with a part of one, looks at accounts, or looks after dead letters. */
export async function runSweep(
  task: SweepTask,
  deps: SweepDeps & { deadLetters: ReplayDeps },
): Promise<SweepResult | PartResult | MembershipResult | ReplayAnswer | Ignored> {
  if ('replay' in task) return replay(task, deps.deadLetters);
  const [done, result] =
    'ignored' in task
      ? ['ignored', task]
      : 'accounts' in task
        ? ['accounts', await membership(task, deps)]
        : ['swept', await ('part' in task ? sweepPart(task, deps) : sweep(task, deps))];
  deps.log.info(done, result);
  return result;
}

interface Sent extends SweepEnd {
  /** In how many parts the sweep goes on; absent where it has ended. Its item in the ledger has the counts of its end. */
  parts?: number;
}

/** What a sweep did. `parked` are the buckets that could not be read in all their tries before it; they are tried again with all others. */
export interface SweepResult extends Sent, Place {
  sweep: string;
  observe: boolean;
  parked: string[];
}

/**
 * Every bucket of this account and Region becomes one message, in parts where there are too many for one invocation; the queue's own concurrency
 * decides how fast they are judged.
 */
export async function sweep(request: SweepRequest, deps: SweepDeps): Promise<SweepResult> {
  const isOfAll = isComplete(request);
  // First, so that it is said what is wrong also where the hub's own account lets nobody in.
  if (isOfAll) await lookAtAccounts(deps);
  const { id: sweep, observe } = request;
  const { account, region } = deps;
  const { here = [], elsewhere = [] } = Object.groupBy(await parkedBuckets(deps), (each) =>
    placeText(each) === placeText(deps) ? 'here' : 'elsewhere',
  );
  const parked = here.map(({ bucket }) => bucket);
  const sent = await sendAll(request, parked, deps);
  // Nobody sweeps other accounts and Regions yet: what could not be read there, an account that was shut perhaps, is tried again with what is here.
  if (isOfAll) await sendElsewhere(elsewhere, request, deps);
  return { sweep, account, region, observe, ...sent, parked };
}

async function sendAll(request: SweepRequest, parked: readonly string[], deps: SweepDeps): Promise<Sent> {
  const begun = await begin(request, deps);
  // The same event may come twice (Lambda, asynchronous invocation).
  if (begun?.endedAt !== undefined) return sweepEnd.parse(begun);
  const { prefix = '', buckets: asked } = request;
  const isOfAll = isComplete(request);
  const [listed, directory] = await Promise.all([
    collected(deps.bucketList.list(deps.region, request.prefix)),
    directoryBuckets(request, deps),
  ]);
  const wanted = asked && new Set(asked.filter((name) => name.startsWith(prefix)));
  const all = listed.concat(directory).sort();
  const found = wanted === undefined ? all : all.filter((name) => wanted.delete(name));
  // Such a bucket may be gone, whatever its last verdict, which only a look at it can tell.
  const unlisted = isOfAll ? await unlistedBuckets(found, parked, deps) : [];
  const parts = asked === undefined ? partsOf(listed.sort(), deps.mostInPart, prefix) : [];
  if (parts.length > 1) {
    await sendBuckets(unlisted, request, deps);
    parts[0]?.names.push(...directory);
    await startParts(request, { parts, complete: isOfAll, unlisted: unlisted.length }, deps);
    return { buckets: found.length, missing: [], unlisted: unlisted.length, parts: parts.length };
  }
  // Only a sweep of everything knows who logs where, because it alone asks every bucket.
  const sources = isOfAll ? await findLogSources(found, deps) : undefined;
  await sendBuckets([...found, ...unlisted], request, deps, sources);
  const whole = sources && {
    unlisted: unlisted.length,
    logTargets: sources.targets.size,
    loggingUnread: sources.unread,
  };
  const end = { buckets: found.length, missing: [...(wanted ?? [])].toSorted(), ...whole };
  await deps.sweeps.end(request, deps.now().toISOString(), end);
  if (isOfAll) deps.countEnd();
  return end;
}

/** True for a sweep of everything. */
const isComplete = ({ buckets, prefix }: SweepRequest) => buckets === undefined && prefix === undefined;

const begin = (request: SweepRequest, deps: SweepDeps) =>
  readFirst('sweep not recorded as begun', () => deps.sweeps.begin(request), undefined, deps);

/** The buckets that the ledger knows and S3 lists no more. Both come in the order of names, so that of a million only these are kept. */
async function unlistedBuckets(inOrder: readonly string[], parked: readonly string[], deps: SweepDeps) {
  const unlisted = new Set(parked);
  for (const bucket of inOrder) unlisted.delete(bucket);
  const addKnown = async () => {
    let at = 0;
    for await (const bucket of deps.knownBuckets(deps)) {
      while ((inOrder[at] ?? bucket) < bucket) at += 1;
      if (inOrder[at] !== bucket) unlisted.add(bucket);
    }
  };
  await readFirst('known buckets not read', addKnown, undefined, deps);
  return [...unlisted];
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
