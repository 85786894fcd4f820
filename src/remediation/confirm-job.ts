import { failureOf, whyOf } from '../aws/sdk/service-error.ts';
import type { OpenJob } from '../ledger/job-item.ts';
import type { TrackDeps } from './deps.ts';
import type { Launched } from './launch-jobs.ts';
import { supersededEnd } from './superseded-end.ts';

/** True for a job that somebody has confirmed and that waits for a slot of its account. */
export function isConfirmed({ status, wish }: OpenJob): boolean {
  return status === 'suspended' && wish?.what === 'confirm';
}

/**
 * Has S3 run a job that somebody has confirmed (API UpdateJobStatus), once its account has a slot: until then it waits as one that is queued. One for another standard than its bucket's is cancelled:
 * nobody has meant to pay for it.
 */
export async function confirmJob(item: OpenJob, deps: TrackDeps): Promise<Launched> {
  const { jobId, token, status, wish } = item;
  if (await isOvertaken(item, deps)) return 'passed';
  if (status === 'suspended' && !(await deps.jobLedger.resume(item, deps.mostActive))) {
    await deps.jobLedger.waitForSlot(item);
    return 'full';
  }
  const isRefused = await refusal(() => deps.at(item).updateJob(item, 'Ready', `confirm by ${wish?.by ?? 'somebody'}`));
  if (isRefused !== undefined) deps.log.warn('wish refused', { token, jobId, what: 'confirm', why: isRefused });
  await deps.jobLedger.forgetWish(item);
  return isRefused === undefined ? 'launched' : 'passed';
}

/** Why S3 says that a job's status does not allow it any more. Throws what says nothing of that. */
export async function refusal(ask: () => Promise<void>): Promise<string | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    if (failureOf(error) !== 'refused') throw error;
    return whyOf(error);
  }
}

/** An item of an older version does not say for which standard its job was. */
async function isOvertaken(item: OpenJob, deps: TrackDeps): Promise<boolean> {
  const found = item.isEarlier === true ? undefined : await supersededEnd(item, deps);
  if (found === undefined) return false;
  const { end, reopening } = found;
  await refusal(() => deps.at(item).updateJob(item, 'Cancelled', end.why ?? ''));
  // Where somebody has written the bucket's item since, the job is closed by the event of its end.
  await deps.jobLedger.close({ ...end, jobId: item.jobId }, { reopening });
  return true;
}
