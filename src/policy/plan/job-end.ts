/** What decides how a job ended; a part of DescribeJob's answer. */
export interface JobEnd {
  status: string;
  total: number;
  failed: number;
  failures: readonly { code: string; reason: string }[];
}

export type JobVerdict = 'complete' | 'complete-with-failures' | 'nothing-to-do' | 'failed' | 'cancelled';

/**
 * The only mark of a job that matched no object (User Guide "Troubleshooting replication"; it has no code of its own that
 * is documented). Anything else stays `failed`: better one false alarm than a job called done that was not.
 */
const NOTHING_MATCHED = 'Manifest generation found no keys matching the filter criteria';

/** Complete, Failed and Cancelled are final (User Guide "Job statuses"). */
export function isTerminal(status: string): boolean {
  return status === 'Complete' || status === 'Failed' || status === 'Cancelled';
}

/** `Complete` may hold any number of failed tasks, and a job that found nothing ends as `Failed`: neither is what it says. */
export function closedStatus(job: JobEnd): JobVerdict {
  if (job.status === 'Cancelled') return 'cancelled';
  if (job.status === 'Complete') return job.failed > 0 ? 'complete-with-failures' : 'complete';
  const nothing =
    job.total === 0 &&
    job.failures.length > 0 &&
    job.failures.every(({ reason }) => reason.startsWith(NOTHING_MATCHED));
  return nothing ? 'nothing-to-do' : 'failed';
}
