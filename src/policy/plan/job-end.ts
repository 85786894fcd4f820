/** What decides how a job ended; a part of DescribeJob's answer. */
export interface JobEnd {
  status: string;
  total: number;
  failed: number;
  succeeded: number;
  failures: readonly { code: string; reason: string }[];
  /** ISO 8601: when it ended, and when it was suspended last, where S3 says so. */
  endedAt?: string;
  suspendedAt?: string;
  /** Failed tasks of objects that are gone. */
  gone?: number;
  /** Objects that a sample showed not to be done. */
  missed?: number;
}

export type JobVerdict = 'complete' | 'complete-with-failures' | 'nothing-to-do' | 'failed' | 'cancelled' | 'expired';

/**
 * The only mark of a job that matched no object (User Guide "Troubleshooting replication"; it has no code of its own that
 * is documented). Anything else stays `failed`: better one false alarm than a job called done that was not.
 */
const NOTHING_MATCHED = 'Manifest generation found no keys matching the filter criteria';

/** A job that waits for people fails after 30 days (User Guide "Creating a job"); which reason it then names is not known, so the time says it. */
const MOST_SUSPENDED_MS = 30 * 24 * 3_600_000;

/** The states of a job that has not ended (API JobDescriptor, Status). */
const UNDER_WAY: readonly string[] = [
  'New',
  'Preparing',
  'Suspended',
  'Ready',
  'Active',
  'Pausing',
  'Paused',
  'Completing',
  'Cancelling',
  'Failing',
];

/** False for a state that this version has never heard of. */
export function isKnownState(status: string): boolean {
  return isTerminal(status) || UNDER_WAY.includes(status);
}

/** Complete, Failed and Cancelled are final (User Guide "Job statuses"). */
export function isTerminal(status: string): boolean {
  return status === 'Complete' || status === 'Failed' || status === 'Cancelled';
}

/** `Complete` may hold any number of failed tasks, and a job that found nothing ends as `Failed`: neither is what it says. */
export function closedStatus(job: JobEnd): JobVerdict {
  if (job.status === 'Cancelled') return 'cancelled';
  if (job.status === 'Complete') {
    const { gone = 0, missed = 0 } = job;
    return job.failed > gone || missed > 0 ? 'complete-with-failures' : 'complete';
  }
  const nothing =
    job.total === 0 &&
    job.failures.length > 0 &&
    job.failures.every(({ reason }) => reason.startsWith(NOTHING_MATCHED));
  if (nothing) return 'nothing-to-do';
  return hasExpired(job) ? 'expired' : 'failed';
}

function hasExpired({ succeeded, failed, endedAt = '', suspendedAt = '' }: JobEnd): boolean {
  return succeeded + failed === 0 && Date.parse(endedAt) - Date.parse(suspendedAt) >= MOST_SUSPENDED_MS;
}

/** Objects that no task was run for; undefined where nobody knows how many: S3 counts a job's objects before its first task. */
export function untriedOf(verdict: JobVerdict, { total, succeeded, failed }: JobEnd): number | undefined {
  if (verdict === 'complete' || verdict === 'complete-with-failures' || verdict === 'nothing-to-do') return 0;
  return total === 0 ? undefined : Math.max(0, total - succeeded - failed);
}
