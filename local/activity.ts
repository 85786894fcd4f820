import type { Activity } from './world.ts';

type Kind = keyof Activity['counts'];

/** Event-loop turns that must pass with nothing under way: what ends one piece of work often starts the next a few turns later. */
const STABLE_TURNS = 5;

/** Counts what is under way and tells when the embedded AWS has come to rest. */
export function createActivity(): Activity {
  const counts: Record<Kind, number> = { message: 0, invocation: 0, job: 0, event: 0 };
  const waiting = new Set<() => void>();
  let begun = 0;

  const isQuiet = (): boolean => Object.values(counts).every((count) => count === 0);
  const begin = (kind: Kind): (() => void) => {
    counts[kind] += 1;
    begun += 1;
    let isOver = false;
    return () => {
      if (isOver) throw new Error(`the end of one ${kind} was told twice`);
      isOver = true;
      counts[kind] -= 1;
      if (isQuiet()) for (const wake of waiting) wake();
    };
  };
  /** True where nothing was begun during the turns, not even what is over again. */
  const isStable = async (): Promise<boolean> => {
    const before = begun;
    for (let turn = 0; turn < STABLE_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return isQuiet() && begun === before;
  };
  const idle = async (timeoutMs: number): Promise<boolean> => {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      if (isQuiet() && (await isStable())) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      if (!isQuiet()) await quietOrTimeout(waiting, left);
    }
  };
  return { begin, counts, idle };
}

function quietOrTimeout(waiting: Set<() => void>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      waiting.delete(done);
      resolve();
    };
    const timer = setTimeout(done, timeoutMs);
    waiting.add(done);
  });
}
