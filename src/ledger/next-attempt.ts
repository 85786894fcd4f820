import { nextToken } from '../policy/plan/job-token.ts';
import { PRIORITIES } from '../policy/model.ts';
import { type ClosedJob, type JobRequest, MOST_ATTEMPTS } from './job-item.ts';

/** False for the last attempt: what failed so often fails for a reason that somebody must see. */
export function mayTryAgain({ attempt }: Pick<JobRequest, 'attempt'>): boolean {
  return attempt + 1 < MOST_ATTEMPTS;
}

/** What is known of the tasks of a job that ran none, or of which nobody knows any. */
export const NO_TASKS = { total: 0, succeeded: 0, failed: 0, failures: [], failedKeys: [] };

interface NeverRun extends Pick<ClosedJob, 'jobId' | 'status'> {
  why: string;
  /** True where its objects may be done by another try. */
  isLeft?: boolean;
}

/** The end of a job that never ran. */
export function neverRun(job: JobRequest, { isLeft = false, ...end }: NeverRun, now: Date): ClosedJob {
  const { token, bucket, account, region, objectClass, method } = job;
  const again = isLeft && mayTryAgain(job) ? 'next-sweep' : 'no';
  return {
    token,
    bucket,
    account,
    region,
    objectClass,
    method,
    ...NO_TASKS,
    ...end,
    again,
    closedAt: now.toISOString(),
  };
}

/**
 * The next attempt of a job that was closed: of the rows that are left where a manifest of ours has them, else the same work once more. What people confirmed once is only smaller then; a whole job
 * asks them again.
 */
export function nextRequest(
  request: JobRequest,
  { createdAt, rest }: { createdAt: string; rest?: ClosedJob['rest'] },
): JobRequest {
  const next = {
    ...request,
    token: nextToken(request.token),
    attempt: request.attempt + 1,
    retryOf: request.token,
    createdAt,
  };
  if (rest === undefined) return next;
  const { needsConfirmation: _, priceUsd: __, ...named } = next;
  return { ...named, objectClass: 'any', manifest: rest, priority: PRIORITIES.retry };
}
