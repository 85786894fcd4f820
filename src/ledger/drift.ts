import { causeRow } from '../cause.ts';
import { CLOCK_MARGIN_MS } from '../policy/plan/object-classes.ts';
import { present } from '../present.ts';
import type { Encryption } from '../policy/model.ts';
import type { BucketItem } from './bucket-item.ts';
import { isForgotten } from './covered.ts';
import { whenceOf } from './shapes.ts';

/** What a message or an item tells of one change of a bucket. */
export type Reported = NonNullable<BucketItem['lastDrift']>;

/** What a bucket has that nobody gave another rule. */
export const SSE_S3: Encryption = { algorithm: 'AES256' };

/** The rule that was in force from a drift on, as far as its event said so. */
export function ruleOfDrift({ cause, rulePut }: Pick<Reported, 'cause' | 'rulePut'>): Encryption | undefined {
  return rulePut ?? (causeRow(cause).startsAsSseS3 ? SSE_S3 : undefined);
}

/**
 * True where the bucket was surely weaker for a while, even if it is found right: what was written meanwhile is looked for. A rule that was put
 * stays in a trigger only while it may be below the standard.
 */
export function surelyWeakened({ cause, rulePut }: Pick<Reported, 'cause' | 'rulePut'>): boolean {
  return causeRow(cause).coversObjects || rulePut !== undefined;
}

/**
 * Since when the bucket may be below its standard, as an event says (ISO 8601). Undefined where the cause is no drift, as in a sweep, for an
 * event from the future, and for one so old that nobody remembers what was done for it. A clock that is behind makes an event seem
 * newer than now: then now is early enough.
 */
export function driftAt({ cause, at }: Pick<Reported, 'cause' | 'at'>, lookedAt: string): string | undefined {
  const atMs = Date.parse(at);
  const nowMs = Date.parse(lookedAt);
  if (!causeRow(cause).isDrift || atMs > nowMs + CLOCK_MARGIN_MS || isForgotten(at, new Date(nowMs))) return undefined;
  return atMs > nowMs ? lookedAt : at;
}

/** The newest drift that is known: an older event that comes late changes nothing. */
export function newestDrift(known: Reported | undefined, reported: Reported): Reported | undefined {
  if (!causeRow(reported.cause).isDrift) return known;
  if (known !== undefined && Date.parse(known.at) > Date.parse(reported.at)) return known;
  const { at, causeId, cause, rulePut } = reported;
  return { at, causeId, cause, ...present({ rulePut }), ...whenceOf(reported) };
}

/** True for an event that was surely before this time (both ISO 8601): it tells whole seconds, so one of the same second may have been after. */
export function isBefore(at: string, time: string): boolean {
  return Math.floor(Date.parse(at) / 1_000) < Math.floor(Date.parse(time) / 1_000);
}

/** The earliest of the times that are known (ISO 8601). */
export function earliest(times: readonly (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
}

/** The latest of the times that are known (ISO 8601). */
export function latest(times: readonly (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).toSorted((a, b) => Date.parse(b) - Date.parse(a))[0];
}
