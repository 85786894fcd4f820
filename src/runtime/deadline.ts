import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { ResealError } from '../errors.ts';

/**
 * A story begins only with this much left of its invocation: its reads and writes take 1 to 3 s, and a single call to AWS that hangs
 * is given up after 15 s (three tries of 5 s).
 */
const BEGIN_MS = 20_000;

/** What is kept back for the answer: the lines, the metrics and the list of what comes back. */
const ANSWER_MS = 3_000;

/** How long the stories of one invocation may take. */
export interface Deadline {
  mayBegin: () => boolean;
  /**
   * What the story comes to, or `over` where the time ends first. The story itself cannot be stopped: Lambda freezes the process with
   * it after the answer and thaws it with the next invocation, perhaps minutes later. It then ends at its next try of a call or its next
   * wait, whoever makes it: `needTime` refuses both. Its message is judged anew, as after a crash: the bucket's claim outlives the
   * invocation (75 s against 60 s), so whoever gets the message next waits for it.
   */
  orOver: <T>(story: () => Promise<T>) => Promise<T | 'over'>;
}

interface Clock {
  leftMs: () => number;
  /** Something was not done any more, so the story has no end of its own, whatever it comes to or throws. */
  hasRefused: boolean;
}

/** The clock of the story in whose course something is asked for. Kept by Node, so that no call can forget to pass it on. */
const clocks = new AsyncLocalStorage<Clock>();

/** The time of one invocation, from now on; to be disposed of with its end. */
export function startDeadline(context: Context): Deadline & Disposable {
  const leftMs = () => context.getRemainingTimeInMillis() - ANSWER_MS;
  const { promise: over, resolve } = Promise.withResolvers<'over'>();
  const alarm = setTimeout(resolve, Math.max(0, leftMs()), 'over' as const);
  return {
    mayBegin: () => leftMs() >= BEGIN_MS - ANSWER_MS,
    orOver: async (story) => {
      const clock = { leftMs, hasRefused: false };
      try {
        const end = await Promise.race([clocks.run(clock, story), over]);
        return clock.hasRefused ? 'over' : end;
      } catch (error) {
        if (clock.hasRefused) return 'over';
        throw error;
      }
    },
    [Symbol.dispose]: () => clearTimeout(alarm),
  };
}

/** What is left to the story that asks, 0 or less where its message is given back already. A command has all the time. */
export function timeLeftMs(): number {
  return clocks.getStore()?.leftMs() ?? Infinity;
}

/** Throws ResealError out-of-time where the story that asks has not more than this left. */
export function needTime(ms = 0): void {
  const clock = clocks.getStore();
  if (clock === undefined || clock.leftMs() > ms) return;
  clock.hasRefused = true;
  throw new ResealError('out-of-time', 'the time of this invocation is over: the message comes back', {
    retryable: true,
  });
}

/** Waits, where there is time for it. */
export async function waitInTime(ms: number): Promise<void> {
  needTime(ms);
  await sleep(ms);
}
