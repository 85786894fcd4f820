import { inOneLine } from '../../src/problem.ts';
import type { SweepProgress } from '../../src/remediation/sweep-progress.ts';
import { numberOf, spanOf } from '../numbers-in-words.ts';
import { countsOf } from '../status/status-summary.ts';
import { judgedOf, type Pace } from './follow.ts';
import type { Shown } from '../live-block.ts';

const LONGEST_BAR = 30;

/** How far a sweep is, as a block of bars for a terminal of so many columns, and in one line. */
export function progressLines(progress: SweepProgress, pace: Pace, columns: number): Shown {
  const { sweep, accountsDone, sent } = progress;
  const judged = judgedOf(progress);
  const accounts = `${numberOf(accountsDone)} of ${sweep.accounts === undefined ? '?' : numberOf(sweep.accounts)}`;
  const more = sweep.endedAt === undefined ? ' so far' : '';
  const buckets = `${numberOf(judged)} of ${numberOf(sent)}${more}`;
  const speed = [
    pace.perSecond === undefined ? '' : `, ${numberOf(Math.round(pace.perSecond * 10) / 10)}/s`,
    pace.secondsLeft === undefined ? '' : `, ${spanOf(pace.secondsLeft)} left`,
  ].join('');
  const { jobs, objects } = jobWords(progress);
  // Half of the line for words, as far as it goes.
  const width = Math.max(4, Math.min(LONGEST_BAR, Math.floor((columns - 10) / 3)));
  return {
    block: [
      `accounts ${bar(accountsDone, sweep.accounts, width)} ${accounts}`,
      `buckets  ${bar(judged, sent, width)} ${buckets} judged${speed}`,
      `jobs     ${jobs}`,
      `objects  ${objects}`,
    ],
    line: `accounts ${accounts}, buckets ${buckets}, jobs ${jobs}, objects ${objects}`,
  };
}

function jobWords({ tally }: SweepProgress): { jobs: string; objects: string } {
  const { open, suspended, ended, objects, failed, failures } = tally.jobs;
  const codes = countsOf(failures).map(({ code, count }) => `${inOneLine(code)} ${numberOf(count)}`);
  const lost = failed === 0 ? '' : `, ${numberOf(failed)} failed (${codes.join(', ')})`;
  const asked = suspended.count === 0 ? '' : ` (${numberOf(suspended.count)} to be confirmed)`;
  return {
    jobs: `${numberOf(open)} open${asked}, ${numberOf(ended)} ended`,
    objects: `${numberOf(objects)} re-encrypted${lost}`,
  };
}

/** An empty one where nobody knows how much there is. */
function bar(done: number, all: number | undefined, width: number): string {
  const part = all === undefined || all === 0 ? 0 : Math.min(1, done / all);
  const full = Math.floor(part * width);
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}]`;
}
