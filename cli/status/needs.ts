import { isShut } from '../../src/ledger/account-item.ts';
import { ENDED_BADLY } from '../../src/ledger/job-item.ts';
import type { PlaceItem } from '../../src/ledger/place-item.ts';
import type { Group, Named } from '../../src/ledger/tally.ts';
import { placeText } from '../../src/bucket-id.ts';
import { clipped, few } from '../../src/problem.ts';
import type { Overview } from '../../src/remediation/overview.ts';
import { WAITING } from '../dead-letters.ts';
import { counted } from '../numbers-in-words.ts';
import { commandsFor, type Commands } from './commands-for.ts';
import { overdueSweep } from './overdue-sweep.ts';

/** Something that no function of Reseal will mend, and what a person types to begin with it. */
export interface Need {
  what: string;
  command: string;
}

/** Everything that needs a person, what holds most back first. */
export function needsOf(overview: Overview): Need[] {
  const commands = commandsFor(overview.hub);
  return [
    ...unreadNeeds(overview, commands),
    ...accountNeeds(overview, commands),
    ...placeNeeds(overview, commands),
    ...overdueSweep(overview, commands),
    ...letterNeeds(overview, commands),
    ...bucketNeeds(overview, commands),
    ...jobNeeds(overview, commands),
  ];
}

/** Whoever cannot see everything cannot say that all is well. */
function unreadNeeds({ hub, unread, odd }: Overview, commands: Commands): Need[] {
  const needs = unread.map((what) => ({ what, command: commands.status }));
  if (odd === 0) return needs;
  const what = `${odd} items of the ledger are not read: a later version wrote them. Run the version of the hub, ${hub.version}`;
  return [...needs, { what, command: 'reseal --version' }];
}

function accountNeeds({ accounts = [], tally }: Overview, commands: Commands): Need[] {
  const withBuckets = new Set([...(tally?.places.keys() ?? [])].map((where) => where.split('/')[0]));
  const living = accounts.filter(({ state }) => state !== 'OUTSIDE' && !isShut(state));
  const closed = living.filter(({ role }) => role?.there === false);
  const others = accounts.filter(({ account }) => withBuckets.has(account));
  const outside = others.filter(({ state }) => state === 'OUTSIDE');
  const shut = others.filter(({ state }) => isShut(state));
  const unknown = living.filter(({ unread, ouPath }) => unread !== undefined && ouPath === undefined);
  return [
    ...about(closed, ([first]) => ({
      what: `${verb(closed, 'lets', 'let')} nobody in: ${idsOf(closed)}${first?.role?.why === undefined ? '' : ` (${clipped(first.role.why, LONGEST_WHY)})`}. Deploy the roles in each, here ${first?.account}`,
      command: commands.roles,
    })),
    ...about(outside, ([first]) => ({
      what: `${verb(outside, 'is not in the organization and has', 'are not in the organization and have')} buckets in the ledger: ${idsOf(outside)}`,
      command: `aws organizations describe-account --account-id ${first?.account}`,
    })),
    ...about(shut, ([first]) => ({
      what: `${verb(shut, 'is suspended or closed and has', 'are suspended or closed and have')} buckets in the ledger: ${idsOf(shut)}`,
      command: `aws organizations describe-account --account-id ${first?.account}`,
    })),
    ...about(hasOrganization(commands) ? unknown : [], ([first]) => ({
      what: `${verb(unknown, 'has', 'have')} no known place in the organization: ${idsOf(unknown)} (${clipped(first?.unread ?? '', LONGEST_WHY)})`,
      command: 'aws organizations describe-organization',
    })),
  ].map(({ what, command, count }) => ({ what: `${counted(count, 'account')} ${what}`, command }));
}

/** The words of AWS may be long; `reseal members --json` has all of them. */
const LONGEST_WHY = 160;

const hasOrganization = ({ organizationId }: Commands) => organizationId !== undefined;

/** Nothing where there is none; else one need for all of them. */
function about<T>(all: readonly T[], say: (all: readonly T[]) => Need): (Need & { count: number })[] {
  return all.length === 0 ? [] : [{ ...say(all), count: all.length }];
}

const verb = (all: readonly unknown[], one: string, many: string) => (all.length === 1 ? one : many);

const idsOf = (accounts: readonly { account: string }[]) => few(accounts.map(({ account }) => account));

