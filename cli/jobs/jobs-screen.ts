import type { JobView, JobStage, JobWaits } from '../../src/ledger/job-view.ts';
import { inOneLine } from '../../src/problem.ts';
import { fitted, wrapped } from '../../scripts/wrapped.ts';
import { ago, counted, numberOf } from '../numbers-in-words.ts';
import type { JobProgress } from './job-progress.ts';
import { attemptWords, idOfJob, progressWordsOf, statusWords, unreadWords, workWords } from './job-words.ts';
import type { Need } from '../status/needs.ts';

/** A job with what is known of it beside its item. */
export interface ShownJob {
  job: JobView;
  progress: JobProgress;
  need?: Need | undefined;
  /** Of a job of our own that runs: what waits for a restore. */
  waits?: JobWaits | undefined;
}

const ORDER: readonly JobStage[] = ['suspended', 'open', 'queued', 'closed'];

/** What waits for people first, then what runs, what waits for its turn by priority, and what has ended, the newest first. */
export function inOrder(jobs: readonly ShownJob[]): ShownJob[] {
  return jobs.toSorted(({ job: one }, { job: other }) => {
    const byStage = ORDER.indexOf(one.stage) - ORDER.indexOf(other.stage);
    if (byStage !== 0) return byStage;
    if (one.stage === 'closed')
      return one.closedAt === other.closedAt ? 0 : (one.closedAt ?? '') < (other.closedAt ?? '') ? 1 : -1;
    const byPriority = (other.priority ?? 0) - (one.priority ?? 0);
    return byPriority === 0 ? Number((one.createdAt ?? '') > (other.createdAt ?? '')) * 2 - 1 : byPriority;
  });
}

/** A job in three lines, or as many as a narrow terminal needs; commands are never folded by us. */
export function jobLines({ job, progress, need }: ShownJob, now: Date, columns: number): string[] {
  const { bucket, account, region, closedAt } = job;
  const unread = unreadWords(progress);
  const ended = closedAt === undefined ? '' : `, ${ago(now.toISOString(), closedAt)}`;
  return [
    ...wrapped(inOneLine(`${bucket} (${account}, ${region}): ${statusWords(job, progress)}${ended}`), columns),
    ...wrapped(
      inOneLine(`${workWords(job)}; ${progressWordsOf(job, progress)}; attempt ${attemptWords(job)}`),
      columns,
      '  ',
    ),
    ...(unread === undefined ? [] : wrapped(inOneLine(unread), columns, '  ')),
    ...fitted(`  ${idOfJob(job)}`, columns),
    ...(need === undefined ? [] : [...wrapped(inOneLine(need.what), columns, '  '), `    ${inOneLine(need.command)}`]),
  ];
}

/** How many there are of each. */
export function totalsWords(jobs: readonly ShownJob[], endedUnshown = 0): string {
  const of = (stage: JobStage) => jobs.filter(({ job }) => job.stage === stage).length;
  const parts: [number, string][] = [
    [of('suspended'), 'to be confirmed'],
    [of('open'), 'begun'],
    [of('queued'), 'waiting'],
    [of('closed') + endedUnshown, 'ended'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${numberOf(count)} ${what}`);
  return said.length === 0 ? 'No job was found.' : said.join(', ');
}

export function jobsScreen(jobs: readonly ShownJob[], endedUnshown: number, now: Date, columns: number): string {
  const more =
    endedUnshown === 0
      ? []
      : ['', ...wrapped(`${counted(endedUnshown, 'older job')} ended before: --json prints all.`, columns)];
  return [
    ...wrapped(totalsWords(jobs, endedUnshown), columns),
    ...inOrder(jobs).flatMap((each) => ['', ...jobLines(each, now, columns)]),
    ...more,
  ].join('\n');
}
