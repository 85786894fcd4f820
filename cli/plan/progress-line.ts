import { numberOf, shortSpan } from '../numbers-in-words.ts';
import type { PlanSurvey } from './planned-bucket.ts';

/** The most important first: the end is cut off where a terminal is narrow. */
export function progressWords({ found, done, listing }: PlanSurvey, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? (done * 1_000) / elapsedMs : 0;
  const of = listing > 0 ? `${numberOf(found)}+` : numberOf(found);
  const left = rate > 0 && listing === 0 ? `, ${shortSpan((found - done) / rate)} left` : '';
  return `${numberOf(done)} of ${of} buckets, ${numberOf(Math.round(rate))}/s${left}`;
}

/** The same from now on, for a line that is rewritten. */
export function planProgress(survey: PlanSurvey, now: () => number = () => performance.now()): () => string {
  const startedMs = now();
  return () => progressWords(survey, now() - startedMs);
}
