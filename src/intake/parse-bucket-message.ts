import * as z from 'zod/mini';
import { present } from '../present.ts';
import { clipped, describeValue, valueAt } from '../problem.ts';
import { isAssessMessage, parseAssessMessage, type BucketTrigger } from './bucket-message.ts';
import { bucketName, envelope, eventHead } from './bus-event.ts';
import type { Cause } from '../cause.ts';
import { type Ignored, checkPayload, readPayload } from './payload.ts';

/**
 * Reads one SQS body (text or already parsed): an EventBridge event of CloudTrail, or our own assess message.
 * `ownRoleArn` is the role of assess-bucket, whose own writes are ignored. Throws `malformed-message`.
 */
export function parseBucketMessage(body: unknown, ownRoleArn: string): BucketTrigger | Ignored {
  const message = readPayload(body, 'a bucket message');
  return isAssessMessage(message) ? parseAssessMessage(message) : parseBucketEvent(message, ownRoleArn);
}

/** CloudTrail calls both kinds of bucket the same; failed calls come too and carry an errorCode. */
function parseBucketEvent(message: unknown, ownRoleArn: string): BucketTrigger | Ignored {
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
    ...present({
      actor,
      sourceAddress: textIn(sourceIPAddress),
      userAgent: textIn(userAgent),
      createdAt: cause === 'created' ? event.time : undefined,
      tags,
    }),
    attempt: 0,
    observe: false,
  };
}

/** Whoever calls S3 chooses the user agent; ledger items and announcements keep it many times. */
const LONGEST_TEXT = 1_000;

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && /\S/.test(value) ? clipped(value, LONGEST_TEXT) : undefined;
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
    requestParameters: z.looseObject({ bucketName: bucketName }, { error: 'a mapping with bucketName' }),
    userIdentity: z.optional(z.unknown()),
    sourceIPAddress: z.optional(z.unknown()),
    userAgent: z.optional(z.unknown()),
  }),
});

/**
 * Who made a call, from a record's userIdentity: the role's ARN for a role session, else the identity's own; undefined
 * where an AWS service acted by itself. Every part may be missing (CloudTrail guide, userIdentity element).
 */
function actorOf(identity: unknown): string | undefined {
  const arns = [valueAt(identity, ['sessionContext', 'sessionIssuer', 'arn']), valueAt(identity, ['arn'])];
  return arns.find((arn) => typeof arn === 'string');
}

const ROLE = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;
const SESSION = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//;

/** True where an actor is this role or a session of it; a session's ARN has lost the role's path. */
function isRole(actor: string, roleArn: string): boolean {
  if (actor === roleArn) return true;
  const role = ROLE.exec(roleArn);
  const session = SESSION.exec(actor);
  return role !== null && session !== null && role[1] === session[1] && role[2] === session[2];
}

/**
 * The tags that a bucket has after a PutBucketTagging or DeleteBucketTagging, from the record's request, which mirrors the XML:
 * one tag is an object, several are a list. Undefined where the record does not say it in a way that we know.
 */
function tagsOf(eventName: string, request: unknown): BucketTrigger['tags'] {
  if (eventName === 'DeleteBucketTagging') return [];
  const set = valueAt(request, ['Tagging', 'TagSet']);
  if (set === '') return [];
  const tag = valueAt(set, ['Tag']) ?? set;
  if (tag === undefined) return undefined;
  const tags = (Array.isArray(tag) ? tag : [tag]).map((each) => ({
    key: textOf(valueAt(each, ['Key'])),
    value: textOf(valueAt(each, ['Value']) ?? ''),
  }));
  return tags.every(isTag) ? tags : undefined;
}

/** What looks like a number may have become one on the way from XML to JSON. */
function textOf(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

function isTag(tag: { key: unknown; value: unknown }): tag is { key: string; value: string } {
  return typeof tag.key === 'string' && typeof tag.value === 'string';
}
