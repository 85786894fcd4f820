import { CreateJobCommand, type S3ControlClient } from '@aws-sdk/client-s3-control';
import { ResealError } from '../../errors.ts';
import type { PlannedJob } from '../../policy/plan/plan.ts';
import { jobRequest, type JobSettings, type JobTarget } from './job-request.ts';
import { failureOf, messageOf, nameOf } from '../sdk/service-error.ts';

/**
 * CreateJob. The token makes it idempotent: asked twice for the same cause, S3 answers with the same job id.
 * Throws ResealError job-refused, retryable where S3 was busy.
 */
export function createStartJob(s3control: S3ControlClient) {
  return async function startJob(job: PlannedJob, target: JobTarget, settings: JobSettings): Promise<string> {
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
  };
}
