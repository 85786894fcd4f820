import { messageOf } from '../aws/sdk/service-error.ts';
import type { JobItem } from '../aws/ledger/ledger-item.ts';
import type { createOpenJobs } from '../aws/ledger/open-jobs.ts';
import type { TrackDeps } from './deps.ts';
import { closeJob } from './track-job.ts';

export interface ReconcileDeps extends TrackDeps {
  openJobs: ReturnType<typeof createOpenJobs>;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Looks at every job that the ledger holds open, because CloudTrail's delivery is best effort and an end may never have
 * been told. One job that cannot be read never costs the others.
 */
export async function reconcileJobs(deps: ReconcileDeps): Promise<{ open: number; closed: number }> {
  let open = 0;
  let closed = 0;
  for await (const item of deps.openJobs()) {
    if (await closedNow(item, deps)) closed += 1;
    else open += 1;
  }
  return { open, closed };
}

async function closedNow(item: JobItem, deps: TrackDeps): Promise<boolean> {
  try {
    const job = await deps.describeJob(item);
    if (job === undefined) return await forget(item, deps);
    const outcome = await closeJob(job, deps);
    return outcome.kind === 'closed' || outcome.kind === 'closed-before';
  } catch (error) {
    deps.log.warn('job not reconciled', { jobId: item.jobId, bucket: item.bucket, error: messageOf(error) });
    return false;
  }
}

/** S3 forgets a job 90 days after its end (how it ended cannot be known any more), and may not know one that was just made. */
async function forget(item: JobItem, deps: TrackDeps): Promise<boolean> {
  if (deps.now().getTime() - Date.parse(item.createdAt) < DAY_MS) return false;
  return deps.jobLedger.close(item.token, {
    status: 'forgotten',
    closedAt: deps.now().toISOString(),
    jobId: item.jobId,
    bucket: item.bucket,
    total: 0,
    succeeded: 0,
    failed: 0,
    failuresByCode: {},
    failedKeys: [],
    why: 'S3 does not know this job any more',
  });
}
