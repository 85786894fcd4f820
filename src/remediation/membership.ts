import { atOnce } from '../at-once.ts';
import type { AccountTable } from '../aws/ledger/account-table.ts';
import type { createParkedBuckets } from '../aws/ledger/open-index.ts';
import { isOutOfTime, messageOf } from '../aws/sdk/service-error.ts';
import type { BucketId } from '../bucket-id.ts';
import type { AccountsTask } from '../intake/membership-event.ts';
import { type AccountItem, type AccountReading, isShut, NO_ORGANIZATION } from '../ledger/account-item.ts';
import type { Log } from './deps.ts';
import { type SendDeps, sendElsewhere } from './sweep-buckets.ts';

export interface MembershipDeps extends SendDeps {
  accounts: AccountTable;
  /** Absent in a hub that was deployed for no organization. */
  findAccount?: (account: string) => Promise<AccountReading>;
  /** Gets into the account under the sweep's role there. Throws ResealError account-unreachable. */
  enter: (account: string) => Promise<unknown>;
  parkedBuckets: ReturnType<typeof createParkedBuckets>;
  log: Log;
  now: () => Date;
  timeLeftMs: () => number;
}

/** What became of the accounts that an event or a message named. */
export interface MembershipResult {
  event?: string;
  accounts: AccountItem[];
  /** Buckets that could not be read before and are looked at again. */
  again: number;
}

/** Many buckets of one account ask for it at nearly the same time. */
const KNOWN_MS = 60_000;

/**
 * Looks at accounts that an event named, or that a bucket was met in: where AWS Organizations has them, and whether the hub gets in. What could not
 * be read in an account is looked at again after its event, its first look, or once its unit is known: a bucket that asks in vain must not come back by
 * its own question for ever.
 */
export async function membership(task: AccountsTask, deps: MembershipDeps): Promise<MembershipResult> {
  const { accounts: named, heard } = task;
  const result: MembershipResult = { ...(heard === undefined ? {} : { event: heard.event }), accounts: [], again: 0 };
  const errors: unknown[] = [];
  // One that fails brings the message back, and costs no other one its look.
  for (const account of named) {
    try {
      const { item, again } = await answerFor(account, task, deps);
      result.accounts.push(item);
      result.again += again;
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
): Promise<{ item: AccountItem; again: number }> {
  const before = heard === undefined ? await deps.accounts.read(account) : undefined;
  if (before !== undefined && deps.now().getTime() - Date.parse(before.readAt) < KNOWN_MS) {
    return { item: before, again: 0 };
  }
  const { written, item } = await lookAtAccount(account, deps, heard);
  // Of several that look at once, one alone writes next after what all have read.
  const isNext = written && item.rev === (before?.rev ?? 0) + 1;
  const isFirst = before === undefined || (before.ouPath === undefined && item.ouPath !== undefined);
  const sends = (heard !== undefined || (isNext && isFirst)) && item.role.there && !isShut(item.state);
  return { item, again: sends ? await sendParked(account, deps) : 0 };
}

/** What the sweep itself needs of the 15 minutes. */
const LOOK_WHILE_LEFT_MS = 120_000;
/** Far more than a thousand accounts take where AWS answers. */
const LOOK_MS = 180_000;
const ACCOUNTS_AT_ONCE = 4;

/**
 * Looks at every account that is known, and the hub's own, because events may be lost: those that nobody has looked at for the longest come first, and
 * what there is no time for waits for the next sweep. A failure costs the sweep nothing, nor another account its look.
 */
export async function lookAtAccounts(deps: MembershipDeps): Promise<void> {
  const { log, timeLeftMs } = deps;
  const known = await deps.accounts.list().catch((error: unknown) => {
    log.warn('accounts not all looked at', { error: messageOf(error) });
    return [];
  });
  const untilLeftMs = Math.max(LOOK_WHILE_LEFT_MS, timeLeftMs() - LOOK_MS);
  const seen: AccountItem[] = [];
  const failed: { account: string; why: string }[] = [];
  const left: { account: string }[] = [];
  await atOnce(new Set([deps.account, ...known]), ACCOUNTS_AT_ONCE, async (account) => {
    if (timeLeftMs() < untilLeftMs) return void left.push({ account });
    try {
      seen.push((await lookAtAccount(account, deps)).item);
    } catch (error) {
      failed.push({ account, why: messageOf(error) });
    }
  });
  tellOf(log, 'accounts not looked at', failed, ({ why }) => why);
  tellOf(log, 'accounts left for the next sweep', left);
  tellOdd(seen, log);
}

async function lookAtAccount(
  account: string,
  { accounts, findAccount, enter, now }: MembershipDeps,
  heard?: AccountsTask['heard'],
): ReturnType<AccountTable['write']> {
  const at = now().toISOString();
  const [reading, role] = await Promise.all([
    findAccount?.(account) ?? { kind: 'unread' as const, why: NO_ORGANIZATION },
    roleIn(account, at, enter),
  ]);
  return accounts.write(account, { at, reading, role, heard });
}

async function roleIn(account: string, at: string, enter: MembershipDeps['enter']): Promise<AccountItem['role']> {
  try {
    await enter(account);
    return { there: true, at };
  } catch (error) {
    if (isOutOfTime(error)) throw error;
    return { there: false, at, why: messageOf(error) };
  }
}

/** The buckets of one account that could not be read in all their tries. */
async function sendParked(account: string, deps: MembershipDeps): Promise<number> {
  const at = deps.now().toISOString();
  const its: BucketId[] = [];
  for await (const parked of deps.parkedBuckets()) if (parked.account === account) its.push(parked);
  await sendElsewhere(its, { id: `membership-of-${account}/${at}`, at, observe: false }, deps);
  return its.length;
}

const NAMED = 20;

/** One line for all accounts of which the same is wrong, with the first of them by name. */
function tellOf<T extends { account: string }>(
  log: Log,
  message: string,
  of: readonly T[],
  why: (first: T) => string | undefined = () => undefined,
): void {
  const [first] = of;
  if (first === undefined) return;
  log.warn(message, { accounts: of.length, first: of.slice(0, NAMED).map(({ account }) => account), why: why(first) });
}

function tellOdd(seen: readonly AccountItem[], log: Log): void {
  const isOutside = ({ state }: AccountItem) => state === 'OUTSIDE';
  const [shut, open] = [seen.filter(({ state }) => isShut(state)), seen.filter(({ state }) => !isShut(state))];
  const closed = open.filter(({ role }) => !role.there);
  const unread = open.filter((item) => item.unread !== undefined && item.unread !== NO_ORGANIZATION);
  tellOf(log, 'accounts outside of the organization', seen.filter(isOutside));
  tellOf(log, 'accounts shut', shut, ({ state }) => state);
  tellOf(log, 'accounts that let nobody in', closed, ({ role }) => role.why);
  tellOf(log, 'accounts not read in AWS Organizations', unread, (item) => item.unread);
}
