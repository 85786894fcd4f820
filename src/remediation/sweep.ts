import { type BucketTrigger, bucketMessage } from '../intake/bucket-message.ts';
import type { SweepRequest } from '../intake/parse-sweep-request.ts';
import type { createBucketLogging } from '../aws/bucket/bucket-logging.ts';
import type { BucketList } from '../aws/bucket/bucket-list.ts';
import type { Queues } from '../aws/queue/queues.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import type { createParkedBuckets } from '../aws/ledger/open-jobs.ts';
import { MOST_SOURCES } from '../ledger/log-sources.ts';
import { kindOf } from '../policy/model.ts';
import { present } from '../present.ts';
import { type ReconcileDeps, reconcileJobs } from './track-job.ts';
import type { LogSource } from '../policy/facts.ts';

export interface SweepDeps extends ReconcileDeps {
  sweepQueueUrl: string;
  bucketList: Pick<BucketList, 'list' | 'listDirectory'>;
  logging: ReturnType<typeof createBucketLogging>;
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

/** How many messages are made before they are sent, so that memory stays small. */
const CHUNK = 500;

/**
 * Every bucket of this account and Region becomes one message; the queue's own concurrency decides how fast they are judged. Open
 * jobs are looked at too, and neither half costs the other. Throws the error of the half that failed.
 */
export async function sweep(request: SweepRequest, deps: SweepDeps): Promise<SweepResult> {
  const parked = (await collected(deps.parkedBuckets())).map(({ bucket }) => bucket);
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

async function sendBuckets(request: SweepRequest, parked: readonly string[], deps: SweepDeps): Promise<Sent> {
  const { prefix } = request;
  const wanted = request.buckets && new Set(request.buckets.filter((name) => name.startsWith(prefix ?? '')));
  const listed = await collected(names(request, deps));
  const found = wanted === undefined ? listed : listed.filter((name) => wanted.delete(name));
  const sent = { buckets: found.length, missing: [...(wanted ?? [])].toSorted() };
  if (wanted !== undefined || prefix !== undefined) {
    await send(found, request, deps);
    return sent;
  }
  // Only a sweep of everything knows who logs where, because it alone asks every bucket.
  const generalPurpose = found.filter((bucket) => kindOf(bucket) === 'general-purpose');
  const sources = await readLogSources(generalPurpose, deps);
  // A parked bucket that is listed no more may be gone, which only a look at it can tell.
  const all = new Set(found);
  await send([...found, ...parked.filter((bucket) => !all.has(bucket))], request, deps, sources);
  return { ...sent, logTargets: sources.targets, loggingUnread: sources.unread };
}

async function send(buckets: readonly string[], request: SweepRequest, deps: SweepDeps, sources?: LogSources) {
  for (let at = 0; at < buckets.length; at += CHUNK) {
    const chunk = buckets
      .slice(at, at + CHUNK)
      .map((bucket) => bucketMessage(triggerOf(bucket, request, deps, sources)));
    await deps.queues.sendAll(deps.sweepQueueUrl, chunk);
  }
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* names({ prefix }: SweepRequest, deps: SweepDeps): AsyncGenerator<string> {
  yield* deps.bucketList.list(deps.region, prefix);
  try {
    for await (const name of deps.bucketList.listDirectory()) if (name.startsWith(prefix ?? '')) yield name;
  } catch (error) {
    // Not every Region has directory buckets, and they must not cost the others their sweep.
    deps.log.warn('directory buckets not listed', { region: deps.region, error: messageOf(error) });
  }
}

function triggerOf(bucket: string, request: SweepRequest, deps: SweepDeps, sources?: LogSources): BucketTrigger {
  return {
    ...present({ logSources: sources?.of(bucket) }),
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

/** Where the server access logs of each bucket go. */
interface LogSources {
  /** The sources of one bucket; undefined where nobody can say that there are none. */
  of: (bucket: string) => LogSource[] | undefined;
  targets: number;
  /** Buckets whose logging could not be read. */
  unread: string[];
}

/** Reads at a time: S3 publishes no rate for bucket calls. */
const AT_ONCE = 16;

/**
 * Asks every bucket where its server access logs go. Source and target are in one account and Region (S3 User Guide, server access
 * logging), so a pass over both knows every target. One bucket that cannot be read makes "none" unknown for the others.
 */
async function readLogSources(buckets: readonly string[], deps: SweepDeps): Promise<LogSources> {
  const sources = new Map<string, LogSource[]>();
  const unread: string[] = [];
  for (let at = 0; at < buckets.length; at += AT_ONCE) {
    await Promise.all(
      buckets.slice(at, at + AT_ONCE).map(async (bucket) => {
        const logging = await deps.logging({ bucket, account: deps.account });
        if (logging.kind === 'unread') {
          // What is gone logs nowhere.
          if (logging.gone !== true) unread.push(bucket);
        } else if (logging.value !== undefined) {
          const { targetBucket: target, prefix } = logging.value;
          sources.set(target, [...(sources.get(target) ?? []), { bucket, prefix }]);
        }
      }),
    );
  }
  if (unread.length > 0) deps.log.warn('logging not read', { buckets: unread.length, first: unread.slice(0, 20) });
  const none = unread.length === 0 ? [] : undefined;
  return {
    of: (bucket) =>
      sources
        .get(bucket)
        ?.toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1))
        .slice(0, MOST_SOURCES) ?? none,
    targets: sources.size,
    unread: unread.toSorted(),
  };
}
