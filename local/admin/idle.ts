import type { WireRequest, WireResponse } from '../service.ts';
import type { Activity } from '../world.ts';
import { json } from './json.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const LONGEST_TIMEOUT_MS = 3_600_000;
const LOOK_AGAIN_MS = 100;

/**
 * `GET /_local/idle?timeoutMs=N`: 200 as soon as no message is waiting, delayed or in flight before a function, no function runs, no event is
 * being delivered and no job is unfinished; else 408 after N milliseconds (30,000 where absent) with what is still under way.
 */
export function answerIdle(request: WireRequest, activity: Activity): Promise<WireResponse> {
  return whenIdle(request, activity, (timeoutMs) => activity.idle(timeoutMs));
}

/**
 * `POST /_local/settle?timeoutMs=N`: answers as idle does, and until then no message waits for the delay of its queue, so that nobody has to
 * sit out a settle delay that is long enough to read in. What follows from the first messages waits no longer than they do.
 */
export function answerSettle(request: WireRequest, activity: Activity, endDelays: () => void): Promise<WireResponse> {
  return whenIdle(request, activity, async (timeoutMs) => {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      endDelays();
      const leftMs = Math.max(0, untilMs - performance.now());
      if (await activity.idle(Math.min(leftMs, LOOK_AGAIN_MS))) return true;
      if (leftMs === 0) return false;
    }
  });
}

async function whenIdle(
  { target }: WireRequest,
  { counts }: Activity,
  idle: (timeoutMs: number) => Promise<boolean>,
): Promise<WireResponse> {
  const given = new URLSearchParams(target.split('?')[1] ?? '').get('timeoutMs');
  const timeoutMs = given === null ? DEFAULT_TIMEOUT_MS : Number(given);
  if (given === '' || !Number.isInteger(timeoutMs) || timeoutMs < 0 || timeoutMs > LONGEST_TIMEOUT_MS) {
    return json(400, {
      error: `timeoutMs is a whole number of milliseconds from 0 to ${LONGEST_TIMEOUT_MS}, found ${given}`,
    });
  }
  return (await idle(timeoutMs)) ? json(200, { idle: true }) : json(408, { idle: false, underWay: { ...counts } });
}
