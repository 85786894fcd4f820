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

/** Calls `fire` every `everyMs`, first after one period, without keeping the process alive. Returns how to stop it. */
export function startSchedule(everyMs: number, fire: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    const now = Math.min(leftMs, LONGEST_TIMER_MS);
    timer = setTimeout(() => {
      if (leftMs > now) {
        wait(leftMs - now);
      } else {
        fire();
        wait(everyMs);
      }
    }, now).unref();
  };
  wait(everyMs);
  return () => clearTimeout(timer);
}
