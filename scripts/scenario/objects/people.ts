import { setTimeout as wait } from 'node:timers/promises';
import { DescribeJobCommand, ListJobsCommand, UpdateJobStatusCommand } from '@aws-sdk/client-s3-control';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { PlaceClients } from '../endpoint.ts';
import type { Stage } from '../stage.ts';
import { castAs } from './prepare-cast.ts';
import type { Cast } from './check-versions.ts';
import { textOf } from './make-objects.ts';

/** What people did to jobs and objects meanwhile. */
export interface Meddled {
  /** How many objects of the job that somebody cancelled had been tried, and how many there were. */
  cancelled: { tried: number; of: number };
  /** Objects that somebody wrote anew while their job ran. */
  replaced: number;
  /** Jobs that waited for somebody to confirm them. */
  confirmed: number;
}

interface Meddling {
  account: string;
  clients: Pick<PlaceClients, 's3' | 's3Control'>;
  stage: Pick<Stage, 'stored'>;
  cast: Cast[];
  meddled: Meddled;
}

const POLL_MS = 20;

/** While the jobs run, somebody cancels one in the middle, and somebody else writes objects anew of which a job is at work. */
export async function meddle(meddling: Meddling, over: AbortSignal): Promise<void> {
  const { account, clients, meddled } = meddling;
  const buckets = new Map<string, string>();
  while (!over.aborted) {
    for (const { JobId = '', Status, ProgressSummary } of await jobsOf(meddling)) {
      if (!buckets.has(JobId)) buckets.set(JobId, await bucketOf(JobId, meddling));
      const { TotalNumberOfTasks: of = 0, NumberOfTasksSucceeded: tried = 0 } = ProgressSummary ?? {};
      const isWorking = Status === 'Active' && of > 0;
      const bucket = buckets.get(JobId);
      if (bucket === 'objects-cancelled' && isWorking && tried > 0 && meddled.cancelled.of === 0) {
        meddled.cancelled = { tried, of };
        await clients.s3Control.send(
          new UpdateJobStatusCommand({ AccountId: account, JobId, RequestedJobStatus: 'Cancelled' }),
        );
      }
      if (bucket === 'objects-replaced' && isWorking && meddled.replaced === 0) await replace(meddling);
    }
    await wait(POLL_MS);
  }
}

async function jobsOf({ account, clients: { s3Control } }: Meddling) {
  const { Jobs = [] } = await s3Control.send(new ListJobsCommand({ AccountId: account, MaxResults: 1000 }));
  return Jobs;
}

async function bucketOf(JobId: string, { account, clients: { s3Control } }: Meddling): Promise<string> {
  const { Job } = await s3Control.send(new DescribeJobCommand({ AccountId: account, JobId }));
  return Job?.ManifestGenerator?.S3JobManifestGenerator?.SourceBucket?.replace(/^.*:/, '') ?? '';
}

/** What counts from now on is what was written last. */
async function replace({ clients: { s3 }, stage, cast, meddled }: Meddling): Promise<void> {
  const its = cast.filter(({ bucket }) => bucket === 'objects-replaced');
  for (const { bucket, key } of its.filter((_, at) => at % 2 === 0)) {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: textOf(bucket, key, 'written anew') }));
    const now = stage.stored(bucket).find((each) => each.key === key);
    const at = cast.findIndex((each) => each.bucket === bucket && each.key === key);
    if (now !== undefined) cast[at] = castAs(now);
    meddled.replaced += 1;
  }
}

/** Somebody looks at what a job would cost, and lets it run. */
export async function confirmSuspended(meddling: Meddling): Promise<void> {
  const { account, clients, meddled } = meddling;
  for (const { JobId, Status } of await jobsOf(meddling)) {
    if (Status !== 'Suspended') continue;
    meddled.confirmed += 1;
    await clients.s3Control.send(
      new UpdateJobStatusCommand({ AccountId: account, JobId, RequestedJobStatus: 'Ready' }),
    );
  }
}
