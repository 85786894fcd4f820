import { createRemembered } from '../aws/sdk/remembered.ts';
import { isOutOfTime, messageOf, whyOf } from '../aws/sdk/service-error.ts';
import {
  type AccountItem,
  type Membership,
  membershipOf,
  NO_ORGANIZATION,
  ouPathUnread,
} from '../ledger/account-item.ts';
import type { AssessDeps, Log } from '../remediation/deps.ts';

/** How long what is known of an account is used, and how often one process asks for an account of which too little is known. */
const FRESH_MS = 60_000;

export interface AccountSource {
  /** The organization that the hub was deployed for. */
  organizationId: string | undefined;
  read: (account: string) => Promise<AccountItem | undefined>;
  /** Has the account looked at: the function sweep does, which alone may read AWS Organizations. */
  ask: (account: string) => Promise<void>;
  log: Log;
  now: () => Date;
}

/**
 * What the ledger knows of an account, read at most once a minute. An account that it does not know, or not where it is, is read with each look and
 * asked for once a minute. Never throws but for want of time; without an organization nothing is read.
 */
export function createKnownAccounts(source: AccountSource): AssessDeps['membership'] {
  const isRead = ({ ouPath }: Membership) => ouPath.kind === 'read';
  // Another process may have asked: what AWS Organizations does not say must not become a flood of messages.
  const isFresh = (item: AccountItem | undefined) =>
    item !== undefined && source.now().getTime() - Date.parse(item.readAt) < FRESH_MS;
  const known = createRemembered<Membership>(source.now, isRead);
  const asked = createRemembered<void>(source.now);
  if (source.organizationId === undefined) {
    return (account) => Promise.resolve({ ouPath: ouPathUnread(account, NO_ORGANIZATION) });
  }
  return async (account, maxAgeMs = FRESH_MS) =>
    known(account, maxAgeMs, async () => {
      try {
        const item = await source.read(account);
        const isKnown = item?.ouPath !== undefined && item.sweptAt !== undefined;
        if (!isKnown && !isFresh(item)) await asked(account, FRESH_MS, () => source.ask(account));
        return membershipOf(account, item);
      } catch (error) {
        if (isOutOfTime(error)) throw error;
        source.log.warn('account not known', { account, error: messageOf(error) });
        return { ouPath: ouPathUnread(account, `the ledger could not be read, or asked (${whyOf(error)})`) };
      }
    });
}
