import type { Context } from 'aws-lambda';

/**
 * A story begins only with this much left of its invocation: its reads and writes take 1 to 3 s, and a single call to AWS that hangs
 * is given up after 15 s (three tries of 5 s).
 */
const BEGIN_MS = 20_000;

/** What is kept back for the answer: the lines, the metrics and the list of what comes back. */
const ANSWER_MS = 3_000;

/** How long the stories of one invocation may take. */
export interface Deadline {
  /** 0 or less where the message is given back already: nothing may be changed any more. */
  timeLeftMs: () => number;
  mayBegin: () => boolean;
  /**
   * What the work comes to, or `over` where the time ends first. The work itself cannot be stopped: Lambda freezes the process with
   * it after the answer and thaws it with the next invocation, perhaps minutes later. That is harmless. The bucket's claim outlives the
   * invocation (75 s against 60 s), so whoever gets the message next waits for it; the ledger takes a story's end only from the
   * claim's owner; and without time left nothing is written to a bucket and no job is made (wire-assess.ts). How the work ends then is
   * nobody's concern: its message is judged anew.
   */
  orOver: <T>(work: Promise<T>) => Promise<T | 'over'>;
}

/** The time of one invocation, from now on; to be disposed of with its end. */
export function startDeadline(context: Context): Deadline & Disposable {
  const timeLeftMs = () => context.getRemainingTimeInMillis() - ANSWER_MS;
  const { promise: over, resolve } = Promise.withResolvers<'over'>();
  const alarm = setTimeout(resolve, Math.max(0, timeLeftMs()), 'over' as const);
  return {
    timeLeftMs,
    mayBegin: () => timeLeftMs() >= BEGIN_MS - ANSWER_MS,
    orOver: (work) => Promise.race([work, over]),
    [Symbol.dispose]: () => clearTimeout(alarm),
  };
}
