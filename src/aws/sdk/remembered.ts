import { isOutOfTime } from './service-error.ts';

interface Remembered<T> {
  answer: Promise<T>;
  atMs: number;
}

/** A thousand accounts, or the keys of one: what is remembered of more is asked for anew. */
const MOST_ANSWERS = 1_000;

/**
 * Answers by name, remembered from when they were asked for. Those who ask while an answer is under way wait for the same one, so
 * that a batch that begins with an empty memory asks AWS once. A failure is not remembered, nor an answer that is not worth it.
 * Where the time of whoever asked is over, those who wait ask anew: they may have time.
 */
export function createRemembered<T>(now: () => Date, isKept: (answer: T) => boolean = () => true) {
  const answers = new Map<string, Remembered<T>>();
  /** An answer that was asked for less than `maxAgeMs` ago is used again. */
  function remembered(name: string, maxAgeMs: number, ask: () => Promise<T>): Promise<T> {
    const known = answers.get(name);
    const atMs = now().getTime();
    if (known !== undefined && atMs - known.atMs < maxAgeMs) {
      return known.answer.catch((error: unknown) => {
        if (isOutOfTime(error)) return remembered(name, maxAgeMs, ask);
        throw error;
      });
    }
    const asked: Remembered<T> = { answer: ask(), atMs };
    putLast(answers, name, asked, MOST_ANSWERS);
    const drop = () => answers.get(name) === asked && answers.delete(name);
    asked.answer.then((answer) => isKept(answer) || drop(), drop);
    return asked.answer;
  }
  /** Whoever asks next asks anew. */
  return Object.assign(remembered, { forget: (name: string) => void answers.delete(name) });
}

/** What holds for a while, by name; of many names, those that were put the longest ago are forgotten. */
export function createForAWhile<T>(now: () => Date, whileMs: number) {
  const entries = new Map<string, { value: T; untilMs: number }>();
  return {
    get(name: string): T | undefined {
      const known = entries.get(name);
      return known !== undefined && now().getTime() < known.untilMs ? known.value : undefined;
    },
    put: (name: string, value: T): void =>
      putLast(entries, name, { value, untilMs: now().getTime() + whileMs }, MOST_ANSWERS),
  };
}

/** Puts an entry last into a map that keeps so many. A map keeps the order in which its entries were put, so the first one is the oldest. */
export function putLast<T>(entries: Map<string, T>, name: string, entry: T, most: number): void {
  entries.delete(name);
  entries.set(name, entry);
  for (const oldest of entries.keys()) {
    if (entries.size <= most) return;
    entries.delete(oldest);
  }
}
