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

export const DAY_MS = 24 * 60 * 60 * 1000;
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

function notice(code: ReasonCode, { bucket, owner }: RulingException, then: string): Reason {
  return { code, message: `The exception for bucket ${bucket} (owner ${owner}) ${then}` };
}
