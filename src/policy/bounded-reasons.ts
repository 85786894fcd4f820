import type { Reason } from './model.ts';

/** A bucket policy of 20 KB can name a thousand accounts; what is remembered and told must fit into a ledger item and an event. */
const MOST_REASONS = 25;
const LONGEST_MESSAGE = 1_500;
const MOST_PASTE = 24_000;

/** The reasons as they are remembered and told: all of them where that is sensible, else the first, and how many more there are. */
export function boundedReasons(reasons: readonly Reason[]): Reason[] {
  const kept = reasons.slice(0, reasons.length > MOST_REASONS ? MOST_REASONS - 1 : MOST_REASONS);
  let room = MOST_PASTE;
  const bounded = kept.map(({ code, message, paste }): Reason => {
    const fits = paste !== undefined && paste.length <= room;
    if (fits) room -= paste.length;
    return { code, message: clipped(message), ...(fits ? { paste } : {}) };
  });
  const more = reasons.length - kept.length;
  if (more === 0) return bounded;
  const message = `There are ${more} more reasons of this kind; reseal policy explain names every one of them.`;
  return [...bounded, { code: reasons.at(-1)?.code ?? 'more', message }];
}

function clipped(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE - 3)}...`;
}
