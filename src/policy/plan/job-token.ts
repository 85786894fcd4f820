import { createHash } from 'node:crypto';
import type { PlanScope, PlannedJob } from './plan-model.ts';

type OfJob = Pick<PlannedJob, 'class' | 'method' | 'storageClass' | 'sourceKeyArn' | 'sourceBucketKey'>;

export interface JobIdentity extends OfJob {
  bucket: string;
  standardId: string;
  scope: PlanScope;
  /** Without it, a drift that comes again, or a standard, would be told that its jobs are done: S3 gives back the old ones. */
  lastCompliantAt?: string;
  /** 0 for the first job of a cause; a retry of failed tasks counts up. */
  attempt: number;
}

/** The ClientRequestToken of a job: 40 hex digits that are the same for the same cause, so that it never pays twice. */
export function jobToken(job: JobIdentity): string {
  const scope = job.scope.kind === 'window' ? ['window', job.scope.from] : ['all'];
  const source = [job.class, job.sourceKeyArn ?? null, job.sourceBucketKey ?? null, job.storageClass ?? null];
  const identity = [
    job.bucket,
    job.standardId,
    job.method,
    ...source,
    ...scope,
    job.lastCompliantAt ?? null,
    job.attempt,
  ];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 40);
}
