import * as z from 'zod/mini';
import { jobEnd, type WishedFor } from './job-item.ts';
import { waitsQueued } from './job-queues.ts';
import { count, flag, listOf, place, text, time } from './shapes.ts';

/** Every attribute of a job that people are shown. */
export const anyJobShape = {
  token: text,
  ...place,
  status: z.exactOptional(text),
  jobId: z.exactOptional(text),
  objectClass: z.exactOptional(text),
  method: z.exactOptional(text),
  own: z.exactOptional(
    z.object({
      lane: z.exactOptional(text),
      does: z._default(listOf(text), []),
      restore: z.exactOptional(z.object({ tier: text })),
    }),
  ),
  keyArn: z.exactOptional(text),
  storageClass: z.exactOptional(text),
  versions: z.exactOptional(flag),
  createdAfter: z.exactOptional(time),
  standardId: z.exactOptional(text),
  causeId: z.exactOptional(text),
  attempt: z.exactOptional(count),
  retryOf: z.exactOptional(text),
  nextToken: z.exactOptional(text),
  priority: z.exactOptional(count),
  priceUsd: z.exactOptional(count),
  needsConfirmation: z.exactOptional(text),
  createdAt: z.exactOptional(time),
  launchedAt: z.exactOptional(time),
  suspendedAt: z.exactOptional(time),
  closedAt: z.exactOptional(time),
  pieces: z.exactOptional(count),
  ranges: z.exactOptional(count),
  done: z.exactOptional(count),
  total: z.exactOptional(count),
  succeeded: z.exactOptional(count),
  failed: z.exactOptional(count),
  untried: z.exactOptional(count),
  failures: z._default(jobEnd.failures, []),
  failedKeys: z._default(jobEnd.failedKeys, []),
  report: z.exactOptional(text),
  list: z.exactOptional(text),
  proof: jobEnd.proof,
  again: z.exactOptional(text),
  why: z.exactOptional(text),
  wish: z.exactOptional(z.object({ what: text, by: text, at: time }, { error: 'what, by and at' })),
};
const anyJob = z.object(anyJobShape);

/** How far a job is: what waits for a slot, what S3 has, what waits for a person, what has ended. */
export const STAGES = ['queued', 'open', 'suspended', 'closed'] as const;
export type JobStage = (typeof STAGES)[number];

/** One job as people are shown it: of every version's item whatever it has. */
export type JobView = z.output<typeof anyJob> & { stage: JobStage };

/** Archived objects of a job of our own that wait for a restore. */
export interface JobWaits {
  objects: number;
  /** Some of them, the next one first. `until` is absent where the restore had begun before: by somebody else, or by a try whose answer was lost. */
  next: { key: string; until?: string }[];
}

/** What the pieces of a job of our own say while it runs. */
export interface OwnProgress extends Pick<JobView, 'failures' | 'failedKeys'> {
  failed: number;
  waits?: JobWaits;
}

/** The item of a job; undefined where it is none that can be shown. */
export function viewOfJob(item: Readonly<Record<string, unknown>>): JobView | undefined {
  const read = anyJob.safeParse(item);
  return read.success ? { ...read.data, stage: stageOf(read.data) } : undefined;
}

function stageOf(job: z.output<typeof anyJob>): JobStage {
  const { closedAt, jobId, status } = job;
  if (closedAt !== undefined) return 'closed';
  if (status === 'suspended' || waitsQueued(job)) return 'suspended';
  return jobId === undefined ? 'queued' : 'open';
}

/** The status that a job is asked for by: that of its end, or its stage. */
export function statusOfJob({ stage, status }: JobView): string {
  return stage === 'closed' ? (status ?? 'closed') : stage;
}

/** How a job ends that nobody has run. */
const NEVER_RUN: ReadonlySet<string> = new Set(['cancelled', 'expired', 'refused', 'superseded']);

/** What became of what was asked of a job at that time: it stands there until the function has carried it out, or S3 has refused it. */
export function outcomeOfWish(what: WishedFor, job: JobView, at: string): 'waits' | 'done' | 'nothing' {
  const { wish, stage, needsConfirmation, nextToken } = job;
  if (wish?.at === at) return 'waits';
  const neverRan = stage === 'closed' && NEVER_RUN.has(statusOfJob(job));
  switch (what) {
    case 'confirm': {
      const isAsked = stage === 'suspended' || (stage === 'queued' && needsConfirmation !== undefined);
      return isAsked || neverRan ? 'nothing' : 'done';
    }
    case 'cancel':
      // What is cancelled has ended only when S3 has told so.
      if (stage !== 'closed') return 'waits';
      return neverRan ? 'done' : 'nothing';
    case 'retry':
      return nextToken === undefined ? 'nothing' : 'done';
  }
}
