import type { JobSnapshot } from '../aws/job/describe-job.ts';
import { failureOf, whyOf } from '../aws/sdk/service-error.ts';
import type { ClosedJob, OpenJob, QueuedJob } from '../ledger/job-item.ts';
import { isTerminal } from '../policy/plan/job-end.ts';
import type { TrackOutcome } from './close-job.ts';
import type { TrackDeps } from './deps.ts';
import { isAskedAgain, launchJobs, neverRun } from './launch-jobs.ts';

/** Carries out what somebody asked by hand of a job that waits, and launches what may be. */
export async function ofQueued(job: QueuedJob, deps: TrackDeps): Promise<TrackOutcome> {
  const { wish, account } = job;
  if (wish?.what === 'cancel' && job.via === undefined) {
    const undone = isAskedAgain(job);
    const why = `cancelled by ${wish.by} before it was launched`;
    const end: ClosedJob = { ...neverRun(job, deps), status: 'cancelled', again: undone ? 'next-sweep' : 'no', why };
    if (await deps.jobLedger.close(end, { undone, isUnlaunched: true })) return { kind: 'closed', job: end };
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
  if (what === 'confirm' && NOT_ASKED.has(job.status)) return undefined;
  const isConfirmed = what === 'confirm' && job.status === 'Suspended';
  let isCarriedOut = isConfirmed || (what === 'cancel' && !isTerminal(job.status));
  try {
    if (isCarriedOut) await deps.at(item).updateJob(item, isConfirmed ? 'Ready' : 'Cancelled', `${what} by ${by}`);
    if (isConfirmed && item.status === 'suspended') await deps.jobLedger.resume(item);
  } catch (error) {
    if (failureOf(error) !== 'refused') throw error;
    isCarriedOut = false;
    deps.log.warn('wish refused', { token, jobId, what, why: whyOf(error) });
  }
  await deps.jobLedger.forgetWish(item);
  // How S3 described it is over then.
  return isCarriedOut ? { kind: 'open', why: `job ${jobId}: ${what} by ${by}` } : undefined;
}
