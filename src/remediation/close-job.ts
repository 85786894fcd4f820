import type { JobSnapshot } from '../aws/job/describe-job.ts';
import { ResealError } from '../errors.ts';
import { type ClosedJob, jobRequest, type OpenJob } from '../ledger/job-item.ts';
import { mayTryAgain, nextRequest, NO_TASKS } from '../ledger/next-attempt.ts';
import { outdated, overtaken, type Reopening, reopened } from '../ledger/reopened.ts';
import { closedStatus, isKnownState, isTerminal, untriedOf } from '../policy/plan/job-end.ts';
import { present } from '../present.ts';
import type { CloseDeps, TrackDeps } from './deps.ts';
import { proveJob } from './prove-job.ts';
import { orWait, type ReadReport, readReport } from './read-report.ts';

/** The place of a job, and the ledger of the hub. */
export type ClosingDeps = CloseDeps & Pick<TrackDeps, 'readBucket'>;

export type TrackOutcome =
  | { kind: 'closed'; job: ClosedJob }
  | { kind: 'open' | 'ignored' | 'closed-before' | 'unknown-state'; why: string }
  | { kind: 'asked' | 'launched'; jobs: number };

/**
 * Closes a job of ours that has ended: reads its report, proves a sample of what it has done, and says what becomes of what it has not. All of that is written at once, and
 * every step before is the same when it is repeated. Throws ResealError report-unreadable or write-refused, retryable, where S3 was too busy.
 */
export async function closeJob(job: JobSnapshot, item: OpenJob, deps: ClosingDeps): Promise<TrackOutcome> {
  const { jobId, status } = job;
  const isKnown = isKnownState(status);
  // What has ended in a state of another name keeps no slot.
  if (!isKnown && job.endedAt === undefined) {
    const why = `job ${jobId} of bucket ${item.bucket} is in the state ${status}, which this version of Reseal does not know: it stays open, and is looked at again`;
    return { kind: 'unknown-state', why };
  }
  if (isKnown && !isTerminal(status)) return { kind: 'open', why: `job ${jobId} is ${status}` };
  const read = await readReport(job, item, deps);
  return endJob(item, await endOf(job, item, read, deps), deps);
}

type End = Omit<ClosedJob, 'token' | 'bucket' | 'account' | 'region' | 'jobId' | 'closedAt' | 'again' | 'nextToken'>;

async function endOf(job: JobSnapshot, item: OpenJob, read: ReadReport, deps: CloseDeps): Promise<End & Left> {
  const end = { ...job, ...present({ suspendedAt: job.suspendedAt ?? item.suspendedAt }), gone: read.gone };
  const { proof, why: unproven } = await proofOr(job, item, read, deps);
  const status = closedStatus({ ...end, missed: proof?.missed ?? 0 });
  const untried = untriedOf(status, end);
  const reasons = job.failures.map(({ code, reason }) => `${code}: ${reason}`);
  const odd = isKnownState(job.status) ? undefined : `it ended as ${job.status}, a state that Reseal does not know`;
  const isWhole = read.isWhole && untried === 0 && (proof?.missed ?? 0) === 0;
  return {
    status,
    objectClass: item.objectClass,
    method: item.method,
    total: job.total,
    succeeded: job.succeeded,
    failed: job.failed,
    failures: read.failures,
    failedKeys: read.failedKeys,
    ...present({
      untried,
      report: read.report && job.report && `s3://${job.report.bucket}/${job.report.prefix}/manifest.json`,
      list: job.list ?? listOf(job, item),
      proof,
      rest: isWhole ? read.rest : undefined,
      why: [odd, ...reasons, read.why, unproven].filter(Boolean).join('; ') || undefined,
    }),
    isWhole,
    // What was said to be done and is not may be done at once; what a job did not try may have been stopped by somebody.
    hasNow: isWhole ? read.hasNow : untried === 0 && read.isWhole,
  };
}

