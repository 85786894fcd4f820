import * as z from 'zod/mini';
import { METHODS } from '../policy/model.ts';
import { ownPart } from './own-request.ts';
import { count, flag, listOf, place, text, time } from './shapes.ts';

/** Where the ledger keeps one job. */
export function jobKey(token: string): { pk: string; sk: string } {
  return { pk: `JOB#${token}`, sk: 'JOB' };
}

/** Where the ledger keeps which jobs of an account have one of its slots. */
export function slotsKey(account: string): { pk: string; sk: string } {
  return { pk: `JOBS#${account}`, sk: 'RUNNING' };
}

/** Where the ledger keeps when S3 was asked about a job last. */
export function describedKey(jobId: string): { pk: string; sk: string } {
  return { pk: `JOB#${jobId}`, sk: 'DESCRIBED' };
}

/** A job is not to be polled more often (User Guide "Troubleshooting S3 Batch Operations"). */
export const DESCRIBE_SECONDS = 30;

/** How many attempts Reseal makes by itself on the same objects. */
export const MOST_ATTEMPTS = 3;

/** A CSV of ours in the reports bucket. */
const manifest = z.object({ key: text, etag: text, versioned: flag }, { error: 'key, etag and versioned' });

/** A job as it was planned: all that CreateJob needs, frozen when it is queued. */
export const jobRequest = z.object({
  token: text,
  ...place,
  /** One class of the manifest generator's filter; `any` where a manifest of ours names the objects. */
  objectClass: z.enum(['SSE-S3', 'SSE-KMS', 'NOT-SSE', 'any']),
  method: z.enum(METHODS),
  /** With `own-copy` alone: no S3 job, and no slot of the account. */
  own: z.exactOptional(ownPart),
  /** What the objects shall have. */
  algorithm: text,
  keyArn: z.exactOptional(text),
  bucketKey: flag,
  sourceKeyArn: z.exactOptional(text),
  sourceBucketKey: z.exactOptional(flag),
  storageClass: z.exactOptional(text),
  createdAfter: z.exactOptional(time),
  sizeBelowBytes: z.exactOptional(count),
  /** A copy leaves alone what was written later: it has the new default, and perhaps another storage class. */
  writtenBefore: z.exactOptional(time),
  /** True where the noncurrent versions are meant: Reseal lists them into a manifest when it launches the job, from `marker` on. */
  versions: z.exactOptional(flag),
  marker: z.exactOptional(z.object({ key: text, versionId: text }, { error: 'key and versionId' })),
  /** The jobs that have to be at their end before the versions are listed. */
  after: z.exactOptional(listOf(text)),
  manifest: z.exactOptional(manifest),
  priority: count,
  /** 0 for the first. */
  attempt: count,
  /** The token of the attempt before it. */
  retryOf: z.exactOptional(text),
  /** The standard that the objects are brought to, as one text. */
  standardId: text,
  causeId: text,
  /** When it was queued. */
  createdAt: time,
  /** How many objects are proven after the job, at most 1,000. */
  sample: count,
  priceUsd: z.exactOptional(count),
  /** Why people are asked before it runs; absent where nobody is. */
  needsConfirmation: z.exactOptional(text),
});
export type JobRequest = z.output<typeof jobRequest>;

/** What somebody may ask of a job by hand. */
export const WISHES = ['confirm', 'cancel', 'retry'] as const;
export type WishedFor = (typeof WISHES)[number];
export const wish = z.object({ what: z.enum(WISHES), by: text, at: time }, { error: 'what, by and at' });
export type Wish = z.output<typeof wish>;

/** What else CreateJob is asked with. It is kept with the slot, so that a repeat is the same request whoever makes it. */
export const jobVia = z.object(
  {
    roleArn: text,
    reportsBucket: text,
    /** True for a copy that waits until its list is seen to name no old version. */
    checksList: z.exactOptional(flag),
  },
  { error: 'roleArn and reportsBucket' },
);
export type JobVia = z.output<typeof jobVia>;