/** Of the Regions where a bucket is: without the rule only a sweep finds what changes there. */
function placeNeeds({ accounts = [], places = [] }: Overview, commands: Commands): Need[] {
  const left = new Set(
    accounts
      .filter(({ state, role }) => state === 'OUTSIDE' || isShut(state) || role?.there === false)
      .map(({ account }) => account),
  );
  const used = places.filter(({ account, buckets = 0 }) => buckets > 0 && !left.has(account));
  const without = used.filter(({ rule }) => rule === 'NONE');
  const disabled = used.filter(({ rule }) => rule === 'DISABLED');
  const silent = used.filter(({ rule, heardAt }) => rule === 'ENABLED' && heardAt === undefined);
  return [
    ...about(without, ([first]) => ({
      what: `without the rule that forwards events: ${placesOf(without)}. Deploy it in each, here ${textOf(first)}`,
      command: commands.region(first?.region ?? ''),
    })),
    ...about(disabled, ([first]) => ({
      what: `where that rule is disabled: ${placesOf(disabled)}. Enable it in each, here ${textOf(first)}`,
      command: commands.enableRule(first?.region ?? ''),
    })),
    ...about(silent, ([first]) => ({
      what: `with buckets from which no event was ever heard: ${placesOf(silent)}. No trail of management events? Look at each, here ${textOf(first)}`,
      command: `aws cloudtrail describe-trails --region ${first?.region}`,
    })),
  ].map(({ what, command, count }) => ({ what: `${counted(count, 'Region')} ${what}`, command }));
}

const textOf = (place: PlaceItem | undefined) => (place === undefined ? '' : placeText(place));
const placesOf = (places: readonly PlaceItem[]) => few(places.map(placeText));

function letterNeeds({ deadLetters }: Overview, commands: Commands): Need[] {
  return [...(deadLetters ?? [])]
    .filter(([, count]) => count > 0)
    .map(([queue, count]) => ({
      what: `${counted(count, 'dead letter')} of ${WAITING[queue]}`,
      command: commands.replay(queue),
    }));
}

function bucketNeeds({ tally }: Overview, commands: Commands): Need[] {
  if (tally === undefined) return [];
  const isOf = ({ count }: Group) => (count === 1 ? '1 bucket is' : `${count} buckets are`);
  const needOf = (group: Group, what: string): Need => ({ what, command: commands.explain(firstOf(group)) });
  return [
    ...sorted(tally.holds).map(([code, group]) => needOf(group, `${isOf(group)} held, ${code}: ${namesOf(group)}`)),
    ...sorted(tally.unreadable).map(([code, group]) =>
      needOf(group, `${isOf(group)} unreadable, ${code}: ${namesOf(group)}`),
    ),
    ...sorted(tally.exceptions).map(([code, group]) =>
      needOf(
        group,
        `the exception of ${counted(group.count, 'bucket')} ${code === 'exception-expired' ? 'has ended' : 'ends within 14 days'}: ${namesOf(group)}`,
      ),
    ),
  ];
}

function firstOf({ first }: Group): Named {
  return first[0] ?? { account: '', region: '', bucket: '' };
}

/** The largest group first. */
export function sorted(groups: ReadonlyMap<string, Group>): [code: string, group: Group][] {
  return [...groups].toSorted(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1));
}

/** At most three names, and how many more there are. */
export function namesOf({ count, first }: Group): string {
  const names = first.slice(0, MOST_NAMES).map(({ bucket }) => bucket);
  const more = count - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

const MOST_NAMES = 3;

function jobNeeds({ tally }: Overview, commands: Commands): Need[] {
  if (tally === undefined) return [];
  const { bad, suspended } = tally.jobs;
  return [
    ...(suspended.count === 0
      ? []
      : [
          {
            what: `${counted(suspended.count, 'job')} ${suspended.count === 1 ? 'waits' : 'wait'} for somebody to confirm ${suspended.count === 1 ? 'it' : 'them'}: of ${namesOf(suspended)}`,
            command: commands.jobs('suspended'),
          },
        ]),
    ...(bad.count === 0
      ? []
      : [
          {
            what: `${counted(bad.count, 'job')} of the last 14 days failed, or left objects behind: of ${namesOf(bad)}`,
            command: commands.jobs(ENDED_BADLY.join(',')),
          },
        ]),
  ];
}
