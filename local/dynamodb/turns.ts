/** Lets readers in together and each writer in alone, in the order in which they came. */
export interface Turns {
  together<Result>(work: () => Promise<Result>): Promise<Result>;
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
}

interface Waiting {
  readonly isAlone: boolean;
  readonly start: () => void;
}

/** What keeps a read from seeing half of a transaction, and a stream record's two images next to each other. */
export function createTurns(): Turns {
  const waiting: Waiting[] = [];
  let readers = 0;
  let isWriting = false;

  const admit = (): void => {
    for (let next = waiting[0]; next !== undefined && !isWriting; next = waiting[0]) {
      if (next.isAlone && readers > 0) return;
      waiting.shift();
      if (next.isAlone) isWriting = true;
      else readers += 1;
      next.start();
    }
  };
  const take = async <Result>(isAlone: boolean, work: () => Promise<Result>): Promise<Result> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push({ isAlone, start: resolve });
    admit();
    await promise;
    try {
      return await work();
    } finally {
      if (isAlone) isWriting = false;
      else readers -= 1;
      admit();
    }
  };
  return { together: (work) => take(false, work), alone: (work) => take(true, work) };
}
