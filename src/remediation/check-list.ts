import type { JobSnapshot } from '../aws/job/describe-job.ts';
import { isHopeless, whyOf } from '../aws/sdk/service-error.ts';
import type { OpenJob } from '../ledger/job-item.ts';
import { neverRun } from '../ledger/next-attempt.ts';
import type { TrackOutcome } from './close-job.ts';
import type { CloseDeps, TrackDeps } from './deps.ts';

/**
 * A copy in a bucket that may keep versions waits until its list is seen to name none: copied by its version, an old object would become the current one.
 * Nothing where it is to go on as any job that waits.
 */
export async function checkList(item: OpenJob, job: JobSnapshot, deps: TrackDeps): Promise<TrackOutcome | undefined> {
  const { via, status, jobId, bucket, wish } = item;
  if (via.checksList !== true || status !== 'open' || job.status !== 'Suspended') return undefined;
  if (wish?.what === 'cancel') return undefined;
  const here = deps.at(item);
  const found = await faultOf(job.list, here);
  if (found === undefined && item.needsConfirmation !== undefined) return undefined;
  if (found === undefined) {
    await here.updateJob(item, 'Ready', 'its list names current versions alone');
    return { kind: 'open', why: `job ${jobId} is confirmed: its list names current versions alone` };
  }
  const why = `job ${jobId} was cancelled before it copied anything: ${found.fault}, and an old version of an object of bucket ${bucket} would become the current one`;
  await here.updateJob(item, 'Cancelled', 'its list may name old versions');
  const end = neverRun(item, { jobId, status: 'refused', why, isLeft: found.mayPass }, deps.now());
  await deps.jobLedger.close(end);
  deps.log.warn('job refused', { token: item.token, jobId, bucket, why });
  return { kind: 'closed', job: end };
}

/** Why a copy may not run by its list. One that cannot be read keeps no slot: whoever waited for it would wait as long as the job may be suspended. */
async function faultOf(
  list: string | undefined,
  { listsVersions }: CloseDeps,
): Promise<{ fault: string; mayPass: boolean } | undefined> {
  if (list === undefined) return { fault: 'its list is not known', mayPass: false };
  try {
    return (await listsVersions(list)) ? { fault: `its list ${list} names versions`, mayPass: false } : undefined;
  } catch (error) {
    if (!isHopeless(error)) throw error;
    return { fault: `its list ${list} could not be read (${whyOf(error)})`, mayPass: true };
  }
}
