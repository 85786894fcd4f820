import * as z from 'zod/mini';
import { inPlace } from '../bucket-id.ts';
import { type ClientWrite, NOT_SAID } from '../ledger/writers-item.ts';
import { present } from '../present.ts';
import { describeValue, valueAt } from '../problem.ts';
import { actorOf, isRole, textIn } from './actor.ts';
import { bucketName, envelope, eventHead } from './bus-event.ts';
import { checkPayload, type Ignored, readPayload } from './payload.ts';

/** The calls that say which encryption S3 applied; of an upload in parts it is the first (S3 guide, "Amazon S3 CloudTrail events"). */
const WRITES = ['PutObject', 'CopyObject', 'CreateMultipartUpload'];

/** Roles of Reseal that write objects, beside the role of assess-bucket. */
const OWN_WRITERS = ['batch', 'copy-batch', 'reencrypt-object'];

/**
 * Reads one SQS body: a data event of S3 on an object. `ownRole` is the role of assess-bucket in every account. Throws `malformed-message` where it
 * does not say which bucket it is about.
 */
export function parseWriteEvent(body: unknown, ownRole: string): ClientWrite | Ignored {
  const message = readPayload(body, 'a data event');
  const { source, detail } = checkPayload(eventHead, message, 'a data event');
  if (source !== 'aws.s3' || !WRITES.includes(detail.eventName)) {
    return { ignored: `${source} ${detail.eventName} writes no object` };
  }
  if (detail.errorCode !== undefined) {
    return { ignored: `${detail.eventName} failed (${describeValue(detail.errorCode)}) and wrote nothing` };
  }
  const event = checkPayload(writeEvent, message, `a ${detail.eventName} event`);
  const { userIdentity, additionalEventData, requestParameters, resources, userAgent } = event.detail;
  const owner = ownerOf(resources);
  if (owner !== undefined && owner !== event.account) {
    return { ignored: `${detail.eventName} is on a bucket of account ${owner}, whose own trail tells of it` };
  }
  const applied = appliedOf(additionalEventData);
  if (BY_DEFAULT.test(applied)) return { ignored: `${detail.eventName} was written under the bucket's own default` };
  const principal = principalOf(userIdentity);
  if (OWN_WRITERS.some((name) => isRole(principal, roleBeside(name, inPlace(ownRole, event))))) {
    return { ignored: `${detail.eventName} was done by Reseal itself` };
  }
  return {
    bucket: requestParameters.bucketName,
    account: event.account,
    region: event.region,
    at: event.time,
    principal,
    applied,
    ...present({ userAgent: textIn(userAgent), key: keyOf(requestParameters) }),
  };
}

const writeEvent = z.object({
  ...envelope,
  detail: z.object({
    requestParameters: z.looseObject({ bucketName }, { error: 'a mapping with bucketName' }),
    userIdentity: z.optional(z.unknown()),
    userAgent: z.optional(z.unknown()),
    additionalEventData: z.optional(z.unknown()),
    resources: z.optional(z.unknown()),
  }),
});

const WORD = /^\w{1,40}$/;
/** What is written under the bucket's default is judged with the bucket. */
const BY_DEFAULT = /^Default_(SSE_S3|SSE_KMS|DSSE_KMS)$/;

function appliedOf(additional: unknown): string {
  const applied = valueAt(additional, ['SSEApplied']);
  return typeof applied === 'string' && WORD.test(applied) ? applied : NOT_SAID;
}

/** Whoever is in no ARN is a service that acted by itself, or nobody who is known (CloudTrail guide, userIdentity element). */
function principalOf(identity: unknown): string {
  const named = [actorOf(identity), valueAt(identity, ['invokedBy']), valueAt(identity, ['accountId'])];
  return named.map(textIn).find((name) => name !== undefined) ?? 'unknown';
}

/** Who owns the bucket: CloudTrail tells the caller's account of a write too (EventBridge guide, events by CloudTrail). */
function ownerOf(resources: unknown): string | undefined {
  if (!Array.isArray(resources)) return undefined;
  const bucket: unknown = resources.find((resource) => valueAt(resource, ['type']) === 'AWS::S3::Bucket');
  return textIn(valueAt(bucket, ['accountId']));
}

function roleBeside(name: string, role: string): string {
  return role.replace(/assess-bucket$/, name);
}

/** S3 takes keys of at most 1,024 bytes. */
function keyOf(request: unknown): string | undefined {
  const key = valueAt(request, ['key']);
  return typeof key === 'string' && key.length <= 1_024 ? key : undefined;
}