/** A list that is ours needs none of S3's making. */
function listOf({ report }: JobSnapshot, { manifest }: OpenJob): string | undefined {
  return manifest && report && `s3://${report.bucket}/${manifest.key}`;
}

/** What is left of a job's work: only what its rows say where they say all. */
interface Left {
  isWhole: boolean;
  hasNow: boolean;
}

async function proofOr(
  job: JobSnapshot,
  item: OpenJob,
  { report }: ReadReport,
  deps: CloseDeps,
): Promise<{ proof?: ClosedJob['proof']; why?: string }> {
  try {
    return present({ proof: await proveJob(report, item, job.endedAt, deps) });
  } catch (error) {
    return { why: orWait(error, job, deps) };
  }
}

/** How a job ended, and what is left of its work. */
export type Ended = End & Left;

/** Records the end of a job in one transaction, with what comes after it. */
export async function endJob(
  item: OpenJob,
  { isWhole, hasNow, ...end }: Ended,
  deps: Pick<ClosingDeps, 'jobLedger' | 'now' | 'readBucket'>,
): Promise<TrackOutcome> {
  const closedAt = deps.now().toISOString();
  const { token, bucket, account, region, jobId } = item;
  const isLeft = !isWhole || end.rest !== undefined;
  const again = isLeft && mayTryAgain(item) ? (hasNow ? 'now' : 'next-sweep') : 'no';
  const next =
    again === 'now'
      ? nextRequest(jobRequest.parse(item), { createdAt: closedAt, ...present({ rest: end.rest }) })
      : undefined;
  const job = {
    token,
    bucket,
    account,
    region,
    jobId,
    closedAt,
    ...end,
    again,
    ...present({ nextToken: next?.token }),
  } satisfies ClosedJob;
  const reopening = await reopeningOf(item, { ...end, isLeft }, deps);
  const isFirst = await deps.jobLedger.close(job, { next, reopening });
  if (isFirst) return { kind: 'closed', job };
  if (reopening === undefined) return closedBefore(item);
  const message = `job ${jobId} was not closed: the item of bucket ${bucket} has changed meanwhile, or somebody else has closed the job`;
  throw new ResealError('ledger-failed', message, { retryable: true, bucket, jobId });
}

/**
 * Nobody knows which standard a job of an older version was for: everything that its bucket counts as done is due again. So is what a job has done
 * for a standard that its bucket has no more.
 */
async function reopeningOf(
  item: OpenJob,
  { isLeft, succeeded, status }: Pick<ClosedJob, 'succeeded' | 'status'> & { isLeft: boolean },
  deps: Pick<ClosingDeps, 'readBucket'>,
): Promise<Reopening | undefined> {
  const isEarlier = item.isEarlier === true;
  // What a job of our own has done before its process died, nobody has counted.
  if (isEarlier ? !isLeft : succeeded === 0 && item.own === undefined) return undefined;
  const bucket = await deps.readBucket(item);
  if (status === 'superseded') return overtaken(bucket, item);
  return isEarlier ? reopened(bucket, { ...item, standardId: bucket.backfilled ?? '' }) : outdated(bucket, item);
}

export function closedBefore({ jobId, token }: Pick<ClosedJob, 'jobId' | 'token'>): TrackOutcome {
  return { kind: 'closed-before', why: `job ${jobId ?? token} was closed before` };
}

const DAY_MS = 24 * 3_600_000;

/** S3 forgets a job 90 days after its end (how it ended cannot be known any more), and may not know one that was just made. */
export async function forget(item: OpenJob, deps: ClosingDeps): Promise<TrackOutcome> {
  const isYoung = deps.now().getTime() - Date.parse(item.launchedAt) < DAY_MS;
  if (isYoung) return { kind: 'open', why: `S3 knows no job ${item.jobId} yet` };
  const { objectClass, method } = item;
  const why = 'S3 does not know this job any more';
  return endJob(
    item,
    { status: 'forgotten', objectClass, method, ...NO_TASKS, why, isWhole: false, hasNow: false },
    deps,
  );
}
