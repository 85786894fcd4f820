import { counted } from '../src/policy/plan/dollars.ts';

export { counted };

/** A number as people read it: 20,100. */
export function numberOf(count: number): string {
  return count.toLocaleString('en-US');
}

/** A moment to the minute: 2026-11-30 16:45 UTC. */
export function utc(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

const UNITS = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** Seconds in the largest unit of which there are at least two; the rest is left out. */
export function spanOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [size, name] = UNITS.find(([each]) => whole >= 2 * each) ?? [1, 'second'];
  return counted(Math.round(whole / size), name);
}

export function span(from: string, to: string): string {
  return spanOf((Date.parse(to) - Date.parse(from)) / 1_000);
}

export function ago(now: string, then: string): string {
  return `${span(then, now)} ago`;
}

const VERDICTS = new Map([
  ['repair', 'repaired'],
  ['observed', 'would be repaired'],
  ['hold', 'held'],
  ['unjudged', 'not judged yet'],
]);

/** A verdict as it is called where buckets are counted; one of a later version is called as it calls itself. */
export function verdictInWords(verdict: string): string {
  return VERDICTS.get(verdict) ?? verdict;
}

/** How long ago something was, in a column: 14h. */
export function ageOf(now: string, then: string): string {
  const [count = '', unit = ''] = span(then, now).split(' ');
  return `${count}${unit.charAt(0)}`;
}

/** How long something will take, short and as exact as that matters: 45 s, 12 min, 2.5 h. */
export function shortSpan(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
