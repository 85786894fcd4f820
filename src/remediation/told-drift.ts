import type { BucketFact } from '../intake/fact.ts';

/**
 * When an event says that a bucket drifted. A sweep finds drift and does not know when it began, and an event from the future is no
 * witness of it: undefined.
 */
export function toldDrift({ cause, at }: Pick<BucketFact, 'cause' | 'at'>, lookedAt: string): string | undefined {
  return cause === 'sweep' || Date.parse(at) > Date.parse(lookedAt) ? undefined : at;
}

/** The earliest of the times that are known (ISO 8601). */
export function earliest(times: readonly (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
}
