import type { AccountsTask } from '../intake/membership-event.ts';
import { type AccountItem, isShut } from '../ledger/account-item.ts';
import { present } from '../present.ts';
import { type BeginDeps, beginSweep, type SweepResult } from './begin-sweep.ts';
import { type LookDeps, lookAtAccount } from './look-at-account.ts';

export type MembershipDeps = LookDeps & BeginDeps;

/** What became of the accounts that an event or a message named. */
export interface MembershipResult {
  event?: string;
  accounts: AccountItem[];
  /** The sweeps of those that are swept at once. */
  sweeps: SweepResult[];
}

/** Many buckets of one account ask for it at nearly the same time. */
const KNOWN_MS = 60_000;

/**
 * Looks at accounts that an event named, or that a bucket was met in: where AWS Organizations has them, and whether the hub gets in. An account is
 * swept at once after its event, as long as no sweep has got into it, or once its unit is known, and a Region once it is turned on: a bucket that asks in
 * vain must not come back by its own question for ever.
 */
export async function membership(task: AccountsTask, deps: MembershipDeps): Promise<MembershipResult> {
  const { accounts: named, heard } = task;
  const result: MembershipResult = { ...present({ event: heard?.event }), accounts: [], sweeps: [] };
  const errors: unknown[] = [];
  // One that fails brings the message back, and costs no other one its look.
  for (const account of named) {
    try {
      const { item, isToSweep } = await answerFor(account, task, deps);
      result.accounts.push(item);
      if (isToSweep) result.sweeps.push(await sweepNow(account, task, deps));
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return result;
}

async function answerFor(
  account: string,
  { heard }: AccountsTask,
  deps: MembershipDeps,
): Promise<{ item: AccountItem; isToSweep: boolean }> {
  const before = heard === undefined ? await deps.accounts.read(account) : undefined;
  if (before !== undefined && deps.now().getTime() - Date.parse(before.readAt) < KNOWN_MS) {
    return { item: before, isToSweep: false };
  }
  const { written, item } = await lookAtAccount(account, deps, { heard });
  // Of several that look at once, one alone writes next after what all have read.
  const isNext = written && item.rev === (before?.rev ?? 0) + 1;
  const isFirst = item.sweptAt === undefined || (before?.ouPath === undefined && item.ouPath !== undefined);
  const isToSweep = (heard !== undefined || (isNext && isFirst)) && item.role.there && !isShut(item.state);
  return { item, isToSweep };
}

function sweepNow(account: string, { regions }: AccountsTask, deps: MembershipDeps): Promise<SweepResult> {
  const at = deps.now().toISOString();
  const scope = { accounts: [account], ...present({ regions }) };
  return beginSweep({ id: `account-${account}-${at}`, at, observe: false, scope }, deps);
}
