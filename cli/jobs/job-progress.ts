import { DESCRIBE_SECONDS } from '../../src/ledger/job-item.ts';
import type { JobView } from '../../src/ledger/job-view.ts';
import { present } from '../../src/present.ts';
import type { JobLook } from '../../src/runtime/job-deps.ts';

/** What is known of an open job beside its item. */
export interface JobProgress {
  look?: JobLook;
  perSecond?: number;
  secondsLeft?: number;
}

interface Seen {
  look: JobLook;
  atMs: number;
  /** The first reading in which it ran, and the one before the last that had other counts. */
  first?: { done: number; atMs: number };
}

/**
 * Looks at open jobs, at each at most every 30 s (S3 User Guide "Troubleshooting Batch Operations"), be it by this process or by the function that has
 * described it last; in between the look before stands. Speed is that since the first look in which it ran, and before a second one that since its launch.
 */
export function createJobLooks(describe: (job: JobView & { jobId: string }) => Promise<JobLook>, now: () => Date) {
  const seen = new Map<string, Seen>();
  return async function lookAt(job: JobView): Promise<JobProgress> {
    const { jobId, token } = job;
    // S3 knows no job that Reseal runs itself.
    if (jobId === undefined || job.method === 'own-copy' || job.stage === 'queued' || job.stage === 'closed') return {};
    const before = seen.get(token);
    const lastMs = before?.atMs ?? 0;
    const atMs = now().getTime();
    if (atMs - lastMs < DESCRIBE_SECONDS * 1_000) return before === undefined ? {} : paceOf(job, before, atMs);
    const look = await describe({ ...job, jobId });
    if (look.kind === 'unread' && look.isSoon === true)
      return before === undefined ? { look } : paceOf(job, before, atMs);
    const done = doneOf(look);
    const first = before?.first ?? (done > 0 ? { done, atMs } : undefined);
    const since = { look, atMs, ...present({ first }) };
    seen.set(token, since);
    return paceOf(job, since, atMs);
  };
}

function doneOf(look: JobLook): number {
  return look.kind === 'described' ? look.job.succeeded + look.job.failed : 0;
}

function paceOf({ launchedAt }: JobView, { look, first, atMs }: Seen, nowMs: number): JobProgress {
  if (look.kind !== 'described') return { look };
  const done = doneOf(look);
  const from = first !== undefined && first.atMs < atMs ? first : { done: 0, atMs: Date.parse(launchedAt ?? '') };
  const perSecond = ((done - from.done) * 1_000) / (atMs - from.atMs);
  if (!(perSecond > 0) || !Number.isFinite(perSecond)) return { look };
  const secondsLeft = Math.max(0, (look.job.total - done) / perSecond - (nowMs - atMs) / 1_000);
  return { look, perSecond, ...(look.job.total > done ? { secondsLeft } : {}) };
}