/** A job that S3 has accepted and that has not ended. One that is suspended has no slot. */
export const openJob = z.extend(jobRequest, {
  jobId: text,
  via: jobVia,
  status: z.enum(['open', 'suspended']),
  launchedAt: time,
  suspendedAt: z.exactOptional(time),
  wish: z.exactOptional(wish),
  /** Of a job that Reseal runs itself: pieces that have not ended, how many of them are ranges of keys, and objects that are done. */
  pieces: z.exactOptional(count),
  ranges: z.exactOptional(count),
  done: z.exactOptional(count),
  /** True where an older version started it: what it was asked for is not all known, so it is never asked for again. */
  isEarlier: z.exactOptional(flag),
});
export type OpenJob = z.output<typeof openJob>;

/** A job that waits for a slot, or has one and may be S3's already: then it has `via`. */
export const queuedJob = z.extend(jobRequest, {
  via: z.exactOptional(jobVia),
  wish: z.exactOptional(wish),
  /** How often somebody has set out to launch it. */
  claims: z.exactOptional(count),
});
export type QueuedJob = z.output<typeof queuedJob>;

/** What the index of jobs has of one: `jobId` where S3 has accepted it. */
export const listedJob = z.object({ token: text, jobId: z.exactOptional(text), account: text });

/** How a job ends so that nobody need look, and how it ends otherwise. */
export const ENDED_WELL: readonly string[] = ['complete', 'nothing-to-do', 'superseded'];
export const ENDED_BADLY: readonly string[] = [
  'complete-with-failures',
  'failed',
  'cancelled',
  'expired',
  'forgotten',
  'refused',
];

/** True for a job that has left objects that nothing tries again by itself; any other word is looked at, one of a later version too. */
export function needsSomebody(
  ended: Pick<Partial<ClosedJob>, 'failed' | 'nextToken'> & { status: string; again?: string },
): boolean {
  const { status, nextToken, again, failed = 0 } = ended;
  if (ENDED_WELL.includes(status) || nextToken !== undefined || again === 'now') return false;
  // What was not tried is asked for by the next sweep; what failed needs somebody to mend its cause first.
  return again !== 'next-sweep' || failed > 0;
}

/** How a job ended. The status is text: an item may have been written by a later version. */
export const jobEnd = {
  /** Absent where S3 never took it. */
  jobId: z.exactOptional(text),
  status: text,
  objectClass: z.exactOptional(text),
  method: z.exactOptional(text),
  /** Tasks, one an object. */
  total: count,
  succeeded: count,
  failed: count,
  /** Objects that no task was run for; absent where nobody knows how many. */
  untried: z.exactOptional(count),
  /** How many tasks failed with each error code and cause (src/policy/plan/task-codes.ts). A list: the codes are the words of others, and a mapping has names of its own. */
  failures: listOf(z.object({ code: text, count, cause: z.exactOptional(text) })),
  /** The first failed keys, with their codes; all of them are in the report. */
  failedKeys: listOf(
    z.object({ key: text, code: text, versionId: z.exactOptional(text), cause: z.exactOptional(text) }),
  ),
  /** The s3:// address of the report's manifest. */
  report: z.exactOptional(text),
  /** The s3:// address of the list of its objects. */
  list: z.exactOptional(text),
  /** What was read of a random sample after it. */
  proof: z.exactOptional(
    z.object(
      {
        sampled: count,
        seed: text,
        missed: count,
        unread: count,
        changed: count,
        /** Some of those that are missed. */
        keys: z.exactOptional(listOf(text)),
      },
      { error: 'sampled, seed, missed, unread and changed' },
    ),
  ),
  /** What becomes of the objects that are not done: a retry is queued now, the next sweep asks again, or nobody does by itself. */
  again: z.exactOptional(z.enum(['now', 'next-sweep', 'no'])),
  /** The rows that may still be done; absent where none are left, or where the whole job is to be done again. */
  rest: z.exactOptional(manifest),
  why: z.exactOptional(text),
};

/** A job that has ended. */
export const closedJob = z.object({
  token: text,
  ...place,
  closedAt: time,
  ...jobEnd,
  /** The attempt after it. */
  nextToken: z.exactOptional(text),
  /** Absent in an item that an older version wrote. */
  failures: z._default(jobEnd.failures, []),
});
export type ClosedJob = z.output<typeof closedJob>;
