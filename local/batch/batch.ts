import type { Call } from '../call.ts';
import type { S3Store } from '../s3/store.ts';
import type { CallAs, World } from '../world.ts';
import type { Job } from './job.ts';
import type { Jobs } from './jobs.ts';
import type { BatchSettings } from './settings.ts';

/** What every part of a job's life works with. */
export interface Batch {
  readonly world: World;
  readonly store: S3Store;
  readonly jobs: Jobs;
  readonly settings: BatchSettings;
}

/** The service that assumes a job's role and calls S3 with it. */
export const BATCH_PRINCIPAL = 'batchoperations.s3.amazonaws.com';

/** A new session of the job's role. Throws AccessDenied where the role is gone or does not trust the service. */
export function actAs({ world }: Batch, job: Job): CallAs {
  const { caller } = world.identity.startSession(job.roleArn, `s3-batch-${job.id}`, { service: BATCH_PRINCIPAL });
  return { caller, region: job.region, invokedBy: BATCH_PRINCIPAL };
}

/** The call of an action that has no operation of its own, for a permission check. */
export function callOf({ world }: Batch, as: CallAs, operation: string, requestId: string): Call {
  return {
    service: 's3',
    operation,
    region: as.region,
    caller: as.caller,
    requestId,
    time: world.now(),
    sourceIp: BATCH_PRINCIPAL,
    userAgent: BATCH_PRINCIPAL,
  };
}

/** Lets the server answer others: a job works in slices between two of these. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
