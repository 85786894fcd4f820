import * as z from 'zod/mini';
import type { Place } from '../bucket-id.ts';
import { valueAt } from '../problem.ts';
import { envelope, eventHead, someText } from './bus-event.ts';
import { type Launching, type NamedJob, parseOwnMessage } from './open-job-message.ts';
import { checkPayload, type Ignored, readPayload } from './payload.ts';

/** A job that changed its status, a job of the ledger, an account whose jobs are to be launched, or the question for all that the ledger holds open. */
export type JobTrigger = ChangedJob | NamedJob | Launching | { jobId: 'all-open' };

/** One S3 Batch Operations job that changed its status. */
export interface ChangedJob extends Place {
  jobId: string;
  status: string;
  at: string;
}

/** What a message is about: one job, or an account. */
export function subjectOfJobs(trigger: JobTrigger): string {
  if ('token' in trigger) return trigger.token;
  return 'jobId' in trigger ? trigger.jobId : trigger.account;
}

/**
 * Reads one SQS body (text or already parsed): an event about an S3 Batch Operations job, a scheduled event, or a message of our own.
 * Throws `malformed-message`.
 */
export function parseJobMessage(body: unknown): JobTrigger | Ignored {
  const message = readPayload(body, 'a job message');
  // Events never have the key `reseal`.
  if (valueAt(message, ['reseal']) !== undefined) return parseOwnMessage(message);
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

/** Writes the event about a job that changed its status once more, which `parseJobMessage` reads back. */
export function changedJobMessage({ jobId, status, account, region, at }: ChangedJob): string {
  return JSON.stringify({
    id: jobId,
    source: 'aws.s3',
    'detail-type': SERVICE_EVENT,
    account,
    region,
    time: at,
    detail: { eventName: 'JobStatusChanged', serviceEventDetails: { jobId, status } },
  });
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
