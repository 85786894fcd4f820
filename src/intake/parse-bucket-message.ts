import * as z from 'zod/mini';
import { inPlace } from '../bucket-id.ts';
import { present } from '../present.ts';
import { describeValue, valueAt } from '../problem.ts';
import { actorOf, isRole, textIn } from './actor.ts';
import { isAssessMessage, parseAssessMessage, type BucketTrigger } from './bucket-message.ts';
import { bucketName, envelope, eventHead } from './bus-event.ts';
import type { Cause } from '../cause.ts';
import { type Ignored, checkPayload, readPayload } from './payload.ts';
import { rulePutBy } from './rule-put.ts';
import { resourcesTagged, tagsSaid } from './tagging-event.ts';

/**
 * Reads one SQS body (text or already parsed): an EventBridge event of CloudTrail, or our own assess message.
 * `ownRole` is the role of assess-bucket in every account (`inPlace`), whose own writes are ignored. Into the queue for later tries EventBridge puts nothing: what looks
 * like an event there (`ownOnly`) is nobody's word. Throws `malformed-message`.
 */
export function parseBucketMessage(body: unknown, ownRole: string, ownOnly = false): BucketTrigger | Ignored {
  const message = readPayload(body, 'a bucket message');
  return ownOnly || isAssessMessage(message) ? parseAssessMessage(message) : parseBucketEvent(message, ownRole);
}

/** CloudTrail calls both kinds of bucket the same; failed calls come too and carry an errorCode. */
function parseBucketEvent(message: unknown, ownRole: string): BucketTrigger | Ignored {
  const head = checkPayload(eventHead, message, 'a bucket event');
  const cause = CAUSES.get(head.detail.eventName);
  if (!SOURCES.includes(head.source) || head['detail-type'] !== API_CALL || cause === undefined) {
    return { ignored: `${head.source} ${head.detail.eventName} says nothing of a bucket's encryption` };
  }
  if (head.detail.errorCode !== undefined) {
    return {
      ignored: `${head.detail.eventName} failed (${describeValue(head.detail.errorCode)}) and changed nothing`,
    };
  }
  const named = RESOURCE_CALLS.has(head.detail.eventName) ? withBucketName(message) : message;
  if (typeof named === 'string') return { ignored: `${head.detail.eventName} ${named}` };
  const event = checkPayload(bucketEvent, named, `a ${head.detail.eventName} event`);
  const actor = actorOf(event.detail.userIdentity);
  if (actor !== undefined && isRole(actor, inPlace(ownRole, event))) {
    return { ignored: `${head.detail.eventName} was done by Reseal itself` };
  }
  const { requestParameters, sourceIPAddress, userAgent } = event.detail;
  const target = cause === 'logging-changed' ? logTargetOf(requestParameters) : undefined;
  if (cause === 'logging-changed' && target === undefined) {
    return { ignored: `${head.detail.eventName} names no bucket that receives logs` };
  }
  return {
    bucket: target ?? requestParameters.bucketName,
    account: event.account,
    region: event.region,
    cause,
    at: event.time,
    causeId: event.id,
    ...present({
      actor,
      rulePut: cause === 'encryption-put' ? rulePutBy(requestParameters) : undefined,
      sourceAddress: textIn(sourceIPAddress),
      userAgent: textIn(userAgent),
      createdAt: cause === 'created' ? event.time : undefined,
      loggedBucket: target === undefined ? undefined : requestParameters.bucketName,
    }),
    ...(cause === 'tagged' ? tagsSaid(head.detail.eventName, requestParameters) : {}),
    attempt: 0,
    observe: false,
  };
}

const SOURCES = ['aws.s3', 'aws.s3express'];
const API_CALL = 'AWS API Call via CloudTrail';
const CAUSES = new Map<string, Cause>([
  ['CreateBucket', 'created'],
  ['DeleteBucketEncryption', 'encryption-deleted'],
  ['PutBucketEncryption', 'encryption-put'],
  ['PutBucketTagging', 'tagged'],
  ['DeleteBucketTagging', 'tagged'],
  ['TagResource', 'tagged'],
  ['UntagResource', 'tagged'],
  ['DeleteBucket', 'deleted'],
  ['PutBucketPolicy', 'access-changed'],
  ['DeleteBucketPolicy', 'access-changed'],
  ['PutBucketAcl', 'access-changed'],
  ['PutBucketLogging', 'logging-changed'],
]);

/** S3 Control's calls are about any resource that has an ARN. */
const RESOURCE_CALLS = new Set(['TagResource', 'UntagResource']);

/** The record with the name of its bucket where the other calls have it, or why it is of no bucket. */
function withBucketName(message: unknown): unknown {
  const detail = valueAt(message, ['detail']);
  const { buckets, arns } = resourcesTagged(detail);
  if (arns.length === 0) return message;
  const [bucketName, another] = buckets;
  if (bucketName === undefined) return `is about ${textIn(arns.join(', '))}, which is no bucket`;
  if (another !== undefined) return `names more than one bucket (${textIn(buckets.join(', '))})`;
  const request = valueAt(detail, ['requestParameters']);
  return { ...Object(message), detail: { ...Object(detail), requestParameters: { ...Object(request), bucketName } } };
}

/** Of the request only the name must be there: the rest is XML in JSON's clothes and changed over the years. */
const bucketEvent = z.object({
  ...envelope,
  detail: z.object({
    requestParameters: z.looseObject({ bucketName: bucketName }, { error: 'a mapping with bucketName' }),
    userIdentity: z.optional(z.unknown()),
    sourceIPAddress: z.optional(z.unknown()),
    userAgent: z.optional(z.unknown()),
  }),
});

/** The bucket that receives the logs after a PutBucketLogging, which is in the account and Region of the one that sends them (S3 guide). */
function logTargetOf(request: unknown): string | undefined {
  const target = bucketName.safeParse(valueAt(request, ['BucketLoggingStatus', 'LoggingEnabled', 'TargetBucket']));
  return target.success ? target.data : undefined;
}
