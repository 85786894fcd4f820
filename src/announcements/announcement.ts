import * as z from 'zod/mini';

/** What Reseal tells the world of a bucket: the `detail` of its events (docs/events.md), and one entry of the change log. */

const reason = z.object({
  code: z.string(),
  message: z.string(),
  /** JSON that mends it, ready to paste. */
  paste: z.exactOptional(z.string()),
});

const encryption = z.object({
  algorithm: z.exactOptional(z.string()),
  keyId: z.exactOptional(z.string()),
  bucketKey: z.exactOptional(z.boolean()),
  blocked: z.exactOptional(z.array(z.string())),
});

const cause = {
  /** created, encryption-deleted, encryption-put, sweep, or the name of another reason to look. */
  cause: z.string(),
  /** The id of the event or of the sweep. */
  causeId: z.string(),
  actor: z.exactOptional(z.string()),
  sourceAddress: z.exactOptional(z.string()),
  userAgent: z.exactOptional(z.string()),
};

const head = {
  version: z.literal(1),
  /** The same for every repetition of one announcement, so that whoever reads it can tell. */
  id: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  /** ISO 8601. When it happened, not when it was told. */
  at: z.string(),
  bucket: z.string(),
  account: z.string(),
  region: z.string(),
};

const judged = {
  verdict: z.string(),
  /** The rule of the policy that applied. */
  rule: z.string(),
  policySha256: z.string(),
  reasons: z.array(reason),
  ...cause,
};

export const STANDING_KINDS = [
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
] as const;

const standing = z.object({
  kind: z.enum(STANDING_KINDS),
  ...head,
  ...judged,
  found: z.exactOptional(encryption),
  /** What a repair that is only observed would cost, in plain words. */
  price: z.exactOptional(z.string()),
  leftovers: z.array(reason),
});

const job = z.object({
  jobId: z.string(),
  objectClass: z.exactOptional(z.string()),
  method: z.exactOptional(z.string()),
});

const repaired = z.object({
  kind: z.literal('bucket-repaired'),
  ...head,
  ...judged,
  /** ISO 8601. When the bucket drifted, where an event told. */
  driftAt: z.exactOptional(z.string()),
  replaced: encryption,
  wrote: encryption,
  jobs: z.array(job),
  leftovers: z.array(reason),
});

const rolledBack = z.object({
  kind: z.literal('bucket-rolled-back'),
  ...head,
  by: z.string(),
  replaced: z.exactOptional(encryption),
  restored: z.exactOptional(encryption),
});

const acknowledged = z.object({ kind: z.literal('bucket-acknowledged'), ...head, by: z.string() });

const jobEnded = z.object({
  kind: z.literal('job-ended'),
  ...head,
  jobId: z.string(),
  status: z.string(),
  objectClass: z.exactOptional(z.string()),
  method: z.exactOptional(z.string()),
  /** Tasks, one an object. */
  total: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  failuresByCode: z.record(z.string(), z.number()),
  failedKeys: z.array(z.object({ key: z.string(), code: z.string(), versionId: z.exactOptional(z.string()) })),
  /** The s3:// address of the report's manifest. */
  report: z.exactOptional(z.string()),
  why: z.exactOptional(z.string()),
});

export const announcement = z.discriminatedUnion('kind', [standing, repaired, rolledBack, acknowledged, jobEnded]);
export type Announcement = z.infer<typeof announcement>;
export type AnnouncementKind = Announcement['kind'];
export type JobEnded = z.infer<typeof jobEnded>;

export const ANNOUNCEMENT_KINDS = [
  ...STANDING_KINDS,
  'bucket-repaired',
  'bucket-rolled-back',
  'bucket-acknowledged',
  'job-ended',
] as const satisfies readonly AnnouncementKind[];

/** The detail-type of the event: bucket-held is `Reseal Bucket Held`. */
export function detailTypeOf(kind: AnnouncementKind): string {
  const words = kind.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return ['Reseal', ...words].join(' ');
}
