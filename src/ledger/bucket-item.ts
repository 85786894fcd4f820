import * as z from 'zod/mini';
import { type BucketId, bucketText } from '../bucket-id.ts';
import { CAUSES } from '../cause.ts';
import { encryptionRule, flag, reason, text, time, whence } from './shapes.ts';

/** The version of the items' shapes: a later one may add fields, and never gives a field another meaning. */
export const ITEM_VERSION = 1;

/** Where the ledger keeps one bucket. */
export function bucketKey(id: BucketId): { pk: string; sk: string } {
  return { pk: `BUCKET#${bucketText(id)}`, sk: 'STATE' };
}

/** What was told of one change of a bucket's encryption that Reseal did not make. */
const drift = z.object({ at: time, causeId: text, cause: text, ...whence });

/**
 * Work on a bucket that was begun and is not recorded as done: what a crash leaves behind, and what the next try takes up. It stays
 * until every job of its plan is recorded.
 */
const pending = z.object({
  /** Fixed with the first claim; the tokens of all its jobs follow from it, so no try of it pays twice. */
  id: text,
  cause: z.enum(CAUSES),
  causeId: text,
  at: time,
  ...whence,
  /** The rule that a repair of it may have replaced; absent where only objects are to be re-encrypted. */
  replaced: z.exactOptional(encryptionRule),
  /** Rules that are known to have been in force since: what was written then is looked for under each. */
  rules: z.exactOptional(z.array(encryptionRule)),
  /** ARN of the person who rolls the bucket back; absent for a repair. */
  rollbackBy: z.exactOptional(text),
});
export type Pending = z.infer<typeof pending>;

const repair = z.object({
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
  reasons: z.exactOptional(z.array(reason)),
});
/** One change that Reseal made to a bucket: enough to put it back. */
export type Repair = z.infer<typeof repair>;

const window = z.object({ from: time, to: time });
/** A time in which what was written below the standard has been planned. */
export type CoveredWindow = z.infer<typeof window>;

const life = z.object({
  /** The newest DeleteBucket or NoSuchBucket, and the first CreateBucket after it. */
  deletedAt: z.exactOptional(time),
  createdAt: z.exactOptional(time),
  /** When the bucket that is there now was made, where that is proven: what was before it counts for nothing. */
  bornAt: z.exactOptional(time),
});
/** What is known of the lives of buckets under one name. */
export type Life = z.infer<typeof life>;

/** What the last look found. */
const look = {
  verdict: text,
  reasons: z.array(reason),
  /** The name of the policy's rule that applied. */
  rule: text,
  policySha256: text,
  /** Policies have an order: a look under an older one never undoes what a newer one did. */
  policyOrder: z.number(),
  assessedAt: time,
  causeId: text,
  cause: text,
};

const lookOptions = {
  ...whence,
  found: z.exactOptional(encryptionRule),
  /** True where `repair` was judged and not made. */
  observed: z.exactOptional(flag),
  /** What a repair that was only observed would cost, in plain words. */
  price: z.exactOptional(text),
  attempt: z.exactOptional(z.number()),
  nextTryAt: z.exactOptional(time),
  /** True where no try is left: listed by name, and left to the next sweep. */
  parked: z.exactOptional(flag),
  nextTry: z.exactOptional(text),
  /** PARKED while it is: the sparse index lists such buckets beside the open jobs, in the order of `createdAt`. */
  open: z.exactOptional(text),
  createdAt: z.exactOptional(time),
  goneAt: z.exactOptional(time),
  flappingSince: z.exactOptional(time),
};

/** What is remembered from look to look. */
const memory = {
  /** Counts the writes of the item: who has read it writes only where nobody else has since. */
  rev: z.exactOptional(z.number()),
  /** The newest moment of which the item speaks: a look that began before it says nothing against it. */
  asOf: z.exactOptional(time),
  compliantAt: z.exactOptional(time),
  belowSince: z.exactOptional(time),
  covered: z.exactOptional(z.array(window)),
  /** The standard for which all existing objects were planned. */
  backfilled: z.exactOptional(text),
  /** The newest drift that an event told of, repaired or not. */
  lastDrift: z.exactOptional(drift),
  /** The buckets whose server access logs go here, as the last complete sweep saw them. */
  logSources: z.exactOptional(z.array(z.object({ bucket: text, prefix: text }))),
  /** What the last event said of the tag that may ask for an exception; an empty value where it took the tag away. */
  exceptionTag: z.exactOptional(z.object({ value: text, actor: text, at: time, causeId: text })),
  life: z.exactOptional(life),
  repairs: z.exactOptional(z.array(repair)),
  jobs: z.exactOptional(
    z.array(
      z.object({
        jobId: text,
        token: z.exactOptional(text),
        objectClass: z.exactOptional(text),
        method: z.exactOptional(text),
      }),
    ),
  ),
  leftovers: z.exactOptional(z.array(reason)),
  /** Somebody put the replaced encryption back on purpose. */
  rolledBack: z.exactOptional(
    z.object({
      at: time,
      by: text,
      replaced: z.exactOptional(encryptionRule),
      restored: z.exactOptional(encryptionRule),
    }),
  ),
  acknowledgedAt: z.exactOptional(time),
  acknowledgedBy: z.exactOptional(text),
  claimOwner: z.exactOptional(text),
  /** Epoch milliseconds. */
  claimUntil: z.exactOptional(z.number()),
  pending: z.exactOptional(pending),
};

/** A bucket that was claimed and not judged yet has no look. Attributes that this version does not know are passed over. */
export const bucketItem = z.object({ ...z.partial(z.object(look)).shape, ...lookOptions, ...memory });
export type BucketItem = z.infer<typeof bucketItem>;

/** A bucket that has been looked at, as announcements need it. */
export const judgedBucketItem = z.object({
  bucket: text,
  account: text,
  region: text,
  ...look,
  ...lookOptions,
  ...memory,
});
export type JudgedBucketItem = z.infer<typeof judgedBucketItem>;
