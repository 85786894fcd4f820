import type { Reason } from '../model.ts';

/** An exception as it applies to one bucket. */
export interface RulingException {
  bucket: string;
  reason: string;
  owner: string;
  /** Its last day in UTC, YYYY-MM-DD. */
  until: string;
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

/** The notice that goes before the end. */
export function ending({ bucket, owner, until }: RulingException): Reason {
  return {
    code: 'exception-ending',
    message: `The exception for bucket ${bucket} (owner ${owner}) ends on ${until}: from the day after it is judged like every other, so make it ready or renew the exception.`,
  };
}

/** The notice that stays until the entry is renewed or removed. */
export function ended({ bucket, owner, until }: RulingException): Reason {
  return {
    code: 'exception-expired',
    message: `The exception for bucket ${bucket} (owner ${owner}) ended on ${until}: renew it or take it out of the policy.`,
  };
}
