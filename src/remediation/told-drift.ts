import type { BucketFact } from '../intake/fact.ts';

const DRIFTS: ReadonlySet<string> = new Set(['created', 'encryption-deleted', 'encryption-put']);

/** True where the cause is an event that took encryption away, or may have. */
export function isDrift(cause: string): boolean {
  return DRIFTS.has(cause);
}

/**
 * When an event says that a bucket drifted. A sweep finds drift and does not know when it began, and an event from the future is no
 * witness of it: undefined.
 */
export function toldDrift({ cause, at }: Pick<BucketFact, 'cause' | 'at'>, lookedAt: string): string | undefined {
  return !isDrift(cause) || Date.parse(at) > Date.parse(lookedAt) ? undefined : at;
}

/** The earliest drift that any of these events tells of. */
export function earliestDrift(told: readonly Pick<BucketFact, 'cause' | 'at'>[], lookedAt: string): string | undefined {
  return earliest(told.map((each) => toldDrift(each, lookedAt)));
}

/** The earliest of the times that are known (ISO 8601). */
export function earliest(times: readonly (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
}
