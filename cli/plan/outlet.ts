/** What many put in and one takes out, in that order, as soon as it is there. Whoever takes out ends when `end` was called and nothing is left. */
export function createOutlet<T>() {
  let items: T[] = [];
  let isEnded = false;
  let wake = () => {};
  return {
    put(item: T): void {
      items.push(item);
      wake();
    },
    end(): void {
      isEnded = true;
      wake();
    },
    async *all(): AsyncGenerator<T> {
      for (;;) {
        const taken = items;
        items = [];
        yield* taken;
        if (items.length > 0) continue;
        if (isEnded) return;
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
    },
  };
}

/** So many works at a time, whoever asks for them. */
export function createSlots(most: number) {
  let free = most;
  const waiting: (() => void)[] = [];
  return async function inSlot<T>(work: () => Promise<T>): Promise<T> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
