import * as z from 'zod/mini';
import { type BucketId, bucketText } from '../bucket-id.ts';
import { checkedItem, count, encryptionRule, flag, listOf, place, reason, text, time, whence } from './shapes.ts';

/** The version of the items' shapes: a later one may add fields, and never gives a field another meaning. */
export const ITEM_VERSION = 1;

/** Where the ledger keeps one bucket. */
export function bucketKey(id: BucketId): { pk: string; sk: string } {
  return { pk: `BUCKET#${bucketText(id)}`, sk: 'STATE' };
}

/** What an event says of one change of a bucket's encryption that Reseal did not make. */
const drift = z.object({ at: time, causeId: text, cause: text, rulePut: z.exactOptional(encryptionRule), ...whence });

/**
 * Work on a bucket that was begun and is not recorded as done: what a crash leaves behind, and what the next try takes up. It stays
 * until every job of its plan is recorded.
 */
const pending = z.object({
  /** Fixed with the first claim; the tokens of all its jobs follow from it, so no try of it pays twice. */
  id: text,
  cause: text,
  causeId: text,
  at: time,
  rulePut: z.exactOptional(encryptionRule),
  ...whence,
  /** The rule that a repair of it may have replaced; absent where only objects are to be re-encrypted. */
  replaced: z.exactOptional(encryptionRule),
  /** Rules that work before it may have replaced. */
  rules: z.exactOptional(listOf(encryptionRule)),
});
export type Pending = z.infer<typeof pending>;

export const repair = z.object({
  at: time,
  causeId: text,
  cause: text,
  /** When the drift was, as its event said; absent where no event said so. */
  driftAt: z.exactOptional(time),
  ...whence,
  replaced: encryptionRule,
  wrote: encryptionRule,
  policySha256: text,
  /** Why, in plain sentences; absent where an invocation died before it could say so. */
  reasons: z.exactOptional(listOf(reason)),
});
/** One change that Reseal made to a bucket: enough to put it back. */
export type Repair = z.infer<typeof repair>;

const tagSaid = z.object({
  at: time,
  causeId: text,
  value: z.exactOptional(text),
  actor: z.exactOptional(text),
  isLook: z.exactOptional(flag),
});

const window = z.object({ from: time, to: time, rule: z.exactOptional(encryptionRule) });
/** A time in which what was written under a rule below the standard has been planned; without a rule, whatever was written. */
export type CoveredWindow = z.infer<typeof window>;

/** Multipart uploads that began in a window and were in flight when its jobs were planned. */
const openUploads = z.object({
  since: time,
  /** When the last of them began, by S3's clock, or, where they could not be listed, when the window surely was over. */
  until: time,
  /** The rules that they may be encrypted under. */
  rules: listOf(encryptionRule),
  givesUpAt: time,
  /** Absent where they could not be listed. */
  count: z.exactOptional(count),
});

const judgment = {
  verdict: text,
  reasons: listOf(reason),
  /** The name of the policy's rule that applied. */
  rule: text,
  policySha256: text,
  causeId: text,
  cause: text,
};

const details = {
  ...whence,
  found: z.exactOptional(encryptionRule),
  /** What a repair that was only observed would cost, in plain words. */
  price: z.exactOptional(text),
};

/** What a look found, as it is announced: a member that is added to one of the two is in the event without more ado. */
export const announcedLook = { ...judgment, ...details };

/** What the last look found. */
const look = {
  ...judgment,
  /** Policies have an order: a look under an older one never undoes what a newer one did. */
  policyOrder: z.number(),
  assessedAt: time,
};

const lookOptions = {
  ...details,
  /** True where `repair` was judged and not made. */
  observed: z.exactOptional(flag),
  attempt: z.exactOptional(z.number()),
  nextTryAt: z.exactOptional(time),
  /** True where no try is left: listed by name, and left to the next sweep. */
  parked: z.exactOptional(flag),
  nextTry: z.exactOptional(text),
  goneAt: z.exactOptional(time),
  flappingSince: z.exactOptional(time),
};

