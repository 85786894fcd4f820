import { few } from '../../src/problem.ts';
import type { SweepProgress } from '../../src/remediation/sweep-progress.ts';
import type { Need } from '../status/needs.ts';
import { namesOf, sorted } from '../status/needs.ts';
import { numberOf, span, verdictInWords } from '../numbers-in-words.ts';
import type { Commands } from '../status/commands-for.ts';
import { needLines, rowLines } from '../status/status-screen.ts';
import { countsOf } from '../status/status-summary.ts';

/** What a sweep came to, once everything that it began has ended. */
export function sweepReport(progress: SweepProgress, needs: readonly Need[], columns: number): string {
  const { sweep, tally } = progress;
  const { jobs } = tally;
  const rows: [name: string, value: string][] = [
    ['sweep', `${sweep.sweep}${sweep.observe ? ', which only observed' : ''}`],
    ['accounts', accountsLine(progress)],
    ['buckets', `${numberOf(sweep.buckets)} looked at${missing(progress)}`],
    ...countsOf(tally.verdicts)
      .filter(({ code }) => code !== 'compliant')
      .map(({ code, count }): [string, string] => [verdictInWords(code), `${numberOf(count)}${whyOf(code, progress)}`]),
    ['jobs', `${numberOf(jobs.ended)}, ${numberOf(jobs.objects)} objects re-encrypted`],
    ...countsOf(jobs.failures).map(({ code, count }): [string, string] => [
      'failed',
      `${numberOf(count)} objects, ${code}`,
    ]),
  ];
  return [...rows.flatMap(([name, value]) => rowLines(name, value, columns)), '', ...needLines(needs, columns)].join(
    '\n',
  );
}

/** What a sweep itself leaves to a person, beside its buckets and jobs. */
export function needsOfSweep({ sweep, accountsDone }: SweepProgress, commands: Commands): Need[] {
  const { accounts, first } = sweep.unreached;
  const of = sweep.accounts === undefined ? '' : ` of ${numberOf(sweep.accounts)}`;
  return [
    ...(sweep.endedAt === undefined
      ? [
          {
            what: `the sweep never ended: ${numberOf(accountsDone)}${of} accounts did, and what goes on with it is kept for 4 days. See what became of it, or begin another`,
            command: commands.replay('run'),
          },
        ]
      : []),
    ...(accounts > 0
      ? [
          {
            what: `${numberOf(accounts)} account${accounts === 1 ? ' was' : 's were'} not reached: ${few(first.map(({ account }) => account))}`,
            command: commands.members,
          },
        ]
      : []),
  ];
}

function accountsLine({ sweep, accountsDone }: SweepProgress): string {
  const took = sweep.endedAt === undefined ? '' : ` in ${span(sweep.at, sweep.endedAt)}`;
  const { accounts, first } = sweep.unreached;
  const missed =
    accounts === 0
      ? ''
      : `; ${numberOf(accounts)} not reached: ${first.map(({ account, why }) => `${account} (${why})`).join(', ')}`;
  const unread =
    sweep.accountsUnread === undefined ? '' : `; AWS Organizations did not list them: ${sweep.accountsUnread}`;
  return `${numberOf(accountsDone)}${took}${missed}${unread}`;
}

function missing({ sweep }: SweepProgress): string {
  return sweep.missing.length === 0 ? '' : `; not found: ${few(sweep.missing)}`;
}

function whyOf(verdict: string, { tally }: SweepProgress): string {
  const groups = verdict === 'hold' ? tally.holds : verdict === 'unreadable' ? tally.unreadable : new Map();
  const told = sorted(groups).map(([code, group]) => `${code} ${numberOf(group.count)} (${namesOf(group)})`);
  return told.length === 0 ? '' : `: ${told.join(', ')}`;
}
