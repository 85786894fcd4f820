import type { JobRequest } from './job-item.ts';

/** The jobs of one account and priority that wait for a slot, as the index `open` has them; those that Reseal runs itself wait apart. */
export function queueOf({ priority, account, own }: Pick<JobRequest, 'priority' | 'account' | 'own'>): string {
  return own === undefined ? `QUEUED#${priority}#${account}` : ownQueueOf(account);
}

export function ownQueueOf(account: string): string {
  return `QUEUED#own#${account}`;
}

/** True for a job that waits for people in its queue: S3 asks them about its own jobs, and nobody about one that Reseal runs itself. */
export function waitsQueued(job: { method?: string; jobId?: string; closedAt?: string; needsConfirmation?: string }) {
  const { method, jobId, closedAt, needsConfirmation } = job;
  return method === 'own-copy' && jobId === undefined && closedAt === undefined && needsConfirmation !== undefined;
}
