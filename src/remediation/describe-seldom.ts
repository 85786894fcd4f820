import type { JobSnapshot } from '../aws/job/describe-job.ts';
import { DESCRIBE_SECONDS } from '../ledger/job-item.ts';
import type { TrackOutcome } from './close-job.ts';
import type { CloseDeps } from './deps.ts';

/**
 * DescribeJob, at most every 30 seconds for one job, whoever asks: an event, the schedule, or several of them at once. Who comes too early is told so, and its message `body` comes
 * back later. With `onlyAgain` a job that nobody has described before is left alone.
 */
export async function describeSeldom(
  job: { jobId: string; account: string; body: string; onlyAgain?: boolean },
  here: Pick<CloseDeps, 'mayDescribe' | 'describeJob' | 'comeBack' | 'now'>,
): Promise<{ job: JobSnapshot | undefined } | { outcome: TrackOutcome }> {
  const { jobId, body, onlyAgain = false } = job;
  const may = await here.mayDescribe(jobId, here.now(), { onlyAgain });
  if (may === 'yes') return { job: await here.describeJob(job) };
  if (may === 'never') return { outcome: { kind: 'open', why: `job ${jobId} goes on` } };
  await here.comeBack(body, DESCRIBE_SECONDS);
  return { outcome: { kind: 'open', why: `job ${jobId} was described just now: its message comes back` } };
}
