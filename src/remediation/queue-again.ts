import type { JobItem } from '../ledger/read-job-item.ts';
import { nextRequest } from '../ledger/next-attempt.ts';
import { present } from '../present.ts';
import { closedBefore, type TrackOutcome } from './close-job.ts';
import type { TrackDeps } from './deps.ts';
import { launchJobs } from './launch-jobs.ts';

/** Queues the next attempt of a job that has ended and left objects undone: the next sweep asks for that, or somebody by hand. */
export async function queueAgain(
  { job, request, wish }: Extract<JobItem, { stands: 'closed' }>,
  deps: TrackDeps,
): Promise<TrackOutcome> {
  const { token, nextToken } = job;
  if (request === undefined || nextToken !== undefined) {
    // Nobody waits for what cannot be: an older version did not record what it had asked for.
    if (wish !== undefined) await deps.jobLedger.forgetWish(job);
    return closedBefore(job);
  }
  const next = nextRequest(request, { createdAt: deps.now().toISOString(), ...present({ rest: job.rest }) });
  if (await deps.jobLedger.again(job, next)) deps.log.info('job queued again', { token, nextToken: next.token });
  return launchJobs(job.account, deps);
}