/** What is remembered from look to look. */
const memory = {
  /** HELD or UNREADABLE while the verdict is: the index `open` lists such buckets, in the order of `createdAt`, since when it is one of them. */
  open: z.exactOptional(text),
  createdAt: z.exactOptional(time),
  /** Counts the writes of the item: who has read it writes only where nobody else has since. */
  rev: z.exactOptional(z.number()),
  /** The newest moment of which the item speaks: a look that began before it says nothing against it. */
  asOf: z.exactOptional(time),
  compliantAt: z.exactOptional(time),
  belowSince: z.exactOptional(time),
  /** Rules that were in force since then, as looks and events said. */
  belowRules: z.exactOptional(listOf(encryptionRule)),
  covered: z.exactOptional(listOf(window)),
  /** The tokens of jobs that have ended and left objects undone: the next sweep asks for them again. */
  undone: z.exactOptional(z.set(text, { error: 'a set of texts' })),
  /** The standard that its objects are brought to, as one text; empty where they are left alone. A queued job for another one is never launched. */
  standardId: z.exactOptional(text),
  /** The algorithm of its standard, by which the writes of clients are judged; empty where the bucket is exempt or only observed. */
  standardAlgorithm: z.exactOptional(text),
  openUploads: z.exactOptional(openUploads),
  /** What all existing objects were planned for (`backfillId`). */
  backfilled: z.exactOptional(text),
  /** The newest drift that an event was about, repaired or not. */
  lastDrift: z.exactOptional(drift),
  /** The buckets whose server access logs go here, as the last complete sweep saw them. */
  logSources: z.exactOptional(listOf(z.object({ bucket: text, prefix: text }))),
  /** True where the ACL lets an AWS service write, as the last look that read it saw: the next looks read it again. */
  aclWriters: z.exactOptional(flag),
  /** Who gave the tag that may ask for an exception its value; an empty value where it is not there. */
  exceptionTag: z.exactOptional(
    z.object({ value: text, actor: text, at: time, causeId: text, doubted: z.exactOptional(flag) }),
  ),
  /** What events and looks said of that tag: `exceptionTag` follows from it. */
  tagHistory: z.exactOptional(z.object({ tag: text, said: listOf(tagSaid) })),
  /** The newest DeleteBucket or NoSuchBucket: what is older speaks of a bucket that is not there any more. */
  deletedAt: z.exactOptional(time),
  repairs: z.exactOptional(listOf(repair)),
  jobs: z.exactOptional(
    listOf(z.object({ token: text, objectClass: z.exactOptional(text), method: z.exactOptional(text) })),
  ),
  leftovers: z.exactOptional(listOf(reason)),
  /** Somebody put the replaced encryption back on purpose. */
  rolledBack: z.exactOptional(
    z.object({
      at: time,
      by: text,
      replaced: z.exactOptional(encryptionRule),
      restored: z.exactOptional(encryptionRule),
    }),
  ),
  /** The same, begun and not known to be done: it holds as well. */
  rollingBack: z.exactOptional(z.object({ at: time, by: text })),
  acknowledgedAt: z.exactOptional(time),
  acknowledgedBy: z.exactOptional(text),
  claimOwner: z.exactOptional(text),
  /** Epoch milliseconds. */
  claimUntil: z.exactOptional(z.number()),
  pending: z.exactOptional(pending),
};

/** A bucket that was claimed and not judged yet has no look. Attributes that this version does not know are passed over. */
const bucketItem = z.object({ ...z.partial(z.object(look)).shape, ...lookOptions, ...memory });
export type BucketItem = z.infer<typeof bucketItem>;

/** One look at a bucket, as it is recorded. */
const lookRecord = z.object({ ...place, ...look, ...lookOptions });
export type LookRecord = z.infer<typeof lookRecord>;

/** What a look says only of itself: the next one takes it away unless it says something of its own. */
export const PASSING = Object.keys(lookOptions) as (keyof typeof lookOptions)[];

/** A bucket that has been looked at, as announcements need it. */
export const judgedBucketItem = z.object({
  ...place,
  ...look,
  /** Absent in an item that an older version wrote. */
  reasons: z._default(look.reasons, []),
  policyOrder: z._default(look.policyOrder, 0),
  ...lookOptions,
  ...memory,
});
export type JudgedBucketItem = z.infer<typeof judgedBucketItem>;

/** Reads an item that DynamoDB gave, as plain values. Throws ResealError ledger-failed where it is none of this version's. */
export function readBucketItem(item: Record<string, unknown>): BucketItem {
  return checkedItem(bucketItem, item);
}
