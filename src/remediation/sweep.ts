import type { BucketFact, SweepRequest } from '../intake/fact.ts';
import { bucketMessage } from '../intake/bucket-message.ts';
import type { BucketList } from '../aws/bucket/bucket-list.ts';
import type { DirectoryBuckets } from '../aws/bucket/directory-buckets.ts';
import type { Queues } from '../aws/queue/queues.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import type { createParkedBuckets } from '../aws/ledger/open-jobs.ts';
import { kindOf } from '../policy/model.ts';
import { type LoggingDeps, type LogSources, readLogSources } from './log-sources.ts';
import { type ReconcileDeps, reconcileJobs } from './reconcile-jobs.ts';

export interface SweepDeps extends ReconcileDeps, LoggingDeps {
  region: string;
  sweepQueueUrl: string;
  bucketList: Pick<BucketList, 'list'>;
  directoryBuckets: DirectoryBuckets;
  queues: Queues;
  parkedBuckets: ReturnType<typeof createParkedBuckets>;
}

/**
 * What a sweep did. `parked` are the buckets that could not be read in all their tries before it; they are tried again with all others.
 * `missing` are buckets that were asked for by name and are not in this account and Region.
 */
export interface SweepResult {
  sweep: string;
  account: string;
  region: string;
  observe: boolean;
  buckets: number;
  missing: string[];
  /** How many buckets receive server access logs, and whose logging could not be read; a sweep of some buckets does not look. */
  logTargets?: number;
  loggingUnread?: string[];
  parked: string[];
  jobsOpen: number;
  jobsClosed: number;
}

/** How many messages are collected before they are sent, so that a large account starts at once and memory stays small. */
const CHUNK = 500;

/**
 * Every bucket of this account and Region becomes one message; the queue's own concurrency decides how fast they are judged. Open
 * jobs are looked at too, and neither half costs the other. Throws the error of the half that failed.
 */
export async function sweep(request: SweepRequest, deps: SweepDeps): Promise<SweepResult> {
  const parked = await namesOf(deps.parkedBuckets());
  const [sent, reconciled] = await Promise.allSettled([sendBuckets(request, parked, deps), reconcileJobs(deps)]);
  if (sent.status === 'rejected') throw sent.reason;
  if (reconciled.status === 'rejected') throw reconciled.reason;
  const { id, observe } = request;
  return {
    sweep: id,
    account: deps.account,
    region: deps.region,
    observe,
    ...sent.value,
    parked,
    jobsOpen: reconciled.value.open,
    jobsClosed: reconciled.value.closed,
  };
}

type Sent = Pick<SweepResult, 'buckets' | 'missing' | 'logTargets' | 'loggingUnread'>;

/** Only a sweep of everything knows who logs where, because it alone asks every bucket. */
async function sendBuckets(request: SweepRequest, parked: readonly string[], deps: SweepDeps): Promise<Sent> {
  const { prefix } = request;
  if (request.buckets !== undefined || prefix !== undefined) return sendSome(request, deps);
  const all: string[] = [];
  for await (const bucket of names(request, deps)) all.push(bucket);
  // A parked bucket that is listed no more may be gone, which only a look at it can tell.
  const listed = new Set(all);
  const lost = parked.filter((bucket) => !listed.has(bucket));
  const sources = await readLogSources(
    all.filter((bucket) => kindOf(bucket) === 'general-purpose'),
    deps,
  );
  const looked = [...all, ...lost];
  for (let at = 0; at < looked.length; at += CHUNK) {
    const chunk = looked.slice(at, at + CHUNK).map((bucket) => bucketMessage(factOf(bucket, request, deps, sources)));
    await deps.queues.sendAll(deps.sweepQueueUrl, chunk);
  }
  return { buckets: all.length, missing: [], logTargets: sources.targets, loggingUnread: sources.unread };
}

async function sendSome(request: SweepRequest, deps: SweepDeps): Promise<Sent> {
  const { prefix = '' } = request;
  const wanted = request.buckets && new Set(request.buckets.filter((name) => name.startsWith(prefix)));
  let buckets = 0;
  let chunk: string[] = [];
  for await (const bucket of names(request, deps)) {
    if (wanted !== undefined && !wanted.delete(bucket)) continue;
    buckets += 1;
    chunk.push(bucketMessage(factOf(bucket, request, deps)));
    if (chunk.length < CHUNK) continue;
    await deps.queues.sendAll(deps.sweepQueueUrl, chunk);
    chunk = [];
  }
  await deps.queues.sendAll(deps.sweepQueueUrl, chunk);
  return { buckets, missing: [...(wanted ?? [])].toSorted() };
}

async function namesOf(parked: AsyncIterable<{ bucket: string }>): Promise<string[]> {
  const found: string[] = [];
  for await (const { bucket } of parked) found.push(bucket);
  return found;
}

async function* names({ prefix }: SweepRequest, deps: SweepDeps): AsyncGenerator<string> {
  yield* deps.bucketList.list(deps.region, prefix);
  try {
    for await (const name of deps.directoryBuckets.list()) if (name.startsWith(prefix ?? '')) yield name;
  } catch (error) {
    // Not every Region has directory buckets, and they must not cost the others their sweep.
    deps.log.warn('directory buckets not listed', { region: deps.region, error: messageOf(error) });
  }
}

function factOf(bucket: string, request: SweepRequest, deps: SweepDeps, sources?: LogSources): BucketFact {
  const logSources = sources?.of(bucket);
  return {
    ...(logSources === undefined ? {} : { logSources }),
    bucket,
    account: deps.account,
    region: deps.region,
    cause: 'sweep',
    at: request.at,
    causeId: request.id,
    attempt: 0,
    observe: request.observe,
  };
}
