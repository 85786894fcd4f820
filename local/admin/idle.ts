import type { WireRequest, WireResponse } from '../service.ts';
import type { Activity } from '../world.ts';
import { json } from './json.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const LONGEST_TIMEOUT_MS = 3_600_000;

/**
 * `GET /_local/idle?timeoutMs=N`: 200 as soon as no message is waiting, delayed or in flight before a function, no function runs, no event is
 * being delivered and no job is unfinished; else 408 after N milliseconds (30,000 where absent) with what is still under way.
 */
export async function answerIdle({ target }: WireRequest, activity: Activity): Promise<WireResponse> {
  const given = new URLSearchParams(target.split('?')[1] ?? '').get('timeoutMs');
  const timeoutMs = given === null ? DEFAULT_TIMEOUT_MS : Number(given);
  if (given === '' || !Number.isInteger(timeoutMs) || timeoutMs < 0 || timeoutMs > LONGEST_TIMEOUT_MS) {
    return json(400, {
      error: `timeoutMs is a whole number of milliseconds from 0 to ${LONGEST_TIMEOUT_MS}, found ${given}`,
    });
  }
  const isIdle = await activity.idle(timeoutMs);
  return isIdle ? json(200, { idle: true }) : json(408, { idle: false, underWay: { ...activity.counts } });
}
