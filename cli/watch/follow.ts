import { goingOn, type SweepProgress } from '../../src/remediation/sweep-progress.ts';
import { readAgain, type ReadAgainDeps } from '../read-again.ts';

export interface FollowDeps extends ReadAgainDeps<SweepProgress> {
  /** Is told of each reading. */
  show: (progress: SweepProgress, pace: Pace) => void;
  now: () => Date;
}

/** How quickly buckets are judged, once that is known. */
export interface Pace {
  perSecond?: number;
  secondsLeft?: number;
}

/** When SQS has surely counted what was sent (SQS API GetQueueAttributes: a minute after the last was sent). */
const SETTLED_MS = 120_000;

/** After that long what waits in the queue is of other sweeps, or of buckets that cannot be read for a while. */
const OVER_MS = 24 * 3_600_000;

/** Follows a sweep to its end: it has ended, its queue is empty in two readings in a row, and no job of it is open but what waits for a person; or it never will end. Throws the error of the last reading. */
export async function follow({ show, now, ...deps }: FollowDeps): Promise<SweepProgress> {
  const pace = createPace(now);
  let empty = 0;
  return readAgain(deps, (progress) => {
    show(progress, pace(progress));
    empty = progress.waiting === 0 ? empty + 1 : 0;
    if (isLost(progress, now())) return true;
    return isAtEnd(progress, now()) && (empty > 1 || isSince(progress, SETTLED_MS, now()));
  });
}

function isAtEnd(progress: SweepProgress, now: Date): boolean {
  const { sweep, waiting, tally } = progress;
  const { open, suspended } = tally.jobs;
  return sweep.endedAt !== undefined && (waiting === 0 || isSince(progress, OVER_MS, now)) && open === suspended.count;
}

function isSince({ sweep: { endedAt } }: SweepProgress, ms: number, now: Date): boolean {
  return endedAt !== undefined && now.getTime() - Date.parse(endedAt) > ms;
}

/** It has no end, and what would bring it there is not kept any more. */
function isLost({ sweep }: SweepProgress, now: Date): boolean {
  return sweep.endedAt === undefined && goingOn([sweep], now).length === 0;
}

/** How many buckets of it are judged: those that were sent and are not waiting any more. */
export function judgedOf({ sent, waiting }: SweepProgress): number {
  return Math.max(0, sent - waiting);
}

/** From the first reading on, and not from the beginning of the sweep: it may have been paused. */
function createPace(now: () => Date) {
  let first: { judged: number; atMs: number } | undefined;
  return function paceOf(progress: SweepProgress): Pace {
    const judged = judgedOf(progress);
    const atMs = now().getTime();
    first ??= { judged, atMs };
    const perSecond = ((judged - first.judged) * 1_000) / (atMs - first.atMs);
    if (!(perSecond > 0) || !Number.isFinite(perSecond)) return {};
    return { perSecond, ...(progress.waiting > 0 ? { secondsLeft: progress.waiting / perSecond } : {}) };
  };
}
