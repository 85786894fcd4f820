import * as z from 'zod/mini';
import { isAssessMessage, parseAssessMessage } from './bucket-message.ts';
import { bucketName, envelope, eventHead } from './bus-event.ts';
import type { BucketFact, Cause, Ignored } from './fact.ts';
import { checkPayload, readPayload } from './payload.ts';
import { tagsOf } from './request-tags.ts';
import { actorOf, isRole } from './user-identity.ts';

/**
 * Reads one SQS body (text or already parsed): an EventBridge event of CloudTrail, or our own assess message.
 * `ownRoleArn` is the role of assess-bucket, whose own writes are ignored. Throws `malformed-message`.
 */
export function parseBucketMessage(body: unknown, ownRoleArn: string): BucketFact | Ignored {
  const message = readPayload(body, 'a bucket message');
  return isAssessMessage(message) ? parseAssessMessage(message) : parseBucketEvent(message, ownRoleArn);
}

/** CloudTrail calls both kinds of bucket the same; failed calls come too and carry an errorCode. */
function parseBucketEvent(message: unknown, ownRoleArn: string): BucketFact | Ignored {
  const head = checkPayload(eventHead, message, 'a bucket event');
  const cause = CAUSES.get(head.detail.eventName);
  if (!SOURCES.includes(head.source) || head['detail-type'] !== API_CALL || cause === undefined) {
    return { ignored: `${head.source} ${head.detail.eventName} says nothing of a bucket's encryption` };
  }
  if (head.detail.errorCode !== undefined) {
    return {
      ignored: `${head.detail.eventName} failed (${JSON.stringify(head.detail.errorCode)}) and changed nothing`,
    };
  }
  const event = checkPayload(bucketEvent, message, `a ${head.detail.eventName} event`);
  const actor = actorOf(event.detail.userIdentity);
  if (actor !== undefined && isRole(actor, ownRoleArn)) {
    return { ignored: `${head.detail.eventName} was done by Reseal itself` };
  }
  const { requestParameters, sourceIPAddress, userAgent } = event.detail;
  const tags = cause === 'tagged' ? tagsOf(head.detail.eventName, requestParameters) : undefined;
  return {
    bucket: requestParameters.bucketName,
    account: event.account,
    region: event.region,
    cause,
    at: event.time,
    causeId: event.id,
    ...(actor === undefined ? {} : { actor }),
    ...(isText(sourceIPAddress) ? { sourceAddress: sourceIPAddress } : {}),
    ...(isText(userAgent) ? { userAgent } : {}),
    ...(cause === 'created' ? { createdAt: event.time } : {}),
    ...(tags === undefined ? {} : { tags }),
    attempt: 0,
    observe: false,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && /\S/.test(value);
}

const SOURCES = ['aws.s3', 'aws.s3express'];
const API_CALL = 'AWS API Call via CloudTrail';
const CAUSES = new Map<string, Cause>([
  ['CreateBucket', 'created'],
  ['DeleteBucketEncryption', 'encryption-deleted'],
  ['PutBucketEncryption', 'encryption-put'],
  ['PutBucketTagging', 'tagged'],
  ['DeleteBucketTagging', 'tagged'],
  ['DeleteBucket', 'deleted'],
]);

/** Of the request only the name is trusted: the rest is XML in JSON's clothes and changed over the years. */
const bucketEvent = z.object({
  ...envelope,
  detail: z.object({
    requestParameters: z.looseObject({ bucketName: bucketName() }, { error: 'a mapping with bucketName' }),
    userIdentity: z.optional(z.unknown()),
    sourceIPAddress: z.optional(z.unknown()),
    userAgent: z.optional(z.unknown()),
  }),
});
