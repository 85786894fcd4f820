import * as z from 'zod/mini';
import { account, bucketName, bucketNameOrArn, region, someText, utcTime } from './bus-event.ts';
import { bucketByArn } from '../bucket-id.ts';
import { CAUSES } from '../cause.ts';
import type { HeardEvent } from '../ledger/heard-event.ts';
import { checkPayload } from './payload.ts';
import type { SaidTags } from './tagging-event.ts';

/**
 * Writes a trigger as the message that the sweep and every later try put into the queue; `parseBucketMessage` reads it back. What an event told
 * is not in it: whoever can send such a message could tell anything.
 */
export function bucketMessage(trigger: BucketTrigger): string {
  const own = Object.fromEntries(Object.entries(trigger).filter(([name]) => !(name in TOLD)));
  return JSON.stringify({ reseal: 'assess', version: 1, ...own }).replaceAll(REFUSED, escaped);
}

/** SQS refuses a message for these (API SendMessage, MessageBody), and a user agent may hold any. JSON escapes all others already. */
const REFUSED = /[\uFFFE\uFFFF]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}

/** True for a message of our own, well-formed or not: events never have the key `reseal`. */
export function isAssessMessage(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'reseal' in message;
}

/** Throws `malformed-message`. */
export function parseAssessMessage(message: unknown): BucketTrigger {
  const { reseal: _, version: __, ...trigger } = checkPayload(placedMessage, message, 'an assess message');
  return trigger;
}

const COUNT = 'the number of tries so far, 0 or more';
const count = z.int({ error: COUNT }).check(z.nonnegative({ error: COUNT }));

const assessMessage = z.object({
  reseal: z.literal('assess', { error: '"assess"' }),
  version: z.literal(1, { error: '1, the only version of this message there is' }),
  bucket: bucketNameOrArn,
  account,
  /** The Region the event came from: where the bucket is, S3 decides. */
  region,
  cause: z.enum(CAUSES, { error: `one of ${CAUSES.join(', ')}` }),
  /** ISO 8601, the event's time or the sweep's. */
  at: utcTime,
  /** EventBridge or sweep id; the same cause has the same id. */
  causeId: someText('the id of the event or sweep'),
  /** From where and with what, as CloudTrail says: an address or the name of an AWS service, and a user agent. */
  sourceAddress: z.exactOptional(someText('an address or the name of a service')),
  userAgent: z.exactOptional(someText('a user agent')),
  /** ISO 8601, where the sweep or the event knows when the bucket was made. */
  createdAt: z.exactOptional(utcTime),
  /** From a complete sweep: the buckets whose server access logs go here. Absent where nobody looked. */
  logSources: z.exactOptional(
    z.array(z.object({ bucket: someText('a bucket name'), prefix: z.string({ error: 'a prefix' }) }), {
      error: 'a list of buckets with their prefixes',
    }),
  ),
  /** From a sweep of one rule's buckets: what falls under another rule is left alone. */
  rule: z.exactOptional(someText('the name of a rule')),
  /** The bucket whose server access logs somebody sent here; only what S3 says of its logging proves it. */
  loggedBucket: z.exactOptional(bucketName),
  /** Tries so far; 0 at first. */
  attempt: count,
  /** How often this message was sent on; absent where it came from outside. */
  sends: z.exactOptional(count),
  /** The owner of a claim whose lease was waited for. */
  waitedFor: z.exactOptional(someText('the owner of a claim')),
  /** Judge and record, change nothing. */
  observe: z.boolean({ error: 'true or false' }),
});

/** A bucket is looked at with the role of its trigger's account: an ARN of another place would be asked of whoever owns that. */
const placedMessage = assessMessage.check(
  z.refine(isInItsPlace, { path: ['bucket'], error: 'an ARN of the account and Region of the message' }),
);

function isInItsPlace({ bucket, account: ofAccount, region: ofRegion }: z.output<typeof assessMessage>): boolean {
  const named = bucketByArn(bucket);
  return named === undefined || (named.account === ofAccount && named.region === ofRegion);
}

/** What only a CloudTrail event tells. Messages of earlier versions carry it: it is passed over. */
export interface Told extends SaidTags {
  /** Who did it, where the event says so: role ARN of a session, else the identity's ARN. */
  actor?: string;
  /** The rule that a PutBucketEncryption put: it was in force, even where another has replaced it since. */
  rulePut?: Exclude<HeardEvent['rulePut'], undefined>;
}

/** One bucket to assess, from a CloudTrail event, a sweep message, or an earlier try. Nothing else is trusted from the event. */
export type BucketTrigger = Omit<z.output<typeof assessMessage>, 'reseal' | 'version'> & Told;

const TOLD = { actor: 1, rulePut: 1, tags: 1, someTags: 1 } satisfies Record<keyof Told, 1>;

/** What an event told, of a trigger that comes from one; undefined for one that comes from a message of our own. */
export function toldBy(trigger: BucketTrigger): Told | undefined {
  const told = Object.entries(trigger).filter(([name]) => name in TOLD);
  return told.length === 0 ? undefined : (Object.fromEntries(told) as Told);
}
