import { createHash } from 'node:crypto';
import type { PlanScope, PlannedJob } from './plan-model.ts';

export interface JobIdentity extends Pick<PlannedJob, 'class' | 'method' | 'storageClass'> {
  bucket: string;
  standardId: string;
  scope: PlanScope;
  /** 0 for the first job of a cause; a retry of failed tasks counts up. */
  attempt: number;
}

/** The ClientRequestToken of a job: 40 hex digits that are the same for the same cause, so that it never pays twice. */
export function jobToken(job: JobIdentity): string {
  const scope = job.scope.kind === 'window' ? ['window', job.scope.from] : ['all'];
  const identity = [job.bucket, job.standardId, job.class, job.method, job.storageClass ?? null, ...scope, job.attempt];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 40);
}
