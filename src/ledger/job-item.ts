import * as z from 'zod/mini';
import { count, listOf, place, text, time } from './shapes.ts';

/** Where the ledger keeps one job. */
export function jobKey(token: string): { pk: string; sk: string } {
  return { pk: `JOB#${token}`, sk: 'JOB' };
}

/** A job that S3 has accepted: its item while it is open. */
export const startedJob = z.object({
  token: text,
  jobId: text,
  ...place,
  objectClass: text,
  method: text,
  createdAt: time,
  causeId: text,
});
export type StartedJob = z.output<typeof startedJob>;

/** What the index of open jobs has of one. */
export const listedJob = z.pick(startedJob, { token: true, jobId: true, account: true });

/** What says which job it is, of an open one and of a closed one. */
export const recordedJob = z.pick(startedJob, { token: true, jobId: true, bucket: true, account: true, region: true });
export type RecordedJob = z.output<typeof recordedJob>;

/** How a job ended. The status is text: an item may have been written by a later version. */
export const jobEnd = {
  jobId: text,
  status: text,
  objectClass: z.exactOptional(text),
  method: z.exactOptional(text),
  /** Tasks, one an object. */
  total: count,
  succeeded: count,
  failed: count,
  /** How many tasks failed with each error code. A list: the codes are the words of others, and a mapping has names of its own. */
  failures: listOf(z.object({ code: text, count })),
  /** The first failed keys, with their codes; all of them are in the report. */
  failedKeys: listOf(z.object({ key: text, code: text, versionId: z.exactOptional(text) })),
  /** The s3:// address of the report's manifest. */
  report: z.exactOptional(text),
  why: z.exactOptional(text),
};

/** A job that has ended; it may have ended before it was recorded as open. */
export const closedJob = z.object({
  token: text,
  ...place,
  closedAt: time,
  ...jobEnd,
  /** Absent in an item that an older version wrote. */
  failures: z._default(jobEnd.failures, []),
});
export type ClosedJob = z.output<typeof closedJob>;
