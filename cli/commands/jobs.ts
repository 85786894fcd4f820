import { setTimeout as sleep } from 'node:timers/promises';
import { defineCommand } from 'citty';
import type { JobView } from '../../src/ledger/job-view.ts';
import { openHub } from '../../src/runtime/hub.ts';
import { type JobDeps, jobDeps } from '../../src/runtime/job-deps.ts';
import { inOneLine } from '../../src/problem.ts';
import { wordsOf } from '../../scripts/ending.ts';
import { columnsOf } from '../../scripts/wrapped.ts';
import { askedHub, hubArgs, sameHub } from '../hub-args.ts';
import { leaving } from '../interruption.ts';
import { askedJobs, type JobFilter } from '../jobs/job-filter.ts';
import { jobInJson } from '../jobs/job-json.ts';
import { inOrder, jobsScreen, type ShownJob } from '../jobs/jobs-screen.ts';
import { createShowJob, findJobs, showAll, type ShowJob } from '../jobs/show-jobs.ts';
import { watchJobs } from '../jobs/watch-jobs.ts';
import { liveBlock } from '../live-block.ts';
import { strictArgs } from '../strict-args.ts';
import { asJson } from '../terminal-json.ts';
import { UsageError } from '../usage-error.ts';

const now = () => new Date();

export const jobsCommand = defineCommand({
  meta: {
    name: 'jobs',
    description:
      'Show the jobs that re-encrypt objects: what waits, runs, failed, and what to do. Exit status: 0 nothing needs a person, 2 something does, 1 the jobs could not be read, 64 the command line is wrong',
  },
  plugins: [strictArgs],
  args: {
    watch: { type: 'boolean', description: 'Follow them until none runs' },
    account: { type: 'string', valueHint: 'id,...', description: 'Only of these accounts' },
    region: { type: 'string', valueHint: 'region,...', description: 'Only of these Regions' },
    bucket: { type: 'string', valueHint: 'name,...', description: 'Only of these buckets' },
    status: {
      type: 'string',
      valueHint: 'status,...',
      description: 'Only such jobs: queued, open, suspended, or how they ended',
    },
    ...hubArgs,
    json: { type: 'boolean', description: 'Print one JSON object a line, of all jobs' },
  },
  async run({ args }): Promise<number> {
    const filter = askedJobs(args);
    if (args.watch === true && args.json === true)
      throw new UsageError('expected --watch or --json, found both of them');
    const opened = await openHub(askedHub(args));
    const { hub } = opened;
    const same = sameHub({ stack: hub.stack, 'hub-region': hub.region });
    const deps = jobDeps(opened);
    const show = createShowJob(deps, now, same);
    if (args.watch === true) return statusOf(await watched(filter, deps, show, same));
    if (args.json === true) return inJson(filter, deps, show);
    const { jobs, unshown } = await findJobs(deps, filter);
    const shown = await showAll(jobs, show);
    console.log(jobsScreen(shown, unshown, now(), columnsOf(process.stdout)));
    return statusOf(shown);
  },
});

const statusOf = (shown: readonly ShownJob[]) => (shown.some(({ need }) => need !== undefined) ? 2 : 0);

async function watched(filter: JobFilter, jobs: JobDeps, show: ShowJob, same: string): Promise<ShownJob[]> {
  using block = liveBlock(process.stderr);
  using _ = leaving(() => block.say(`The jobs go on without this command. To come back: reseal jobs --watch${same}`));
  const shown = await watchJobs(filter.matches, {
    jobs,
    show,
    block,
    now,
    columns: () => columnsOf(process.stderr),
    failed: (error) => block.say(`${inOneLine(wordsOf(error))}; it is tried again`),
    wait: (ms) => sleep(ms),
  });
  console.log(shown.length === 0 ? 'No job runs or waits.' : jobsScreen(shown, 0, now(), columnsOf(process.stdout)));
  return shown;
}

/** What has not ended, then every job that has, as the table is read: their number costs no memory. */
async function inJson({ matches, withEnded }: JobFilter, deps: JobDeps, show: ShowJob): Promise<number> {
  const running = inOrder(await showAll((await deps.running()).filter(matches), show));
  for (const each of running) console.log(asJson(jobInJson(each)));
  let status = statusOf(running);
  const ended = async (job: JobView): Promise<void> => {
    if (job.stage !== 'closed' || !matches(job)) return;
    const shown = await show(job);
    status = Math.max(status, statusOf([shown]));
    console.log(asJson(jobInJson(shown)));
  };
  if (withEnded) await deps.each(ended);
  return status;
}
