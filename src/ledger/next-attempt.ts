import { nextToken } from '../policy/plan/job-token.ts';
import { PRIORITIES } from '../policy/model.ts';
import type { ClosedJob, JobRequest } from './job-item.ts';

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
