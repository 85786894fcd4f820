import { atOnce } from '../../src/at-once.ts';
import type { JobView } from '../../src/ledger/job-view.ts';
import type { JobDeps } from '../../src/runtime/job-deps.ts';
import type { JobFilter } from './job-filter.ts';
import { needOfJob } from './job-needs.ts';
import { createJobLooks } from './job-progress.ts';
import type { ShownJob } from './jobs-screen.ts';

/** Of what has ended so many are shown, the newest. */
const MOST_ENDED = 20;
/** S3 Control of many accounts is asked at once. */
const AT_ONCE = 8;

export type ShowJob = (job: JobView) => Promise<ShownJob>;

/** What is shown of a job: its item, what S3 says of it, and what it waits for. */
export function createShowJob(deps: Pick<JobDeps, 'describe'>, now: () => Date, sameHub: string): ShowJob {
  const lookAt = createJobLooks(deps.describe, now);
  return async (job) => {
    const progress = await lookAt(job);
    const { look } = progress;
    // Somebody has confirmed it or cancelled it, and the ledger has not heard of that yet.
    const isMovedOn = job.stage === 'suspended' && look?.kind === 'described' && look.job.status !== 'Suspended';
    return { job, progress, need: isMovedOn ? undefined : needOfJob(job, now(), sameHub) };
  };
}

/** The same of many, in their order. */
export async function showAll(jobs: readonly JobView[], show: ShowJob): Promise<ShownJob[]> {
  const shown: ShownJob[] = Array.from({ length: jobs.length });
  await atOnce(jobs.entries(), AT_ONCE, async ([index, job]) => {
    shown[index] = await show(job);
  });
  return shown;
}

/** The jobs that match, and how many of those that ended are left out: the table may have millions, and only the newest are kept. */
export async function findJobs(deps: JobDeps, { matches, withEnded }: JobFilter) {
  if (!withEnded) return { jobs: (await deps.running()).filter(matches), unshown: 0 };
  const running: JobView[] = [];
  let ended: JobView[] = [];
  let count = 0;
  await deps.each((job) => {
    if (!matches(job)) return;
    if (job.stage !== 'closed') return void running.push(job);
    count += 1;
    ended.push(job);
    if (ended.length >= 2 * MOST_ENDED) ended = newest(ended);
  });
  ended = newest(ended);
  return { jobs: [...running, ...ended], unshown: count - ended.length };
}

function newest(jobs: readonly JobView[]): JobView[] {
  return jobs.toSorted((one, other) => ((one.closedAt ?? '') < (other.closedAt ?? '') ? 1 : -1)).slice(0, MOST_ENDED);
}
