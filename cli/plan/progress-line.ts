import { isLive } from '../../scripts/progress.ts';
import { numberOf } from '../numbers-in-words.ts';
import type { PlanSurvey } from './planned-bucket.ts';

const EVERY_MS = 200;

/** On a terminal, one line that is rewritten in place while a plan is made; nothing elsewhere. */
export function showPlanProgress(
  survey: PlanSurvey,
  out: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>,
  now: () => number = () => performance.now(),
): Disposable & { show: () => void } {
  const startedMs = now();
  const isShown = isLive(out);
  const show = () => {
    const line = progressWords(survey, now() - startedMs).slice(0, (out.columns || 80) - 1);
    if (isShown) out.write(`\r\u001B[2K${line}`);
  };
  const timer = isShown ? setInterval(show, EVERY_MS).unref() : undefined;
  return {
    show,
    [Symbol.dispose]() {
      clearInterval(timer);
      if (isShown) out.write('\r\u001B[2K');
    },
  };
}

/** The most important first: the end is cut off where a terminal is narrow. */
export function progressWords({ found, done, listing }: PlanSurvey, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? (done * 1_000) / elapsedMs : 0;
  const of = listing > 0 ? `${numberOf(found)}+` : numberOf(found);
  const left = rate > 0 && listing === 0 ? `, ${leftWords((found - done) / rate)} left` : '';
  return `${numberOf(done)} of ${of} buckets, ${numberOf(Math.round(rate))}/s${left}`;
}

function leftWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
