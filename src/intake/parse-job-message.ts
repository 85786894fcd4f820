import * as z from 'zod/mini';
import type { Place } from '../bucket-id.ts';
import { valueAt } from '../problem.ts';
import { envelope, eventHead, someText } from './bus-event.ts';
import { type OpenJob, parseOpenJob } from './open-job-message.ts';
import { checkPayload, type Ignored, readPayload } from './payload.ts';

/** A job that changed its status, one that the ledger holds open, or the question for all that it holds open. */
export type JobTrigger = ChangedJob | OpenJob | { jobId: 'all-open' };

/** One S3 Batch Operations job that changed its status. */
export interface ChangedJob extends Place {
  jobId: string;
  status: string;
  at: string;
}

/**
 * Reads one SQS body (text or already parsed): an event about an S3 Batch Operations job, a scheduled event, or a message of our own.
 * Throws `malformed-message`.
 */
export function parseJobMessage(body: unknown): JobTrigger | Ignored {
  const message = readPayload(body, 'a job message');
  // Events never have the key `reseal`.
  if (valueAt(message, ['reseal']) !== undefined) return parseOpenJob(message);
  if (valueAt(message, ['detail-type']) === 'Scheduled Event') return { jobId: 'all-open' };
  const head = checkPayload(eventHead, message, 'a job event');
  const { eventName } = head.detail;
  if (head.source !== 'aws.s3' || head['detail-type'] !== SERVICE_EVENT || eventName !== 'JobStatusChanged') {
    return { ignored: `${head.source} ${eventName} is no change of a job's status` };
  }
  const event = checkPayload(jobEvent, message, 'a JobStatusChanged event');
  return {
    jobId: event.detail.serviceEventDetails.jobId,
    account: event.account,
    region: event.region,
    status: event.detail.serviceEventDetails.status,
    at: event.time,
  };
}

const SERVICE_EVENT = 'AWS Service Event via CloudTrail';

/** The event has no task counts: those come from DescribeJob (S3 User Guide, tracking jobs with EventBridge). */
const jobEvent = z.object({
  ...envelope,
  detail: z.object({
    serviceEventDetails: z.object(
      { jobId: someText('the id of a job'), status: someText('the status of a job') },
      { error: 'a mapping with jobId and status' },
    ),
  }),
});
