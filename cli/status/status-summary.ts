import { type AccountItem, isShut } from '../../src/ledger/account-item.ts';
import type { PlaceItem } from '../../src/ledger/place-item.ts';
import type { Group, Named, Tally } from '../../src/ledger/tally.ts';
import { present } from '../../src/present.ts';
import type { Overview } from '../../src/remediation/overview.ts';
import { goingOn } from '../../src/remediation/sweep-progress.ts';
import { type Need, needsOf, sorted } from './needs.ts';
import { lastWhole } from './overdue-sweep.ts';

interface CodeCount {
  code: string;
  count: number;
}

interface CodeGroup extends CodeCount {
  first: Named[];
}

/** The organization in few numbers: what `reseal status --json` prints, and what its screen is made of. What could not be read is absent. */
export interface StatusSummary {
  at: string;
  hub: { account: string; region: string; stack: string; version: string };
  accounts?: { known: number; entered: number; shutOut: number; outside: number; closed: number };
  regions?: { known: number } & RuleCounts;
  lastEvent?: string;
  lastSweep?: { id: string; at: string; endedAt: string; buckets: number; unreached: number };
  running?: { id: string; at: string }[];
  buckets?: { count: number; verdicts: { verdict: string; count: number }[] };
  held?: CodeGroup[];
  unreadable?: CodeGroup[];
  parked?: number;
  exceptions?: CodeGroup[];
  jobs?: { open: number; ended: number; objects: number; failed: number; failures: CodeCount[] };
  deadLetters?: { queue: string; count: number }[];
  unread: string[];
  needs: Need[];
}

export function statusSummary(overview: Overview): StatusSummary {
  const { at, hub, accounts, places, sweeps, tally, deadLetters, unread } = overview;
  const { account, region, stack, version } = hub;
  return {
    at,
    hub: { account, region, stack, version },
    ...present({
      accounts: accounts && accountCounts(accounts),
      regions: places && { known: places.length, ...ruleCounts(places) },
      lastEvent: places && newest(places, ({ heardAt }) => heardAt),
    }),
    ...(sweeps && sweepsOf(sweeps, at)),
    ...(tally && bucketsAndJobs(tally)),
    ...(deadLetters && {
      deadLetters: [...deadLetters].map(([queue, count]) => ({ queue, count })).filter(({ count }) => count > 0),
    }),
    unread,
    needs: needsOf(overview),
  };
}

function accountCounts(accounts: readonly AccountItem[]): NonNullable<StatusSummary['accounts']> {
  const outside = accounts.filter(({ state }) => state === 'OUTSIDE').length;
  const closed = accounts.filter(({ state }) => isShut(state)).length;
  const living = accounts.filter(({ state }) => state !== 'OUTSIDE' && !isShut(state));
  const shutOut = living.filter(({ role }) => !role.there).length;
  return { known: accounts.length, entered: living.length - shutOut, shutOut, outside, closed };
}

/** Regions of accounts by the state of the rule that forwards events. */
export interface RuleCounts {
  forwarding: number;
  withoutRule: number;
  ruleDisabled: number;
  ruleUnseen: number;
}

export function ruleCounts(places: readonly PlaceItem[]): RuleCounts {
  const of = (state: string) => places.filter(({ rule }) => rule === state).length;
  const [forwarding, withoutRule, ruleDisabled] = [of('ENABLED'), of('NONE'), of('DISABLED')];
  const ruleUnseen = places.length - forwarding - withoutRule - ruleDisabled;
  return { forwarding, withoutRule, ruleDisabled, ruleUnseen };
}

/** The newest of their times, where any has one. */
export function newest(places: readonly PlaceItem[], timeOf: (place: PlaceItem) => string | undefined) {
  const times = places.flatMap((place) => timeOf(place) ?? []);
  return times.toSorted().at(-1);
}

function sweepsOf(sweeps: NonNullable<Overview['sweeps']>, now: string): Pick<StatusSummary, 'lastSweep' | 'running'> {
  const last = lastWhole(sweeps);
  const running = goingOn(sweeps, new Date(now)).map(({ sweep: id, at }) => ({ id, at }));
  if (last?.endedAt === undefined) return { running };
  const { sweep: id, at, endedAt, buckets, unreached } = last;
  return { lastSweep: { id, at, endedAt, buckets, unreached: unreached.accounts }, running };
}

const grouped = (groups: ReadonlyMap<string, Group>): CodeGroup[] =>
  sorted(groups).map(([code, { count, first }]) => ({ code, count, first }));

/** The most frequent first. */
export function countsOf(counts: ReadonlyMap<string, number>): CodeCount[] {
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .toSorted((one, other) => other.count - one.count || (one.code < other.code ? -1 : 1));
}

function bucketsAndJobs(tally: Tally) {
  const verdicts = countsOf(tally.verdicts).map(({ code: verdict, count }) => ({ verdict, count }));
  const { open, ended, objects, failed, failures } = tally.jobs;
  return {
    buckets: { count: verdicts.reduce((sum, { count }) => sum + count, 0), verdicts },
    held: grouped(tally.holds),
    unreadable: grouped(tally.unreadable),
    parked: tally.parked,
    exceptions: grouped(tally.exceptions),
    jobs: { open, ended, objects, failed, failures: countsOf(failures) },
  };
}
