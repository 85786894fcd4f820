import { inOneLine } from '../../src/problem.ts';
import { wrapped } from '../../scripts/wrapped.ts';
import { ago, counted, numberOf, span, utc, verdictInWords } from '../numbers-in-words.ts';
import type { Need } from './needs.ts';
import type { StatusSummary } from './status-summary.ts';

/** Below this many columns a name stands above its value. */
const BESIDE = 60;
const NAME_WIDTH = 14;

/** The organization on one screen: at 80 columns beside each other, in few columns below each other. */
export function statusScreen(summary: StatusSummary, columns: number): string {
  const { at, hub, needs } = summary;
  const rows: [name: string, value: string][] = [
    ['accounts', accountsLine(summary)],
    ['Regions', regionsLine(summary)],
    ['last event', summary.regions === undefined ? NOT_READ : eventLine(summary)],
    ['last sweep', sweepLine(summary)],
    ['buckets', bucketsLine(summary)],
    ['jobs', jobsLine(summary)],
    ['dead letters', lettersLine(summary)],
  ];
  return [
    ...wrapped(`Reseal ${hub.version}, hub ${hub.account} in ${hub.region} (stack ${hub.stack}), ${utc(at)}`, columns),
    '',
    ...rows.flatMap(([name, value]) => rowLines(name, value, columns)),
    '',
    ...needLines(needs, columns),
  ].join('\n');
}

const NOT_READ = 'not read';

export function rowLines(name: string, value: string, columns: number): string[] {
  const text = inOneLine(value);
  if (columns < BESIDE) return [name, ...wrapped(text, columns, '  ')];
  return hanging(name, NAME_WIDTH, text, columns);
}

/** A text beside its name. */
function hanging(name: string, width: number, text: string, columns: number): string[] {
  const [first = '', ...others] = wrapped(text, columns, ' '.repeat(width));
  return [name.padEnd(width) + first.slice(width), ...others];
}

/** Commands are never folded by us: they are there to be copied. */
export function needLines(needs: readonly Need[], columns: number): string[] {
  if (needs.length === 0) return ['Nothing needs a person.'];
  return [
    needs.length === 1 ? 'This needs a person' : `These ${needs.length} need a person`,
    ...needs.flatMap(({ what, command }, index) => [
      ...hanging(`${index + 1}.`, 4, inOneLine(what), columns),
      `      ${inOneLine(command)}`,
    ]),
  ];
}

/** The parts that are more than none; each is a number and what it counts. */
function counts(...parts: [count: number, what: string][]): string {
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${numberOf(count)} ${what}`)
    .join(', ');
}

function accountsLine({ accounts }: StatusSummary): string {
  if (accounts === undefined) return NOT_READ;
  const { known, entered, shutOut, outside, closed } = accounts;
  if (known === 0) return 'none is known yet: a sweep finds them';
  if (entered === known) return `${numberOf(known)}, and the hub gets into ${known === 1 ? 'it' : 'all'}`;
  const parts = counts([entered, 'reached'], [shutOut, 'not reached'], [outside, 'outside'], [closed, 'shut']);
  return `${numberOf(known)}: ${parts}`;
}

function regionsLine({ regions }: StatusSummary): string {
  if (regions === undefined) return NOT_READ;
  const { known, forwarding, withoutRule, ruleDisabled, ruleUnseen } = regions;
  if (known === 0) return 'none is known yet: a sweep finds them';
  const all = `${numberOf(known)} of all accounts`;
  if (forwarding === known) return `${all}, and ${known === 1 ? 'it forwards' : 'all forward'} events`;
  return `${all}: ${counts([forwarding, 'forward events'], [withoutRule, 'without the rule'], [ruleDisabled, 'with a disabled rule'], [ruleUnseen, 'not seen'])}`;
}

function eventLine({ at, lastEvent }: StatusSummary): string {
  return lastEvent === undefined ? 'none was heard yet' : `about ${ago(at, lastEvent)}`;
}

function sweepLine({ at, lastSweep, running }: StatusSummary): string {
  if (running === undefined) return NOT_READ;
  const goes = running.length === 0 ? '' : `; ${running.map(({ id }) => id).join(', ')} goes on`;
  if (lastSweep === undefined) return `none of everything has ended yet${goes}`;
  const { at: begun, endedAt, buckets, unreached } = lastSweep;
  const missed = unreached === 0 ? '' : `, ${counted(unreached, 'account')} not reached`;
  return `${ago(at, endedAt)}, in ${span(begun, endedAt)}: ${numberOf(buckets)} buckets${missed}${goes}`;
}

function bucketsLine({ buckets }: StatusSummary): string {
  if (buckets === undefined) return NOT_READ;
  if (buckets.count === 0) return 'none was judged yet';
  const parts = buckets.verdicts.map(({ verdict, count }) => `${numberOf(count)} ${verdictInWords(verdict)}`);
  return `${numberOf(buckets.count)}: ${parts.join(', ')}`;
}

function jobsLine({ jobs }: StatusSummary): string {
  if (jobs === undefined) return NOT_READ;
  const { open, ended, objects, failed, failures } = jobs;
  if (open + ended === 0) return 'none';
  const codes = failures.map(({ code, count }) => `${code} ${numberOf(count)}`).join(', ');
  const failing = failed === 0 ? '' : `; ${numberOf(failed)} failed in 14 days (${codes})`;
  return `${numberOf(open)} open, ${numberOf(ended)} ended, ${numberOf(objects)} objects re-encrypted${failing}`;
}

function lettersLine({ deadLetters }: StatusSummary): string {
  if (deadLetters === undefined) return NOT_READ;
  if (deadLetters.length === 0) return 'none';
  return deadLetters.map(({ queue, count }) => `${queue} ${numberOf(count)}`).join(', ');
}
