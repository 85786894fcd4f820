import type { AccountTable } from '../aws/ledger/account-table.ts';
import { failureOf, isOutOfTime, messageOf } from '../aws/sdk/service-error.ts';
import { ResealError } from '../errors.ts';
import { type AccountItem, type AccountLook, type AccountReading, NO_ORGANIZATION } from '../ledger/account-item.ts';

export interface LookDeps {
  accounts: AccountTable;
  /** Absent in a hub that was deployed for no organization. */
  findAccount?: (account: string) => Promise<AccountReading>;
  /** Gets into the account under the sweep's role there. Throws ResealError account-unreachable. */
  enter: (account: string) => Promise<unknown>;
  now: () => Date;
}

/**
 * Finds out where an account is, and whether the hub gets in, and records it. Throws the SDK's error of the ledger; for a sweep also ResealError
 * account-unreachable where STS does not answer, which says nothing of the account.
 */
export async function lookAtAccount(
  account: string,
  { accounts, findAccount, enter, now }: LookDeps,
  why: Pick<AccountLook, 'heard' | 'sweeps'>,
): ReturnType<AccountTable['write']> {
  const at = now().toISOString();
  const [reading, role] = await Promise.all([
    findAccount?.(account) ?? { kind: 'unread' as const, why: NO_ORGANIZATION },
    roleIn(account, at, enter, why.sweeps === true),
  ]);
  return accounts.write(account, { at, reading, role, ...why });
}

async function roleIn(
  account: string,
  at: string,
  enter: LookDeps['enter'],
  sweeps: boolean,
): Promise<AccountItem['role']> {
  try {
    await enter(account);
    return { there: true, at };
  } catch (error) {
    if (isOutOfTime(error) || (sweeps && mayPass(error))) throw error;
    return { there: false, at, why: messageOf(error) };
  }
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof ResealError) || error.cause === undefined) return false;
  const failure = failureOf(error.cause);
  return failure === 'throttled' || failure === 'unavailable';
}
