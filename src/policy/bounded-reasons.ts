import { clipped } from '../problem.ts';
import type { Reason } from './model.ts';

/** A bucket policy of 20 KB can name a thousand accounts; what is recorded and announced must fit into a ledger item and an event. */
const MOST_REASONS = 25;
const LONGEST_MESSAGE = 1_500;
const MOST_PASTE = 24_000;

/**
 * The reasons as they are recorded and announced: all of them where that is sensible, else at least one of every code, and how many
 * more there are.
 */
export function boundedReasons(reasons: readonly Reason[]): Reason[] {
  let room = MOST_PASTE;
  const bounded = kept(reasons).map(({ code, message, paste }): Reason => {
    const fits = paste !== undefined && paste.length <= room;
    if (fits) room -= paste.length;
    return { code, message: clipped(message, LONGEST_MESSAGE), ...(fits ? { paste } : {}) };
  });
  const more = reasons.length - bounded.length;
  if (more === 0) return bounded;
  const message = `${more} more reasons are not shown: reseal policy explain names them all.`;
  return [...bounded, { code: 'more-reasons', message }];
}

function kept(reasons: readonly Reason[]): Reason[] {
  if (reasons.length <= MOST_REASONS) return [...reasons];
  const firsts = new Set(new Map(reasons.toReversed().map((reason) => [reason.code, reason])).values());
  const room = MOST_REASONS - 1 - firsts.size;
  const others = new Set(reasons.filter((reason) => !firsts.has(reason)).slice(0, Math.max(0, room)));
  return reasons.filter((reason) => firsts.has(reason) || others.has(reason));
}
