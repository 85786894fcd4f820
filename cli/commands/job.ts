import { setTimeout as sleep } from 'node:timers/promises';
import { defineCommand } from 'citty';
import { ResealError } from '../../src/errors.ts';
import { WISHES, type WishedFor } from '../../src/ledger/job-item.ts';
import type { JobView } from '../../src/ledger/job-view.ts';
import { openHub } from '../../src/runtime/hub.ts';
import { type JobDeps, jobDeps } from '../../src/runtime/job-deps.ts';
import { columnsOf, wrapped } from '../../scripts/wrapped.ts';
import { confirmed, needSomebody } from '../confirmation.ts';
import { askedHub, hubArgs, sameHub } from '../hub-args.ts';
import { leaving } from '../interruption.ts';
import { askOfJob, questionOf, whyNot } from '../jobs/ask-of-job.ts';
import { jobInJson } from '../jobs/job-json.ts';
import { statusWords } from '../jobs/job-words.ts';
import { jobScreen } from '../jobs/job-screen.ts';
import { createShowJob, type ShowJob } from '../jobs/show-jobs.ts';
import { strictArgs } from '../strict-args.ts';
import { asJson } from '../terminal-json.ts';
import { UsageError } from '../usage-error.ts';

const now = () => new Date();

export const jobCommand = defineCommand({
  meta: {
    name: 'job',
    description:
      'Show one job, or ask something of it. Exit status: 0 it needs nobody, or what was asked is done, 2 it needs a person, 1 it could not be read or what was asked is not done, 64 the command line is wrong',
  },
  plugins: [strictArgs],
  args: {
    id: { type: 'positional', description: "The job's id in S3, or its token in the ledger", required: true },
    confirm: { type: 'boolean', description: 'Have a job run that waits for it' },
    cancel: { type: 'boolean', description: 'Cancel a job that has not ended' },
    retry: { type: 'boolean', description: 'Have what a job left tried again' },
    yes: { type: 'boolean', description: 'Ask nothing before' },
    ...hubArgs,
    json: { type: 'boolean', description: 'Print one JSON object' },
  },
  async run({ args }): Promise<number> {
    const asked = WISHES.filter((each) => args[each] === true);
    const [what, other] = asked;
    if (other !== undefined)
      throw new UsageError(`expected one of --${WISHES.join(', --')}, found ${asked.length} of them`);
    if (what !== undefined && args.yes !== true) needSomebody();
    const opened = await openHub(askedHub(args));
    const { hub } = opened;
    const deps = jobDeps(opened);
    const same = sameHub({ stack: hub.stack, 'hub-region': hub.region });
    const show = createShowJob(deps, now, same);
    const job = await deps.find(args.id);
    if (job === undefined)
      throw new ResealError(
        'job-refused',
        `the ledger of stack ${hub.stack} has no job ${args.id}: reseal jobs${same} shows those that it has`,
      );
    if (what === undefined) return shown(job, { show, deps, isJson: args.json === true });
    return carriedOut(what, job, { deps, show, isSure: args.yes === true, isJson: args.json === true, same });
  },
});

async function shown(job: JobView, { show, deps, isJson }: Pick<Asking, 'show' | 'deps' | 'isJson'>): Promise<number> {
  const runsHere = job.own !== undefined && job.stage === 'open';
  const { waits, ...failed } = runsHere ? await deps.ownProgress(job.token) : {};
  const each = { ...(await show({ ...job, ...failed })), waits };
  console.log(isJson ? asJson(jobInJson(each), 2) : jobScreen(each, columnsOf(process.stdout)));
  return each.need === undefined ? 0 : 2;
}

interface Asking {
  deps: JobDeps;
  show: ShowJob;
  isSure: boolean;
  isJson: boolean;
  same: string;
}

async function carriedOut(
  what: WishedFor,
  job: JobView,
  { deps, show, isSure, isJson, same }: Asking,
): Promise<number> {
  const refusal = whyNot(what, job);
  if (refusal !== undefined) throw new ResealError('job-refused', refusal);
  if (!isSure && !(await confirmed(questionOf(what, job)))) {
    say('Nothing was asked.');
    return 1;
  }
  const back = `To see what became of it: reseal job ${job.token}${same}`;
  using _ = leaving(() => say(`What was asked stays asked. ${back}`));
  const asked = await askOfJob(what, job, { ...deps, now, say, wait: (ms) => sleep(ms) });
  await shown(asked.job, { show, deps, isJson });
  if (asked.became === 'done') {
    if (what !== 'cancel') say(`To follow ${what === 'retry' ? 'the next attempt' : 'it'}: reseal jobs --watch${same}`);
    return 0;
  }
  // What Reseal runs itself, S3 is not asked for.
  const refused = job.own === undefined ? REFUSED : '';
  say(
    asked.became === 'waits'
      ? `It is not done yet${asked.job.wish === undefined ? refused : ': the function does it as soon as it can'}. ${back}`
      : `What was asked came to nothing: the job ${statusWords(asked.job)}${refused}.`,
  );
  return 1;
}

/** Why S3 did not take it, the ledger does not have. */
const REFUSED = '; where S3 has refused what was asked, the log of the function track-job says why';

/** What goes on is said beside what is printed. */
function say(text: string): void {
  console.error(wrapped(text, columnsOf(process.stderr)).join('\n'));
}
