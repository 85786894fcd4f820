import type { Job } from './job.ts';

/** The newer User Guide's limit per account; that it spans Regions and that others wait in Ready is unconfirmed (aws-facts 3.5). */
const MOST_ACTIVE = 6;
const RUNNING: readonly Job['status'][] = ['Active', 'Pausing', 'Completing', 'Failing', 'Cancelling'];

/** Which jobs of an account begin or go on now, and which are asked to pause for them. */
export interface Moves {
  readonly start: readonly Job[];
  readonly pause: readonly Job[];
}

/** The highest priority first, the oldest among equals. A job is paused only for one of a higher priority. */
export function movesOf(open: readonly Job[], pausesForPriority: boolean): Moves {
  const free = Math.max(0, MOST_ACTIVE - open.filter((job) => RUNNING.includes(job.status)).length);
  const waiting = open
    .filter((job) => job.status === 'Ready' || job.status === 'Paused')
    .sort((a, b) => b.priority - a.priority);
  const [start, left] = [waiting.slice(0, free), waiting.slice(free)];
  if (!pausesForPriority) return { start, pause: [] };
  // Whoever is pausing makes room for the first that is left.
  const served = open.filter((job) => job.isPauseRequested).length;
  const lowest = open
    .filter((job) => job.status === 'Active' && !job.isPauseRequested && !job.isCancelRequested)
    .sort((a, b) => a.priority - b.priority);
  const pause = left.slice(served).flatMap((better, at) => {
    const job = lowest[at];
    return job !== undefined && job.priority < better.priority ? [job] : [];
  });
  return { start, pause };
}
