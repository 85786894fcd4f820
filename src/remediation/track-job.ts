import type { JobSnapshot } from '../aws/job/describe-job.ts';
import type { JobWork } from '../aws/job/job-description.ts';
import type { FailedTask } from '../aws/job/job-report.ts';
import { ResealError } from '../errors.ts';
import type { JobTrigger } from '../intake/parse-job-message.ts';
import type { ClosedJob, RecordedJob, StartedJob } from '../ledger/job-item.ts';
import { planId, planOf } from '../policy/plan/job-token.ts';
import { closedStatus, isTerminal } from '../policy/plan/job-end.ts';
import { present } from '../present.ts';
import type { CloseDeps, TrackDeps } from './deps.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import type { createOpenJobs } from '../aws/ledger/open-jobs.ts';

/** How many failed keys the ledger names; the report has all of them. */
const NAMED_KEYS = 25;

export type TrackOutcome =
  | { kind: 'closed'; job: ClosedJob }
  | { kind: 'open' | 'ignored' | 'closed-before'; why: string };

/** The story of one job's end: look it up, see that it is ours, read its report where tasks failed, close it in the ledger. */
export async function trackJob(trigger: JobTrigger, deps: TrackDeps): Promise<TrackOutcome> {
  const { jobId, account, status } = trigger;
  if (account !== deps.account) return { kind: 'ignored', why: `job ${jobId} is one of account ${account}` };
  if (!isTerminal(status)) return { kind: 'open', why: `job ${jobId} is ${status}` };
  const job = await deps.describeJob(trigger);
  if (job === undefined) {
    // A job that was just made may be unknown for a moment.
    throw new ResealError('job-refused', `S3 knows no job ${jobId} yet`, { retryable: true, jobId });
  }
  const outcome = await closeJob(job, deps, (work) => whyUnproven(work, job, deps));
  if (outcome.kind !== 'open') return outcome;
  throw new ResealError('job-refused', `job ${jobId} ended as ${status}, and S3 still describes it as ${job.status}`, {
    retryable: true,
    jobId,
  });
}

/**
 * Closes a job that has ended and is ours: by its role, its reports bucket and what `whyNot` finds in the ledger (undefined where that
 * agrees). Anybody can copy a Description. Throws ResealError report-unreadable, retryable, where its report cannot be read yet.
 */
async function closeJob(
  job: JobSnapshot,
  deps: CloseDeps,
  whyNot: (work: JobWork) => Promise<string | undefined>,
): Promise<TrackOutcome> {
  const { jobId, work } = job;
  const stranger = `job ${jobId} was not made by Reseal`;
  if (work === undefined) return { kind: 'ignored', why: stranger };
  const why = whyForeign(job, deps) ?? (await whyNot(work));
  if (why !== undefined) return { kind: 'ignored', why: `${stranger}: ${why}` };
  if (!isTerminal(job.status)) return { kind: 'open', why: `job ${jobId} is ${job.status}` };
  const closed = await endOf(job, work, deps);
  const first = await deps.jobLedger.close(closed);
  return first ? { kind: 'closed', job: closed } : { kind: 'closed-before', why: `job ${jobId} was closed before` };
}

function whyForeign({ roleArn, report }: JobSnapshot, deps: CloseDeps): string | undefined {
  if (roleArn !== deps.batchRoleArn) return `its role is ${roleArn ?? 'not known'}`;
  if (report?.bucket !== deps.reportsBucket) return `its report goes to ${report?.bucket ?? 'no bucket'}`;
  return undefined;
}

/** Why the ledger does not know a job; undefined where it is recorded, or belongs to work that is not recorded as done yet. */
async function whyUnproven(work: JobWork, job: JobSnapshot, deps: TrackDeps): Promise<string | undefined> {
  const recorded = await deps.jobEvidence.recorded(work.token);
  if (recorded !== undefined) return whyOther(recorded, work, job);
  const { account, region } = deps;
  const workIds = await deps.jobEvidence.workIds({ account, region, bucket: work.bucket });
  if (workIds.some((id) => planId(id) === planOf(work.token))) return undefined;
  // The work may have been recorded as done, and so its jobs, between the two reads.
  const since = await deps.jobEvidence.recorded(work.token);
  return since === undefined ? 'the ledger knows neither its token nor its plan' : whyOther(since, work, job);
}

