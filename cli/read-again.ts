import { ResealError } from '../src/errors.ts';

export interface ReadAgainDeps<T> {
  read: () => Promise<T>;
  /** Is told of a reading that failed. */
  failed: (error: unknown) => void;
  wait: (ms: number) => Promise<void>;
}

/** A scan costs money: its answers are waited for longer than it takes, and longer the longer nobody needs to be quick. */
const LEAST_MS = 2_000;
const MOST_MS = 30_000;
const GROWTH = 1.2;
const TIMES_THE_SCAN = 10;

/** A reading that fails may be the network; so many in a row are not. */
const MOST_FAILURES = 5;

/** Reads something again and again until `isOver` says so, and answers the last reading. Throws the error of the last one. */
export async function readAgain<T extends { scanMs: number }>(
  { read, failed, wait }: ReadAgainDeps<T>,
  isOver: (reading: T) => boolean,
): Promise<T> {
  let pauseMs = LEAST_MS;
  let failures = 0;
  for (;;) {
    let scanMs = 0;
    try {
      const reading = await read();
      failures = 0;
      ({ scanMs } = reading);
      if (isOver(reading)) return reading;
    } catch (error) {
      failures += 1;
      if (failures === MOST_FAILURES || !isPassing(error)) throw error;
      failed(error);
    }
    await wait(Math.max(pauseMs, TIMES_THE_SCAN * scanMs));
    pauseMs = Math.min(MOST_MS, pauseMs * GROWTH);
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof ResealError && error.retryable;
}
