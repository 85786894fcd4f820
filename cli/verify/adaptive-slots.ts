/** A row of good answers as long as this opens one more slot. */
const STEADY = 50;

/**
 * As many works at a time as S3 takes: half as many after one that was throttled, one more after some that were not, `most` at the most. What was
 * begun before the last cut says nothing of it.
 */
export function createAdaptiveSlots(most: number) {
  let limit = most;
  let running = 0;
  let good = 0;
  let cuts = 0;
  const waiting: (() => void)[] = [];
  const next = () => {
    while (running < limit) {
      const begin = waiting.shift();
      if (begin === undefined) return;
      running += 1;
      begin();
    }
  };
  const learn = (wasThrottled: boolean, cutsBefore: number) => {
    if (wasThrottled && cutsBefore === cuts) {
      limit = Math.max(1, Math.floor(limit / 2));
      cuts += 1;
      good = 0;
    } else if (!wasThrottled) {
      good += 1;
      if (good % STEADY === 0) limit = Math.min(most, limit + 1);
    }
  };
  return {
    limit: () => limit,
    async run<T>(work: () => Promise<T>, wasThrottled: (result: T) => boolean): Promise<T> {
      await new Promise<void>((begin) => {
        waiting.push(begin);
        next();
      });
      const cutsBefore = cuts;
      try {
        const result = await work();
        learn(wasThrottled(result), cutsBefore);
        return result;
      } finally {
        running -= 1;
        next();
      }
    },
  };
}
