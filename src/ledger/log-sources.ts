import type { LogSource } from '../policy/facts.ts';

/** How many are remembered: one is enough for the verdict, the others are for people. */
export const MOST_SOURCES = 20;

/** What is known of the buckets that send logs, with one that was just seen to. */
export function withLogSource(known: readonly LogSource[] = [], source: LogSource): LogSource[] {
  return [source, ...known.filter(({ bucket }) => bucket !== source.bucket)].slice(0, MOST_SOURCES);
}
