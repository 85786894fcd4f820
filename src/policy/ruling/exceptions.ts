import type { Exception } from '../document/document-exceptions.ts';
import type { Reason } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';

/** An exception as it applies to one bucket. */
export type RulingException = Omit<Exception, 'bucket' | 'when'> & { bucket: string };

/** The exception that leaves a bucket alone, if there is one, and what people shall hear of others. */
export interface Exemption {
  exception?: RulingException;
  notices: Reason[];
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long before its end people hear of it. */
const NOTICE_DAYS = 14;

/** An exception is in force through the end of its last day, in UTC. */
export function isInForce(exception: Pick<RulingException, 'until'>, now: Date): boolean {
  return now.getTime() < endOf(exception);
}

/** True in the last 14 days of an exception that is in force. */
export function endsSoon(exception: Pick<RulingException, 'until'>, now: Date): boolean {
  return isInForce(exception, now) && now.getTime() >= endOf(exception) - NOTICE_DAYS * DAY_MS;
}

function endOf({ until }: Pick<RulingException, 'until'>): number {
  return Date.parse(`${until}T00:00:00Z`) + DAY_MS;
}

/** The last day that is within so many days of a moment (UTC). */
export function lastDay(days: number, from: Date): string {
  return new Date(from.getTime() + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whether an exception goes past that; days as YYYY-MM-DD sort as text. */
export function lastsLonger(until: string, days: number, from: Date): boolean {
  return days !== Infinity && until > lastDay(days, from);
}

/** Why a bucket is left alone. */
export function exemption({ bucket, until, owner, reason }: RulingException): Reason {
  return { code: 'exception', message: `Bucket ${bucket} is exempt through ${until} (owner ${owner}): ${reason}` };
}

/** The notice that goes before the end. */
export function ending(exception: RulingException): Reason {
  const then = `ends on ${exception.until}: from the next day the bucket is judged like every other, so make it ready or renew the exception.`;
  return notice('exception-ending', exception, then);
}

/** The notice that stays until the entry is renewed or removed. */
export function ended(exception: RulingException): Reason {
  return notice('exception-expired', exception, `ended on ${exception.until}: renew it, or remove it from the policy.`);
}

/** The notice of one that the policy's own limit keeps out of force. */
export function tooLong(exception: RulingException, days: number, now: Date): Reason {
  const then = `lasts until ${exception.until}, and limits.exceptionDays of the policy allows ${days} days: end it on ${lastDay(days, now)} or earlier.`;
  return notice('exception-too-long', exception, then);
}

function notice(code: ReasonCode, { bucket, owner }: RulingException, then: string): Reason {
  return { code, message: `The exception for bucket ${bucket} (owner ${owner}) ${then}` };
}
