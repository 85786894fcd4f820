import { atOnce } from '../at-once.ts';
import type { AccountTable } from '../aws/ledger/account-table.ts';
import type { createParkedBuckets } from '../aws/ledger/open-jobs.ts';
import { isOutOfTime, messageOf } from '../aws/sdk/service-error.ts';
import { bucketText } from '../bucket-id.ts';
import type { AccountsTask } from '../intake/membership-event.ts';
import { type AccountItem, type AccountReading, isShut, NO_ORGANIZATION } from '../ledger/account-item.ts';
import type { Log } from './deps.ts';
import { type SendDeps, sendBuckets } from './sweep-buckets.ts';

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
export async function membership(
  { accounts: named, heard }: AccountsTask,
  deps: MembershipDeps,
): Promise<MembershipResult> {
  const result: MembershipResult = { ...(heard === undefined ? {} : { event: heard.event }), accounts: [], again: 0 };
  for (const account of named) {
    const before = heard === undefined ? await deps.accounts.read(account) : undefined;
    if (before !== undefined && deps.now().getTime() - Date.parse(before.readAt) < KNOWN_MS) {
      result.accounts.push(before);
      continue;
    }
    const { written, item } = await lookAtAccount(account, deps, heard);
    result.accounts.push(item);
    // Of several that look at once, one alone writes next after what all have read.
    const isNext = written && item.rev === (before?.rev ?? 0) + 1;
    const isFirst = before === undefined || (before.ouPath === undefined && item.ouPath !== undefined);
    if ((heard !== undefined || (isNext && isFirst)) && item.role.there && !isShut(item.state))
      result.again += await sendParked(account, deps);
  }
  return result;
}

/** With less than this left of the 15 minutes, the accounts that were not asked for wait for the next sweep. */
const LOOK_WHILE_LEFT_MS = 120_000;
const ACCOUNTS_AT_ONCE = 4;

/** Looks at every account that is known, and the hub's own, because events may be lost. A failure costs the sweep nothing. */
export async function lookAtAccounts(deps: MembershipDeps): Promise<void> {
  const seen: AccountItem[] = [];
  try {
    const all = [...new Set([deps.account, ...(await deps.accounts.list())])];
    await atOnce(all, ACCOUNTS_AT_ONCE, async (account) => {
      if (deps.timeLeftMs() >= LOOK_WHILE_LEFT_MS) seen.push((await lookAtAccount(account, deps)).item);
    });
  } catch (error) {
    if (isOutOfTime(error)) throw error;
    deps.log.warn('accounts not all looked at', { seen: seen.length, error: messageOf(error) });
  }
  tellOdd(seen, deps);
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
  let sent = 0;
  const byRegion = new Map<string, string[]>();
  for await (const parked of deps.parkedBuckets()) {
    if (parked.account === account)
      byRegion.set(parked.region, [...(byRegion.get(parked.region) ?? []), parked.bucket]);
  }
  for (const [region, buckets] of byRegion) {
    const id = `membership-of-${bucketText({ account, region, bucket: at })}`;
    sent += (await sendBuckets(buckets, { id, at, observe: false }, { ...deps, account, region })).buckets;
  }
  return sent;
}

const NAMED = 20;

/** One line for each thing that is wrong, with the first accounts by name. */
function tellOdd(seen: readonly AccountItem[], { log }: MembershipDeps): void {
  const tell = (message: string, of: readonly AccountItem[], why?: (item: AccountItem) => string | undefined) => {
    const [first] = of;
    if (first === undefined) return;
    log.warn(message, {
      accounts: of.length,
      first: of.slice(0, NAMED).map(({ account }) => account),
      why: why?.(first),
    });
  };
  const open = seen.filter(({ state }) => !isShut(state));
  tell(
    'accounts outside of the organization',
    seen.filter(({ state }) => state === 'OUTSIDE'),
  );
  tell(
    'accounts shut',
    seen.filter(({ state }) => isShut(state)),
    ({ state }) => state,
  );
  tell(
    'accounts that let nobody in',
    open.filter(({ role }) => !role.there),
    ({ role }) => role.why,
  );
  const unread = open.filter((item) => item.unread !== undefined && item.unread !== NO_ORGANIZATION);
  tell('accounts not read in AWS Organizations', unread, (item) => item.unread);
}
