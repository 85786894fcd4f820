import type { LogSource } from '../policy/facts.ts';

/** How many are remembered: one is enough for the verdict, the others are for people. */
export const MOST_SOURCES = 20;

/** What is known of the buckets that send logs, with one that was just seen to. */
export function withLogSource(known: readonly LogSource[] = [], source: LogSource): LogSource[] {
  return [source, ...known.filter(({ bucket }) => bucket !== source.bucket)].slice(0, MOST_SOURCES);
}

/** The buckets that send logs, by the bucket that receives them. */
export type SourcesByTarget = Map<string, LogSource[]>;

/** Takes one in, whatever their number: of many, those that come first by name are kept. */
export function addLogSource(targets: SourcesByTarget, target: string, source: LogSource): void {
  const known = targets.get(target) ?? [];
  known.push(source);
  targets.set(target, known.length < 2 * MOST_SOURCES ? known : firstSources(known));
}

/** As many as are remembered, in the order of their names, and each once: a part of a sweep that was done twice has found it twice. */
export function firstSources(sources: readonly LogSource[]): LogSource[] {
  const each = new Map(sources.map((source) => [source.bucket, source]));
  return [...each.values()].toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1)).slice(0, MOST_SOURCES);
}
