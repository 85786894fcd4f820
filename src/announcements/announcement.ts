import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { BucketId } from '../bucket-id.ts';
import { announcedLook, repair } from '../ledger/bucket-item.ts';
import { jobEnd } from '../ledger/job-item.ts';
import { count, encryptionRule, listOf, reason, text, time } from '../ledger/shapes.ts';
import { clipped } from '../problem.ts';

/** What Reseal announces of a bucket: one entry of the change log, and the `detail` of an event (docs/events.md). */

const head = {
  version: z.literal(1),
  /** The same for every repetition of one announcement, so that whoever reads it knows it again. */
  id: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  /** When it happened, not when it was announced. */
  at: time,
  bucket: text,
  account: text,
  region: text,
};

const STANDING_KINDS = [
  'bucket-held',
  'bucket-unreadable',
  'bucket-exempt',
  'bucket-observed',
  'bucket-compliant',
  'bucket-gone',
  'hold-ended',
  'exception-ending',
  'exception-expired',
  'exception-refused',
  'objects-left-over',
  'log-target-unproven',
  'key-shut',
] as const;
/** A kind that says how a bucket stands. */
export type StandingAnnouncement = (typeof STANDING_KINDS)[number];

/** How a bucket stands: all that a look found that is announced. */
export const standing = z.object({
  kind: z.enum(STANDING_KINDS),
  ...head,
  ...announcedLook,
  leftovers: listOf(reason),
});

/** A job that is queued: S3 may not have it yet. */
const job = z.object({ token: text, objectClass: z.exactOptional(text), method: z.exactOptional(text) });

/** One repair, as the ledger keeps it, and what it led to. */
export const repaired = z.object({
  kind: z.literal('bucket-repaired'),
  ...head,
  verdict: text,
  rule: text,
  ...repair.shape,
  reasons: listOf(reason),
  jobs: listOf(job),
  leftovers: listOf(reason),
});

const rolledBack = z.object({
  kind: z.literal('bucket-rolled-back'),
  ...head,
  by: text,
  replaced: z.exactOptional(encryptionRule),
  restored: z.exactOptional(encryptionRule),
});

const acknowledged = z.object({ kind: z.literal('bucket-acknowledged'), ...head, by: text });

/** One who writes objects under an encryption of its own choice, which is below the standard or under a key that only it has. */
export const writerNamed = z.object({
  kind: z.enum(['writes-below-standard', 'writes-with-customer-key']),
  ...head,
  principal: text,
  /** What S3 says it applied (`SSEApplied`). */
  applied: text,
  /** How many such writes were counted since `first`. */
  count,
  first: time,
  last: time,
  userAgent: z.exactOptional(text),
  /** The key of one of the objects. */
  key: z.exactOptional(text),
  /** What to change in that client. */
  advice: text,
});

/** Failed tasks of one code and cause, and what to do about them. */
const failure = z.object({
  code: text,
  count,
  cause: z.exactOptional(text),
  remedy: z.exactOptional(text),
});

export const jobEnded = z.object({
  kind: z.literal('job-ended'),
  ...head,
  ...jobEnd,
  /** What reseal job names it by. */
  token: z.exactOptional(text),
  failures: listOf(failure),
});

const ofBucket = [standing, repaired, rolledBack, acknowledged, writerNamed] as const;

export const announcement = z.discriminatedUnion('kind', [...ofBucket, jobEnded]);
export type Announcement = z.infer<typeof announcement>;
export type AnnouncementKind = Announcement['kind'];

/** What an event says beside the announcement: readers of version 1 look the failures up by their code. */
export const eventDetail = z.discriminatedUnion('kind', [
  ...ofBucket,
  z.extend(jobEnded, { failuresByCode: z.record(z.string(), count) }),
]);

/** The detail-type of the event: bucket-held is `Reseal Bucket Held`. */
export function detailTypeOf(kind: AnnouncementKind): string {
  const words = kind.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return ['Reseal', ...words].join(' ');
}

/** Names one announcement by what it says, so that its repetition has the same id. 32 hex digits of a SHA-256. */
export function announcementId(
  { bucket, account, region }: BucketId,
  kind: AnnouncementKind,
  ...what: readonly string[]
): string {
  const text = JSON.stringify([account, region, bucket, kind, ...what]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** EventBridge takes 256 KB an event, and a UTF-16 unit has up to 3 bytes in UTF-8. */
const MAX_LENGTH = 80_000;
const KEPT_REASONS = 100;
const KEPT_MESSAGE = 500;

/** An announcement that fits into an event: where it is too long, what is to be pasted stays in the change log alone. */
export function eventDetailOf(announcement: Announcement): z.infer<typeof eventDetail> {
  if (announcement.kind === 'job-ended') {
    const counts = new Map<string, number>();
    // One code may have several causes.
    for (const { code, count: each } of announcement.failures) counts.set(code, (counts.get(code) ?? 0) + each);
    // fromEntries makes a member of any name, __proto__ too, where an assignment does not.
    return { ...announcement, failuresByCode: Object.fromEntries(counts) };
  }
  if (!('reasons' in announcement) || JSON.stringify(announcement).length <= MAX_LENGTH) return announcement;
  const reasons = announcement.reasons
    .slice(0, KEPT_REASONS)
    .map(({ code, message }) => ({ code, message: clipped(message, KEPT_MESSAGE) }));
  return { ...announcement, reasons };
}
