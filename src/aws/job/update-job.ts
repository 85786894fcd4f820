import { type RequestedJobStatus, type S3ControlClient, UpdateJobStatusCommand } from '@aws-sdk/client-s3-control';

/**
 * UpdateJobStatus: `Ready` confirms a job that is Suspended, `Cancelled` ends one for good. Throws the SDK's error; JobStatusException where
 * its status allows neither any more.
 */
export function createUpdateJob(s3control: S3ControlClient) {
  return async function updateJob(
    { account, jobId }: { account: string; jobId: string },
    RequestedJobStatus: RequestedJobStatus,
    StatusUpdateReason: string,
  ): Promise<void> {
    const input = { AccountId: account, JobId: jobId, RequestedJobStatus, StatusUpdateReason };
    await s3control.send(new UpdateJobStatusCommand(input));
  };
}
