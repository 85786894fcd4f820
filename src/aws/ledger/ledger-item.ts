import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { ResealError } from '../../errors.ts';

const rule = z.object({
  algorithm: z.exactOptional(z.string()),
  keyId: z.exactOptional(z.string()),
  bucketKey: z.exactOptional(z.boolean()),
  blocked: z.exactOptional(z.array(z.string())),
});

/** Where the ledger keeps one bucket. */
export function bucketKey(bucket: string): { pk: string; sk: string } {
  return { pk: `BUCKET#${bucket}`, sk: 'STATE' };
}

/** Who drifted a bucket, from where and with what: as far as an event told. */
const whence = {
  actor: z.exactOptional(z.string()),
  sourceAddress: z.exactOptional(z.string()),
  userAgent: z.exactOptional(z.string()),
};

/** Work on a bucket that was begun and not finished: what a crash leaves behind, and what the next try takes up. */
const pending = z.object({
  cause: z.enum(['created', 'encryption-deleted', 'encryption-put', 'tagged', 'deleted', 'sweep']),
  causeId: z.string(),
  at: z.string(),
  /** The rule that the repair replaces; absent where only objects are to be re-encrypted. */
  replaced: z.exactOptional(rule),
  ...whence,
});
export type Pending = z.infer<typeof pending>;

const repair = z.object({
  at: z.string(),
  causeId: z.string(),
  cause: z.string(),
  /** ISO 8601. When the drift was, as its event told; absent where nobody told of it. */
  driftAt: z.exactOptional(z.string()),
  ...whence,
  replaced: rule,
  wrote: rule,
  policySha256: z.string(),
  /** Why, in plain sentences; absent where an invocation died before it could say so. */
  reasons: z.exactOptional(z.array(z.object({ code: z.string(), message: z.string() }))),
});
/** One change that Reseal made to a bucket: enough to put it back. */
export type Repair = z.infer<typeof repair>;

/** The fields of a bucket's ledger item that decisions rest on; the others are for people. */
const bucketItem = z.object({
  verdict: z.exactOptional(z.string()),
  /** True where `repair` was judged and not made. */
  observed: z.exactOptional(z.boolean()),
  /** The rule that the last look found. */
  found: z.exactOptional(rule),
  compliantAt: z.exactOptional(z.string()),
  /** How far back the last plan looked for objects that are below. */
  coveredFrom: z.exactOptional(z.string()),
  /** When that plan was made: what drifted later is not covered by it. */
  coveredTo: z.exactOptional(z.string()),
  /** Since when the bucket is known to be below its standard. */
  belowSince: z.exactOptional(z.string()),
  /** The standard for which all existing objects were planned. */
  backfilled: z.exactOptional(z.string()),
  claimOwner: z.exactOptional(z.string()),
  /** Epoch milliseconds. */
  claimUntil: z.exactOptional(z.number()),
  pending: z.exactOptional(pending),
  repairs: z.exactOptional(z.array(repair)),
  reasons: z.exactOptional(z.array(z.object({ code: z.string() }))),
  /** The buckets whose server access logs go here, as the last complete sweep saw them. */
  logSources: z.exactOptional(z.array(z.object({ bucket: z.string(), prefix: z.string() }))),
  /** Somebody put the replaced encryption back on purpose. */
  rolledBack: z.exactOptional(z.object({ at: z.string(), by: z.string() })),
  /** The same, begun and not known to be done. */
  rollingBack: z.exactOptional(z.object({ at: z.string(), by: z.string() })),
  acknowledgedAt: z.exactOptional(z.string()),
  flappingSince: z.exactOptional(z.string()),
  /** The newest drift that an event told of, repaired or not. */
  lastDrift: z.exactOptional(z.object({ at: z.string(), causeId: z.string(), cause: z.string(), ...whence })),
  /** What the last event said of the tag that may ask for an exception; an empty value where it took the tag away. */
  exceptionTag: z.exactOptional(
    z.object({ value: z.string(), actor: z.string(), at: z.string(), causeId: z.string() }),
  ),
});
export type BucketItem = z.infer<typeof bucketItem>;

const jobItem = z.object({
  token: z.string(),
  jobId: z.string(),
  bucket: z.string(),
  account: z.string(),
  createdAt: z.string(),
  closedAt: z.exactOptional(z.string()),
});
export type JobItem = z.infer<typeof jobItem>;

const parkedItem = z.object({
  bucket: z.string(),
  assessedAt: z.string(),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
});
/** A bucket that could not be read in all its tries. */
export type ParkedItem = z.infer<typeof parkedItem>;

const version = z.object({ bucket: z.string(), key: z.string(), versionId: z.string(), sha256: z.string() });
/** One version of the policy object, and what its bytes must hash to (hex). */
export type PolicyVersion = z.infer<typeof version>;

const pinItem = z.extend(version, {
  /** The version that was in force before: the last good one for a function that starts while the new one is not readable. */
  previous: z.exactOptional(version),
});
/** Which version is the policy now. */
export type PolicyPin = z.infer<typeof pinItem>;

type Attributes = Record<string, AttributeValue>;

export function readBucketItem(attributes: Attributes | undefined): BucketItem {
  return attributes === undefined ? {} : checked(bucketItem, attributes);
}

export function readJobItem(attributes: Attributes): JobItem {
  return checked(jobItem, attributes);
}

export function readParkedItem(attributes: Attributes): ParkedItem {
  return checked(parkedItem, attributes);
}

export function readPinItem(attributes: Attributes | undefined): PolicyPin | undefined {
  return attributes === undefined ? undefined : checked(pinItem, attributes);
}

function checked<T>(schema: z.ZodMiniType<T>, attributes: Attributes): T {
  const item = unmarshall(attributes);
  const result = schema.safeParse(item);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ResealError(
    'ledger-failed',
    `ledger item ${String(item['pk'])}: ${issue?.path.join('.')} is not what this version writes; expected ${issue?.message}. Was the table written by another version?`,
  );
}
