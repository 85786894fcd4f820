/** A clock that stands still while anybody works, and goes on to the next who waits. */
export function createClock() {
  const waiting: { at: number; wake: () => void }[] = [];
  const clock = {
    nowMs: 0,
    wait: (ms: number) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const at = clock.nowMs + ms;
      const index = waiting.findLastIndex((each) => each.at > at);
      waiting.splice(index + 1, 0, { at, wake: resolve });
      return promise;
    },
    /** Until nobody waits any more. */
    run: async () => {
      for (;;) {
        await new Promise(setImmediate);
        const next = waiting.pop();
        if (next === undefined) return;
        clock.nowMs = next.at;
        next.wake();
      }
    },
  };
  return clock;
}
