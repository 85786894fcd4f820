import type { JobSnapshot } from '../aws/job/describe-job.ts';
import type { ClosedJob } from '../aws/ledger/job-ledger.ts';
import type { FailedTask } from '../aws/job/report-rows.ts';
import { ResealError } from '../errors.ts';
import type { JobFact } from '../intake/fact.ts';
import { closedStatus, isTerminal } from '../policy/plan/job-end.ts';
import type { TrackDeps } from './deps.ts';

/** How many failed keys the ledger names; the report has all of them. */
const NAMED_KEYS = 25;

export type TrackOutcome =
  | { kind: 'closed'; job: ClosedJob }
  | { kind: 'open' | 'ignored' | 'closed-before'; why: string };

/** The story of one job's end: look it up, read its report where tasks failed, close it in the ledger. */
export async function trackJob(fact: JobFact, deps: TrackDeps): Promise<TrackOutcome> {
  if (!isTerminal(fact.status)) return { kind: 'open', why: `job ${fact.jobId} is ${fact.status}` };
  const job = await deps.describeJob(fact);
  if (job === undefined) {
    // A job that was just made may be unknown for a moment.
    throw new ResealError('job-refused', `S3 knows no job ${fact.jobId} yet`, { retryable: true, jobId: fact.jobId });
  }
  const outcome = await closeJob(job, deps);
  if (outcome.kind !== 'open') return outcome;
  throw new ResealError('job-refused', `job ${fact.jobId} ended as ${fact.status} and is still told as ${job.status}`, {
    retryable: true,
    jobId: fact.jobId,
  });
}

/** A report may appear late; after this long it never will (a job's report is written before the job ends). */
const REPORT_PATIENCE_MS = 24 * 3_600_000;

/** Closes a job that has ended. Throws ResealError report-unreadable, retryable, where its report cannot be read yet. */
export async function closeJob(job: JobSnapshot, deps: TrackDeps): Promise<TrackOutcome> {
  if (job.work === undefined) return { kind: 'ignored', why: `job ${job.jobId} was not made by Reseal` };
  if (!isTerminal(job.status)) return { kind: 'open', why: `job ${job.jobId} is ${job.status}` };
  const { failures, missing } = await readReport(job, deps);
  const reasons = [...job.failures.map((each) => `${each.code}: ${each.reason}`), ...missing];
  const closed: ClosedJob = {
    status: closedStatus(job),
    closedAt: deps.now().toISOString(),
    jobId: job.jobId,
    bucket: job.work.bucket,
    total: job.total,
    succeeded: job.succeeded,
    failed: job.failed,
    failuresByCode: countByCode(failures),
    failedKeys: failures.slice(0, NAMED_KEYS).map(named),
    ...(job.report === undefined || job.failed === 0
      ? {}
      : { report: `s3://${job.report.bucket}/${job.report.prefix}/manifest.json` }),
    ...(reasons.length === 0 ? {} : { why: reasons.join('; ') }),
  };
  const first = await deps.jobLedger.close(job.work.token, closed);
  return first ? { kind: 'closed', job: closed } : { kind: 'closed-before', why: `job ${job.jobId} was closed before` };
}

interface ReadReport {
  failures: FailedTask[];
  /** Why the failures have no names, if they have none. */
  missing: string[];
}

async function readReport(job: JobSnapshot, deps: TrackDeps): Promise<ReadReport> {
  if (job.failed === 0 || job.report === undefined) return { failures: [], missing: [] };
  try {
    return { failures: await deps.reports.readFailures(job.report), missing: [] };
  } catch (error) {
    const endedMs = Date.parse(job.endedAt ?? '');
    const isOver = deps.now().getTime() - endedMs > REPORT_PATIENCE_MS;
    if (!(error instanceof ResealError && error.code === 'report-unreadable' && isOver)) throw error;
    return { failures: [], missing: [error.message] };
  }
}

function named({ key, code, versionId }: FailedTask) {
  return { key, code, ...(versionId === undefined ? {} : { versionId }) };
}

function countByCode(failures: readonly FailedTask[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of failures) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
