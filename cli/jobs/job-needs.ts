import { needsSomebody } from '../../src/ledger/job-item.ts';
import { type JobView, statusOfJob } from '../../src/ledger/job-view.ts';
import { counted } from '../numbers-in-words.ts';
import type { Need } from '../status/needs.ts';
import { LONGEST_WAIT_MS } from './ask-of-job.ts';

/** What is older was seen, or is of no use any more. */
const RECENT_MS = 14 * 24 * 3_600_000;

/** What a job waits for that no function of Reseal does, and the command that does it; undefined where it waits for nobody. */
export function needOfJob(job: JobView, now: Date, sameHub: string): Need | undefined {
  const { stage, token, needsConfirmation, closedAt = '', again, wish } = job;
  const command = (option: string) => `reseal job ${token} ${option}${sameHub}`;
  if (wish !== undefined)
    return now.getTime() - Date.parse(wish.at) < LONGEST_WAIT_MS
      ? undefined
      : {
          what: 'what was asked of it is not done yet: see whether the function track-job works, and ask the same again',
          command: command(`--${wish.what}`),
        };
  if (stage === 'suspended')
    return {
      what: `confirm it or cancel it: ${inShort(needsConfirmation ?? 'it was made so')}`,
      command: command('--confirm'),
    };
  const isOver = now.getTime() - Date.parse(closedAt) > RECENT_MS;
  if (stage !== 'closed' || isOver || !needsSomebody({ ...job, status: statusOfJob(job) })) return undefined;
  // An older version started it: it cannot be tried again.
  if (job.standardId === undefined)
    return {
      what: `${leftOf(job)}: see why, and mend it`,
      command: `reseal verify ${job.bucket} --account ${job.account} --region ${job.region}`,
    };
  const then =
    again === 'next-sweep' ? 'the next sweep asks for them again, and this at once' : 'then have them tried again';
  return { what: `${leftOf(job)}: see why, and mend it; ${then}`, command: command('--retry') };
}

/** Why people are asked, and the price. What that is made of, `reseal job` says. */
function inShort(why: string): string {
  return why
    .split(/(?<=\.) (?=\S)/)
    .slice(0, 2)
    .join(' ');
}

/** How many objects it has left, as far as anybody knows. */
function leftOf({ failed = 0, untried }: JobView): string {
  const parts = [
    ...(failed > 0 ? [`${counted(failed, 'object')} failed`] : []),
    ...(untried === undefined || untried === 0 ? [] : [`${counted(untried, 'object')} not tried`]),
  ];
  return parts.length === 0 ? 'how many objects it has left is not known' : parts.join(', ');
}
