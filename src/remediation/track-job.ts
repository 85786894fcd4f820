import type { JobSnapshot } from '../aws/job/describe-job.ts';
import type { JobWork } from '../aws/job/job-description.ts';
import type { ReportedFailures } from '../aws/job/job-report.ts';
import { isUnreachable, whyOf } from '../aws/sdk/service-error.ts';
import type { Place } from '../bucket-id.ts';
import { ResealError } from '../errors.ts';
import { type OpenJob, openJobMessage } from '../intake/open-job-message.ts';
import type { ChangedJob, JobTrigger } from '../intake/parse-job-message.ts';
import type { ClosedJob, RecordedJob, StartedJob } from '../ledger/job-item.ts';
import { planId, planOf } from '../policy/plan/job-token.ts';
import { closedStatus, isTerminal } from '../policy/plan/job-end.ts';
import { present } from '../present.ts';
import type { CloseDeps, TrackDeps } from './deps.ts';

export type TrackOutcome =
  | { kind: 'closed'; job: ClosedJob }
  | { kind: 'open' | 'ignored' | 'closed-before'; why: string }
  | { kind: 'asked'; jobs: number };

/** The story of one job's end, whoever asks for it: look the job up, see that it is ours, read its report where tasks failed, close it in the ledger. */
export async function trackJob(trigger: JobTrigger, deps: TrackDeps): Promise<TrackOutcome> {
  if (!('status' in trigger || 'token' in trigger)) return askForOpenJobs(deps);
  try {
    return await ('status' in trigger ? closeChanged(trigger, deps) : closeOpen(trigger, deps));
  } catch (error) {
    // What the ledger holds open is asked for again, with all others that are, until the account can be reached.
    if (!isUnreachable(error)) throw error;
    return { kind: 'open', why: whyOf(error) };
  }
}

async function closeChanged(trigger: ChangedJob, deps: TrackDeps): Promise<TrackOutcome> {
  const { jobId, status } = trigger;
  if (!isTerminal(status)) return { kind: 'open', why: `job ${jobId} is ${status}` };
  const here = deps.at(trigger);
  const job = await here.describeJob(trigger);
  if (job === undefined) {
    // A job that was just made may be unknown for a moment.
    throw new ResealError('job-refused', `S3 knows no job ${jobId} yet`, { retryable: true, jobId });
  }
  const outcome = await closeJob(job, here, (work) => whyUnproven(work, job, { ...deps, ...here }));
  if (outcome.kind !== 'open') return outcome;
  throw new ResealError('job-refused', `job ${jobId} ended as ${status}, and S3 still describes it as ${job.status}`, {
    retryable: true,
    jobId,
  });
}

/**
 * Closes a job that has ended and is ours, as `whyNot` finds in the ledger (undefined where that agrees). Anybody can copy a Description. Throws ResealError report-unreadable, retryable, where S3 was too busy to show its report.
 */
async function closeJob(
  job: JobSnapshot,
  deps: CloseDeps,
  whyNot: (work: JobWork) => Promise<string | undefined>,
): Promise<TrackOutcome> {
  const { jobId, work } = job;
  const stranger = `job ${jobId} was not made by Reseal`;
  if (work === undefined) return { kind: 'ignored', why: stranger };
  const why = await whyNot(work);
  if (why !== undefined) return { kind: 'ignored', why: `${stranger}: ${why}` };
  if (!isTerminal(job.status)) return { kind: 'open', why: `job ${jobId} is ${job.status}` };
  return close(await endOf(job, work, deps), deps);
}

async function close(job: ClosedJob, deps: CloseDeps): Promise<TrackOutcome> {
  const isFirst = await deps.jobLedger.close(job);
  return isFirst ? { kind: 'closed', job } : closedBefore(job);
}

function closedBefore({ jobId }: { jobId: string }): TrackOutcome {
  return { kind: 'closed-before', why: `job ${jobId} was closed before` };
}

function whyForeign({ roleArn, report }: JobSnapshot, deps: CloseDeps): string | undefined {
  if (roleArn === undefined || !deps.jobRoleArns.includes(roleArn)) return `its role is ${roleArn ?? 'not known'}`;
  if (report === undefined || !deps.isReportsBucket(report.bucket))
    return `its report goes to ${report?.bucket ?? 'no bucket'}`;
  return undefined;
}

/**
 * Why the ledger does not know a job; undefined where it is recorded, whatever role it has: S3 gave its id to us and gives it to nobody else. A
 * job that is not recorded yet belongs to work that is not recorded as done, and has the role and the reports bucket of our jobs.
 */
