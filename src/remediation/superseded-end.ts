import type { ClosedJob, JobRequest } from '../ledger/job-item.ts';
import { neverRun } from '../ledger/next-attempt.ts';
import { type Reopening, reopened } from '../ledger/reopened.ts';
import type { TrackDeps } from './deps.ts';

/** The end of a job that does not run, where its bucket has another standard by now: its objects are planned again by the next look. */
export async function supersededEnd(
  job: JobRequest,
  { readBucket, now }: Pick<TrackDeps, 'readBucket' | 'now'>,
): Promise<{ end: ClosedJob; reopening: Reopening } | undefined> {
  const item = await readBucket(job);
  if (item.standardId === job.standardId) return undefined;
  const why =
    item.standardId === '' || item.standardId === undefined
      ? `the objects of bucket ${job.bucket} are left alone now`
      : `bucket ${job.bucket} has another standard now`;
  return { end: neverRun(job, { status: 'superseded', why }, now()), reopening: reopened(item, job) };
}
