import { DESCRIBE_SECONDS } from '../../src/ledger/job-item.ts';
import type { JobView } from '../../src/ledger/job-view.ts';
import { inOneLine } from '../../src/problem.ts';
import type { JobDeps } from '../../src/runtime/job-deps.ts';
import type { LiveBlock } from '../live-block.ts';
import { readAgain, type ReadAgainDeps } from '../read-again.ts';
import { inOrder, jobLines, type ShownJob, totalsWords } from './jobs-screen.ts';
import { countsOfJob, idOfJob, progressWordsOf, statusWords, unreadWords } from './job-words.ts';
import { showAll, type ShowJob } from './show-jobs.ts';

interface WatchDeps extends Pick<ReadAgainDeps<Reading>, 'wait'> {
  jobs: Pick<JobDeps, 'running' | 'byToken'>;
  show: ShowJob;
  block: LiveBlock;
  columns: () => number;
  now: () => Date;
  failed: (error: unknown) => void;
}

interface Reading {
  scanMs: number;
  shown: ShownJob[];
}

const HOW_OFTEN = `S3 is asked about each job every ${DESCRIBE_SECONDS} s at most; meanwhile its counts stand still.`;

/**
 * Follows the jobs that match until none runs and none waits for its turn, and answers the last reading: what waits for a person may wait for a
 * month. What ends meanwhile is said, and shown in the end.
 */
export async function watchJobs(matches: (job: JobView) => boolean, deps: WatchDeps): Promise<ShownJob[]> {
  const { jobs, show, block, columns, now, failed, wait } = deps;
  const said = new Map<string, string>();
  const ended = new Map<string, ShownJob>();
  let before: readonly JobView[] = [];
  let isTold = false;
  const read = async (): Promise<Reading> => {
    const began = now().getTime();
    const running = (await jobs.running()).filter(matches);
    const tokens = new Set(running.map(({ token }) => token));
    for (const { token } of before) {
      const job = tokens.has(token) ? undefined : await jobs.byToken(token);
      if (job?.stage === 'closed') ended.set(token, await show(job));
    }
    before = running;
    const scanMs = now().getTime() - began;
    return { scanMs, shown: [...(await showAll(running, show)), ...ended.values()] };
  };
  const { shown } = await readAgain({ read, failed, wait }, ({ shown: each }) => {
    const lines = inOrder(each).flatMap((job) => ['', ...jobLines(job, now(), columns() - 1)]);
    if (!isTold && each.some((one) => goesOn(one) && one.job.own === undefined)) {
      block.say(HOW_OFTEN);
      isTold = true;
    }
    const changed = each.flatMap((job) => changedLine(job, said));
    block.show({ block: [totalsWords(each), ...lines], ...(changed.length === 0 ? {} : { line: changed.join('\n') }) });
    return !each.some(goesOn);
  });
  block.clear();
  return shown;
}

/** It changes without a person: it runs or waits for its turn, or somebody has confirmed it and that is not in the ledger yet. */
function goesOn({ job: { stage }, need }: ShownJob): boolean {
  return stage !== 'closed' && (stage !== 'suspended' || need === undefined);
}

/** A line for who has no terminal, where the counts or the status are others than before; the speed alone is no news. */
function changedLine({ job, progress }: ShownJob, said: Map<string, string>): string[] {
  const status = statusWords(job, progress);
  const { total, succeeded, failed } = countsOfJob(job, progress);
  const unread = unreadWords(progress);
  // How many seconds are left until S3 is asked again is no news either.
  const now = `${status} ${total} ${succeeded} ${failed} ${job.done} ${job.pieces} ${unread?.replaceAll(/\d+ s$/g, '')}`;
  if (said.get(job.token) === now) return [];
  said.set(job.token, now);
  const { bucket, account, region } = job;
  return [
    inOneLine(
      `${bucket} (${account}, ${region}), ${idOfJob(job)}: ${status}; ${progressWordsOf(job, progress)}${unread === undefined ? '' : `; ${unread}`}`,
    ),
  ];
}
