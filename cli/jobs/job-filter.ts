import { ENDED_BADLY, ENDED_WELL } from '../../src/ledger/job-item.ts';
import { type JobView, STAGES, statusOfJob } from '../../src/ledger/job-view.ts';
import { valuesOf } from '../strict-args.ts';
import { UsageError } from '../usage-error.ts';

/** How a job can end. */
export const ENDED: readonly string[] = [...ENDED_WELL, ...ENDED_BADLY];

const RUNNING = STAGES.filter((stage) => stage !== 'closed');
const STATUSES: readonly string[] = [...RUNNING, ...ENDED];

export interface JobFilter {
  matches: (job: JobView) => boolean;
  /** False where only jobs are asked for that have not ended: then the table need not be read. */
  withEnded: boolean;
}

interface Named {
  account?: string | undefined;
  region?: string | undefined;
  bucket?: string | undefined;
  status?: string | undefined;
}

/** Which jobs a command names. Throws UsageError. */
export function askedJobs({ account, region, bucket, status }: Named): JobFilter {
  const statuses = valuesOf(status);
  const odd = statuses?.find((each) => !STATUSES.includes(each));
  if (odd !== undefined) throw new UsageError(`expected one of ${STATUSES.join(', ')} after --status, found ${odd}`);
  const wanted = { account: valuesOf(account), region: valuesOf(region), bucket: valuesOf(bucket) };
  return {
    matches: (job) =>
      (wanted.account?.includes(job.account) ?? true) &&
      (wanted.region?.includes(job.region) ?? true) &&
      (wanted.bucket?.includes(job.bucket) ?? true) &&
      (statuses?.includes(statusOfJob(job)) ?? true),
    withEnded: statuses === undefined || statuses.some((each) => !RUNNING.some((stage) => stage === each)),
  };
}
