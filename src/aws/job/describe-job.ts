import { DescribeJobCommand, type JobDescriptor, type S3ControlClient } from '@aws-sdk/client-s3-control';
import { present } from '../../present.ts';
import { readWork, type JobWork } from './job-description.ts';
import { oddAnswer, isNotThere } from '../sdk/service-error.ts';

/** One Batch job as DescribeJob shows it, in our words. */
export interface JobSnapshot {
  jobId: string;
  status: string;
  /** Which work its Description names. Anybody can write the like: it proves nothing. */
  work: JobWork | undefined;
  total: number;
  succeeded: number;
  failed: number;
  failures: { code: string; reason: string }[];
  report: { bucket: string; prefix: string } | undefined;
  /** The s3:// address of the list of its objects, where S3 has generated one. */
  list?: string;
  /** ISO 8601; when it was suspended last, where it was. */
  suspendedAt?: string;
  /** ISO 8601; absent while the job has not ended. */
  endedAt?: string;
}

/**
 * DescribeJob. `undefined` where S3 knows no such job (it forgets ended ones after 90 days), under whatever name it says so. Throws the SDK's error otherwise, or
 * ResealError unreadable where the answer describes no job.
 */
export function createDescribeJob(s3control: S3ControlClient) {
  return async function describeJob(named: { jobId: string; account: string }): Promise<JobSnapshot | undefined> {
    const { jobId, account } = named;
    try {
      const output = await s3control.send(new DescribeJobCommand({ AccountId: account, JobId: jobId }));
      if (output.Job === undefined) throw oddAnswer('DescribeJob', 'Job', { jobId });
      return snapshot(jobId, output.Job);
    } catch (error) {
      if (isNotThere(error)) return undefined;
      throw error;
    }
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
    ...present({
      endedAt: job.TerminationDate?.toISOString(),
      suspendedAt: job.SuspendedDate?.toISOString(),
      list: addressOf(job.GeneratedManifestDescriptor?.Location?.ObjectArn),
    }),
    report:
      job.Report?.Bucket === undefined
        ? undefined
        : { bucket: job.Report.Bucket.split(':').at(-1) ?? '', prefix: `${job.Report.Prefix ?? ''}/job-${jobId}` },
  };
}

/** `arn:aws:s3:::bucket/key` as `s3://bucket/key`. */
function addressOf(arn: string | undefined): string | undefined {
  return arn?.replace(/^arn:[^:]*:s3:::/, 's3://');
}
