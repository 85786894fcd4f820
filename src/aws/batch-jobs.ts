import {
  CreateJobCommand,
  DescribeJobCommand,
  type JobDescriptor,
  type S3ControlClient,
} from '@aws-sdk/client-s3-control';
import { ResealError } from '../errors.ts';
import type { PlannedJob } from '../policy/plan.ts';
import { readWork, type Work } from './job-description.ts';
import { jobRequest, type JobSettings, type JobTarget } from './job-request.ts';
import { failureOf, messageOf, nameOf } from './service-error.ts';

/** One Batch job as DescribeJob tells it, in our words. */
export interface JobSnapshot {
  jobId: string;
  status: string;
  work: Work | undefined;
  total: number;
  succeeded: number;
  failed: number;
  failures: { code: string; reason: string }[];
  report: { bucket: string; prefix: string } | undefined;
}

export type BatchJobs = ReturnType<typeof createBatchJobs>;

/** S3 Batch Operations of one account and Region. */
export function createBatchJobs(s3control: S3ControlClient) {
  return {
    /**
     * CreateJob. The token makes it idempotent: asked twice for the same cause, S3 answers with the same job id.
     * Throws ResealError job-refused, retryable where S3 was busy.
     */
    async start(job: PlannedJob, target: JobTarget, settings: JobSettings): Promise<string> {
      try {
        const output = await s3control.send(new CreateJobCommand(jobRequest(job, target, settings)));
        if (output.JobId !== undefined) return output.JobId;
      } catch (error) {
        const busy = ['throttled', 'unavailable', 'conflict'].includes(failureOf(error));
        throw new ResealError(
          'job-refused',
          `S3 Batch Operations refused the ${job.method} job for ${job.class} objects of bucket ${target.bucket}: ${nameOf(error)}: ${messageOf(error)}`,
          { retryable: busy, bucket: target.bucket, cause: error },
        );
      }
      throw new ResealError('job-refused', `CreateJob for bucket ${target.bucket} answered without a job id`, {
        retryable: true,
        bucket: target.bucket,
      });
    },

    /** DescribeJob. `undefined` where S3 knows no such job (it forgets ended ones after 90 days). Throws the SDK's error otherwise. */
    async describe({ jobId, account }: { jobId: string; account: string }): Promise<JobSnapshot | undefined> {
      try {
        const output = await s3control.send(new DescribeJobCommand({ AccountId: account, JobId: jobId }));
        return output.Job === undefined ? undefined : snapshot(jobId, output.Job);
      } catch (error) {
        if (failureOf(error) === 'not-found') return undefined;
        throw error;
      }
    },
  };
}

function snapshot(jobId: string, job: JobDescriptor): JobSnapshot {
  const progress = job.ProgressSummary;
  return {
    jobId,
    status: job.Status ?? 'unknown',
    work: readWork(job.Description),
    total: progress?.TotalNumberOfTasks ?? 0,
    succeeded: progress?.NumberOfTasksSucceeded ?? 0,
    failed: progress?.NumberOfTasksFailed ?? 0,
    failures: (job.FailureReasons ?? []).map((each) => ({
      code: each.FailureCode ?? '',
      reason: each.FailureReason ?? '',
    })),
    report:
      job.Report?.Bucket === undefined
        ? undefined
        : { bucket: job.Report.Bucket.split(':').at(-1) ?? '', prefix: `${job.Report.Prefix ?? ''}/job-${jobId}` },
  };
}