/** How a job differs from the one that is recorded under its token. */
function whyOther(recorded: RecordedJob, work: JobWork, { jobId }: JobSnapshot): string | undefined {
  const isSame = recorded.jobId === jobId && recorded.bucket === work.bucket && recorded.token === work.token;
  return isSame ? undefined : `its token is recorded for job ${recorded.jobId} of bucket ${recorded.bucket}`;
}

async function endOf(job: JobSnapshot, { method, objectClass, ...work }: JobWork, deps: CloseDeps): Promise<ClosedJob> {
  const read = await readReport(job, deps);
  const failures = typeof read === 'string' ? [] : read;
  const reasons = job.failures.map(({ code, reason }) => `${code}: ${reason}`);
  if (typeof read === 'string') reasons.push(read);
  return {
    ...work,
    account: deps.account,
    region: deps.region,
    closedAt: deps.now().toISOString(),
    jobId: job.jobId,
    status: closedStatus(job),
    objectClass,
    method,
    total: job.total,
    succeeded: job.succeeded,
    failed: job.failed,
    failures: countByCode(failures),
    failedKeys: failures.slice(0, NAMED_KEYS).map(named),
    ...present({
      report: job.report && job.failed > 0 ? `s3://${job.report.bucket}/${job.report.prefix}/manifest.json` : undefined,
      why: reasons.length > 0 ? reasons.join('; ') : undefined,
    }),
  };
}

const DAY_MS = 24 * 3_600_000;

/**
 * The failed tasks, or why nobody can name them. A report may appear late; after a day it never will (a job's report is written before
 * the job ends).
 */
async function readReport(job: JobSnapshot, deps: CloseDeps): Promise<FailedTask[] | string> {
  if (job.failed === 0 || job.report === undefined) return [];
  try {
    return await deps.reports.readFailures(job.report);
  } catch (error) {
    const endedMs = Date.parse(job.endedAt ?? '');
    const isOver = deps.now().getTime() - endedMs > DAY_MS;
    if (!(error instanceof ResealError && error.code === 'report-unreadable' && isOver)) throw error;
    return error.message;
  }
}

function named({ key, code, versionId }: FailedTask) {
  return present({ key, code, versionId });
}

/** The codes are S3's words: they are no names of a plain object's members. */
function countByCode(failures: readonly FailedTask[]): ClosedJob['failures'] {
  const counts = new Map<string, number>();
  for (const { code } of failures) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => ({ code, count }));
}

export interface ReconcileDeps extends CloseDeps {
  openJobs: ReturnType<typeof createOpenJobs>;
}

/**
 * Looks at every job that the ledger holds open, because CloudTrail's delivery is best effort and the event of an end
 * may never have arrived. One job that cannot be read never costs the others.
 */
export async function reconcileJobs(deps: ReconcileDeps): Promise<{ open: number; closed: number }> {
  let open = 0;
  let closed = 0;
  for await (const item of deps.openJobs()) {
    if (await closedNow(item, deps)) closed += 1;
    else open += 1;
  }
  return { open, closed };
}

async function closedNow(item: StartedJob, deps: CloseDeps): Promise<boolean> {
  const { jobId, bucket } = item;
  try {
    const job = await deps.describeJob(item);
    if (job === undefined) return await forget(item, deps);
    const outcome = await closeJob(job, deps, async (work) => whyOther(item, work, job));
    if (outcome.kind === 'ignored') deps.log.warn('job not reconciled', { jobId, bucket, error: outcome.why });
    return outcome.kind === 'closed' || outcome.kind === 'closed-before';
  } catch (error) {
    deps.log.warn('job not reconciled', { jobId, bucket, error: messageOf(error) });
    return false;
  }
}

/** S3 forgets a job 90 days after its end (how it ended cannot be known any more), and may not know one that was just made. */
async function forget(item: StartedJob, deps: CloseDeps): Promise<boolean> {
  const { createdAt, causeId: _, ...job } = item;
  if (deps.now().getTime() - Date.parse(createdAt) < DAY_MS) return false;
  return deps.jobLedger.close({
    ...job,
    status: 'forgotten',
    closedAt: deps.now().toISOString(),
    total: 0,
    succeeded: 0,
    failed: 0,
    failures: [],
    failedKeys: [],
    why: 'S3 does not know this job any more',
  });
}
