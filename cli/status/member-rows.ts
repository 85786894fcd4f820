import type { AccountItem } from '../../src/ledger/account-item.ts';
import { present } from '../../src/present.ts';
import { clipped, inOneLine } from '../../src/problem.ts';
import type { Overview } from '../../src/remediation/overview.ts';
import { inColumns, wrapped } from '../../scripts/wrapped.ts';
import { ageOf, numberOf } from '../numbers-in-words.ts';
import { newest, type RuleCounts, ruleCounts } from './status-summary.ts';

/** One account: what `reseal members --json` prints a line of. What nobody knows is absent. */
export interface MemberRow extends Partial<Pick<AccountItem, 'name' | 'state' | 'ouPath' | 'unread' | 'role'>> {
  account: string;
  regions?: RuleCounts;
  buckets?: number;
  below?: number;
  lastEvent?: string;
  lastSweep?: string;
}

/** Every account that the ledger knows, be it by its item, by a sweep or by a bucket, in the order of their ids. */
export function memberRows({ accounts = [], places, tally }: Overview): MemberRow[] {
  const items = new Map(accounts.map((item) => [item.account, item]));
  const there = Map.groupBy(places ?? [], ({ account }) => account);
  const counted = Map.groupBy(tally?.places ?? [], ([place]) => place.split('/')[0] ?? '');
  const ids = new Set([...items.keys(), ...there.keys(), ...counted.keys()]);
  return [...ids].toSorted().map((account) => {
    const { name, state, ouPath, unread, role } = items.get(account) ?? {};
    const its = there.get(account) ?? [];
    const counts = (counted.get(account) ?? []).map(([, each]) => each);
    return present({
      account,
      name,
      state,
      ouPath,
      unread,
      role,
      ...(places === undefined
        ? {}
        : {
            regions: ruleCounts(its),
            lastEvent: newest(its, ({ heardAt }) => heardAt),
            lastSweep: newest(its, ({ sweptAt }) => sweptAt),
          }),
      ...(tally === undefined
        ? {}
        : {
            buckets: counts.reduce((sum, { buckets }) => sum + buckets, 0),
            below: counts.reduce((sum, { below }) => sum + below, 0),
          }),
    });
  });
}

const NAMES = ['account', 'name', 'state', 'unit', 'role', 'Regions', 'buckets', 'below', 'event', 'sweep'];
const LONGEST_NAME = 20;

/** One line an account, in columns; on a terminal that is too narrow for them, each account in lines that fit. */
export function memberLines(rows: readonly MemberRow[], at: string, columns: number): string[] {
  const cells = rows.map((row) => cellsOf(row, at));
  const lines = inColumns([NAMES, ...cells], 5);
  if (lines.every(({ length }) => length <= columns)) return lines;
  return cells.flatMap(([account = '', ...others]) => [
    account,
    ...wrapped(others.map((cell, at) => `${NAMES[at + 1]}: ${cell}`).join(', '), columns, '  '),
  ]);
}

function cellsOf({ account, name, state, ouPath, role, regions, ...row }: MemberRow, at: string): string[] {
  return [
    account,
    clipped(inOneLine(name ?? '-'), LONGEST_NAME),
    state ?? '?',
    ouPath
      ?.split('/')
      .filter((unit) => unit !== '')
      .at(-1) ?? '?',
    role === undefined ? '?' : role.there ? 'yes' : 'no',
    forwardingOf(regions),
    row.buckets === undefined ? '?' : numberOf(row.buckets),
    row.below === undefined ? '?' : numberOf(row.below),
    row.lastEvent === undefined ? '-' : ageOf(at, row.lastEvent),
    row.lastSweep === undefined ? '-' : ageOf(at, row.lastSweep),
  ];
}

function forwardingOf(regions: MemberRow['regions']): string {
  if (regions === undefined) return '?';
  const { forwarding, withoutRule, ruleDisabled, ruleUnseen } = regions;
  return `${forwarding}/${forwarding + withoutRule + ruleDisabled + ruleUnseen}`;
}
