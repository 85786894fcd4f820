import type { Exception } from './document.ts';

/** The exception that names this bucket, in force or not; names are exact and never repeat. */
export function exceptionFor(exceptions: readonly Exception[], bucket: string): Exception | undefined {
  return exceptions.find((exception) => exception.bucket === bucket);
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** An exception is in force through the end of its last day, in UTC. */
export function isInForce(exception: Exception, now: Date): boolean {
  return now.getTime() < Date.parse(`${exception.until}T00:00:00Z`) + DAY_MS;
}