async function whyUnproven(work: JobWork, job: JobSnapshot, deps: TrackDeps & CloseDeps): Promise<string | undefined> {
  const recorded = await deps.jobEvidence.recorded(work.token);
  if (recorded !== undefined) return whyOther(recorded, work, job, deps);
  const foreign = whyForeign(job, deps);
  if (foreign !== undefined) return foreign;
  const { account, region } = deps;
  const workIds = await deps.jobEvidence.workIds({ account, region, bucket: work.bucket });
  if (workIds.some((id) => planId(id) === planOf(work.token))) return undefined;
  // The work may have been recorded as done, and so its jobs, between the two reads.
  const since = await deps.jobEvidence.recorded(work.token);
  return since === undefined ? 'the ledger knows neither its token nor its plan' : whyOther(since, work, job, deps);
}

/** How a job differs from the one that is recorded under its token. */
function whyOther(recorded: RecordedJob, work: JobWork, { jobId }: JobSnapshot, here: Place): string | undefined {
  const isHere = recorded.account === here.account && recorded.region === here.region;
  const isSame = recorded.jobId === jobId && recorded.bucket === work.bucket && recorded.token === work.token;
  return isHere && isSame ? undefined : `its token is recorded for job ${recorded.jobId} of bucket ${recorded.bucket}`;
}

async function endOf(job: JobSnapshot, { method, objectClass, ...work }: JobWork, deps: CloseDeps): Promise<ClosedJob> {
  const { why: cut, ...reported } = await readReport(job, deps);
  const reasons = job.failures.map(({ code, reason }) => `${code}: ${reason}`);
  if (cut !== undefined) reasons.push(cut);
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
    ...reported,
    ...present({
      report: job.report && job.failed > 0 ? `s3://${job.report.bucket}/${job.report.prefix}/manifest.json` : undefined,
      why: reasons.length > 0 ? reasons.join('; ') : undefined,
    }),
  };
}

const DAY_MS = 24 * 3_600_000;

/** What is kept back of the time for the close. */
const CLOSE_MS = 10_000;

/** The failed tasks, or why nobody can name them: a report that is missing or torn costs nothing but their names. After a day nobody waits for S3. */
async function readReport(job: JobSnapshot, deps: CloseDeps): Promise<ReportedFailures> {
  const none = { failures: [], failedKeys: [] };
  if (job.failed === 0 || job.report === undefined) return none;
  try {
    return await deps.reports.readFailures(job.report, () => deps.timeLeftMs() < CLOSE_MS);
  } catch (error) {
    if (!(error instanceof ResealError && error.code === 'report-unreadable')) throw error;
    const isOver = deps.now().getTime() - Date.parse(job.endedAt ?? '') > DAY_MS;
    if (error.retryable && !isOver) throw error;
    return { ...none, why: error.message };
  }
}

/**
 * Each job that the ledger holds open becomes a message of its own, because CloudTrail's delivery is best effort and the event of an end
 * may never have arrived. So one that cannot be read never costs the others, and the queue's concurrency decides how many are asked for at once.
 */
async function askForOpenJobs(deps: TrackDeps): Promise<TrackOutcome> {
  let jobs = 0;
  async function* messages() {
    for await (const job of deps.openJobs()) {
      jobs += 1;
      yield { body: openJobMessage(job), group: job.account };
    }
  }
  await deps.queues.sendAll(deps.jobQueueUrl, messages());
  return { kind: 'asked', jobs };
}

async function closeOpen(trigger: OpenJob, deps: TrackDeps): Promise<TrackOutcome> {
  const item = await deps.jobEvidence.open(trigger.token);
  if (item === undefined) return closedBefore(trigger);
  const here = deps.at(item);
  const job = await here.describeJob(item);
  if (job === undefined) return forget(item, here);
  return closeJob(job, here, async (work) => whyOther(item, work, job, here));
}

/** S3 forgets a job 90 days after its end (how it ended cannot be known any more), and may not know one that was just made. */
async function forget(item: StartedJob, deps: CloseDeps): Promise<TrackOutcome> {
  const { createdAt, causeId: _, ...job } = item;
  const { jobId } = job;
  const isYoung = deps.now().getTime() - Date.parse(createdAt) < DAY_MS;
  if (isYoung) return { kind: 'open', why: `S3 knows no job ${jobId} yet` };
  return close(
    {
      ...job,
      status: 'forgotten',
      closedAt: deps.now().toISOString(),
      total: 0,
      succeeded: 0,
      failed: 0,
      failures: [],
      failedKeys: [],
      why: 'S3 does not know this job any more',
    },
    deps,
  );
}
