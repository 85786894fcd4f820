import type { JobSnapshot } from '../aws/job/describe-job.ts';
import type { OpenJob, QueuedJob } from '../ledger/job-item.ts';
import { neverRun } from '../ledger/next-attempt.ts';
import { isTerminal } from '../policy/plan/job-end.ts';
import type { TrackOutcome } from './close-job.ts';
import { confirmJob, refusal } from './confirm-job.ts';
import type { TrackDeps } from './deps.ts';
import { launchJobs } from './launch-jobs.ts';

/** Carries out what somebody asked by hand of a job that waits, and launches what may be. */
export async function ofQueued(job: QueuedJob, deps: TrackDeps): Promise<TrackOutcome> {
  const { wish, account } = job;
  if (wish?.what === 'cancel' && job.via === undefined) {
    const why = `cancelled by ${wish.by} before it was launched`;
    const end = neverRun(job, { status: 'cancelled', why, isLeft: true }, deps.now());
    if (await deps.jobLedger.close(end, { isUnlaunched: true })) return { kind: 'closed', job: end };
  }
  if (wish?.what === 'confirm') await deps.jobLedger.confirm(job);
  return launchJobs(account, deps);
}

/** A job that S3 has not asked people about yet (API JobDescriptor, Status). */
const NOT_ASKED: ReadonlySet<string> = new Set(['New', 'Preparing']);

/**
 * Carries out what somebody asked by hand of a job that S3 has (API UpdateJobStatus), and says so; what its status does not allow any more comes to
 * nothing, and a confirmation is kept until S3 asks for it.
 */
export async function ofWish(item: OpenJob, job: JobSnapshot, deps: TrackDeps): Promise<TrackOutcome | undefined> {
  const { wish, jobId, token } = item;
  if (wish === undefined) return undefined;
  const { what, by } = wish;
  // Whoever waits for the wish reads how the job ended where the wish is gone, so both are written at once.
  if (isTerminal(job.status) || (what === 'confirm' && NOT_ASKED.has(job.status))) return undefined;
  if (what === 'confirm' && job.status === 'Suspended') return ofConfirm(item, deps);
  const isCancelled = what === 'cancel';
  const why = isCancelled
    ? await refusal(() => deps.at(item).updateJob(item, 'Cancelled', `cancel by ${by}`))
    : undefined;
  if (why !== undefined) deps.log.warn('wish refused', { token, jobId, what, why });
  await deps.jobLedger.forgetWish(item);
  // How S3 described it is over then.
  return isCancelled && why === undefined ? { kind: 'open', why: `job ${jobId}: cancel by ${by}` } : undefined;
}

async function ofConfirm(item: OpenJob, deps: TrackDeps): Promise<TrackOutcome | undefined> {
  const { jobId, wish } = item;
  switch (await confirmJob(item, deps)) {
    case 'launched':
      return { kind: 'open', why: `job ${jobId}: confirm by ${wish?.by}` };
    case 'full':
      return {
        kind: 'open',
        why: `job ${jobId} is confirmed by ${wish?.by}, and waits until another job of account ${item.account} has ended`,
      };
    case 'passed':
      return undefined;
  }
}
