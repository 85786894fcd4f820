import { AwsError, notEmulated } from '../errors.ts';
import { entryOf } from '../entry-of.ts';

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Timers cannot wait longer in one go. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Reads `rate(n minutes|hours|days)`; the unit is singular for 1 only. Throws ValidationException, and 501 for cron. */
export function rateMs(expression: string): number {
  if (expression.startsWith('cron(')) {
    throw notEmulated(`The schedule ${expression}`);
  }
  const [, count = '0', unit = '', plural] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const ms = entryOf(UNIT_MS, unit);
  if (ms === undefined || (Number(count) === 1) !== (plural === '')) {
    throw new AwsError('ValidationException', `Parameter ScheduleExpression is not valid: ${expression}`);
  }
  return Number(count) * ms;
}

/** A schedule that goes on until it is stopped. */
export interface Schedule {
  stop(): void;
  /** So much time has gone by at once. What has come due several times fires once. */
  forward(ms: number): void;
}

/** Calls `fire` every `everyMs`, first after one period, without keeping the process alive. */
export function startSchedule(everyMs: number, fire: () => void): Schedule {
  let timer: NodeJS.Timeout;
  let waits = { leftMs: everyMs, sinceMs: performance.now() };
  const wait = (leftMs: number): void => {
    clearTimeout(timer);
    waits = { leftMs, sinceMs: performance.now() };
    const now = Math.min(leftMs, LONGEST_TIMER_MS);
    timer = setTimeout(() => goOn(leftMs - now), now).unref();
  };
  const goOn = (leftMs: number): void => {
    if (leftMs <= 0) fire();
    wait(leftMs <= 0 ? everyMs : leftMs);
  };
  wait(everyMs);
  return {
    stop: () => clearTimeout(timer),
    forward: (ms) => goOn(waits.leftMs - (performance.now() - waits.sinceMs) - ms),
  };
}
