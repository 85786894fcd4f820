import type { Batch } from './batch.ts';
import type { States } from './states.ts';

/** A job that nobody confirms fails after 30 days (User Guide "Creating a job"). */
const LONGEST_SUSPENSION_MS = 30 * 24 * 60 * 60 * 1000;

/** Fails the suspended jobs of an account whose time is over. No timer does it: whoever looks at jobs or moves them calls this first. */
export function expireSuspended({ world, jobs }: Batch, states: States, accountId: string): void {
  const now = world.now().getTime();
  for (const job of jobs.open(accountId)) {
    const { suspendedAt } = job;
    if (job.status !== 'Suspended' || suspendedAt === undefined) continue;
    if (now - suspendedAt.getTime() <= LONGEST_SUSPENSION_MS) continue;
    job.failures.push({
      FailureCode: 'SuspendedJobExpired',
      FailureReason: 'The job was not confirmed within 30 days',
    });
    states.enter(job, 'Failing');
    states.enter(job, 'Failed');
  }
}
