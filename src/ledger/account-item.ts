import * as z from 'zod/mini';
import type { Fact } from '../policy/facts.ts';
import { present } from '../present.ts';
import { count, flag, text, time } from './shapes.ts';

/** All accounts are under one key, so that one query lists them. */
export const ACCOUNTS = 'ACCOUNTS';

export function accountKey(account: string): { pk: string; sk: string } {
  return { pk: ACCOUNTS, sk: `ACCOUNT#${account}` };
}

/** An account that is guarded, or was. */
export const accountItem = z.object({
  account: text,
  name: z.exactOptional(text),
  /** State of AWS Organizations, else its Status; OUTSIDE where the account is not in the hub's organization. Absent where nobody knows. */
  state: z.exactOptional(text),
  /** As in aws:PrincipalOrgPaths: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ */
  ouPath: z.exactOptional(text),
  /** Why AWS Organizations did not say where the account is. */
  unread: z.exactOptional(text),
  /** When it was asked last. */
  readAt: time,
  outsideSince: z.exactOptional(time),
  /** When a sweep came to it last; absent where none has got in yet. */
  sweptAt: z.exactOptional(time),
  /** Whether the hub got into the account when it tried last, and why not. */
  role: z.object({ there: flag, at: time, why: z.exactOptional(text) }, { error: 'there and at' }),
  /** How often the item was written. */
  rev: count,
  /** The event for which the account was looked at last. Events may come late, and so it may be older than what the item says. */
  heard: z.exactOptional(z.object({ event: text, at: time }, { error: 'event and at' })),
});
export type AccountItem = z.output<typeof accountItem>;

/** What AWS Organizations says of an account. */
export type AccountReading =
  | { kind: 'member'; name?: string; state?: string; ouPath: string }
  | { kind: 'outside' }
  | { kind: 'unread'; why: string };

/** What a hub without an organization knows of any account. */
export const NO_ORGANIZATION =
  'this hub was deployed without OrganizationId, so it knows no organizational units: deploy it with OrganizationId, or write the policy without ou';

/** What was found out about an account at one time. */
export interface AccountLook {
  at: string;
  reading: AccountReading;
  role: AccountItem['role'];
  heard?: NonNullable<AccountItem['heard']> | undefined;
  /** True where a sweep looks. */
  sweeps?: boolean | undefined;
}

/**
 * How the item changes. Where Organizations does not answer, what is known stays, unless an event named the account: it may be somewhere
 * else since, and a path that may be wrong is none.
 */
export function accountChange({ at, reading, role, heard, sweeps }: AccountLook): {
  set: Partial<AccountItem>;
  setOnce?: Partial<AccountItem>;
  remove: (keyof AccountItem)[];
} {
  const sweptAt = sweeps === true && role.there ? at : undefined;
  const set = { readAt: at, role, ...present({ heard, sweptAt }) };
  switch (reading.kind) {
    case 'member': {
      const { kind: _, ...said } = reading;
      return { set: { ...set, ...said }, remove: ['unread', 'outsideSince'] };
    }
    case 'outside':
      return { set: { ...set, state: 'OUTSIDE' }, setOnce: { outsideSince: at }, remove: ['unread', 'ouPath'] };
    case 'unread':
      return { set: { ...set, unread: reading.why }, remove: heard === undefined ? [] : ['ouPath', 'state'] };
  }
}

/** What the ledger says of an account where one of its buckets is looked at. */
export interface Membership {
  ouPath: Fact<string>;
  /** Its state, where nobody can do anything in it until it is open again (Organizations guide, "Monitor the state of your accounts"). */
  shut?: string;
}

const SHUT: ReadonlySet<string> = new Set(['SUSPENDED', 'CLOSED', 'PENDING_ACTIVATION']);

export function isShut(state: string | undefined): boolean {
  return state !== undefined && SHUT.has(state);
}

/** The membership of an account as its item says; undefined stands for an account of which nothing is known yet. */
export function membershipOf(account: string, item: AccountItem | undefined): Membership {
  const shut = item?.state !== undefined && isShut(item.state) ? { shut: item.state } : {};
  if (item?.ouPath !== undefined) return { ouPath: { kind: 'read', value: item.ouPath }, ...shut };
  return { ouPath: ouPathUnread(account, whyUnknown(item)), ...shut };
}

function whyUnknown(item: AccountItem | undefined): string {
  if (item?.unread !== undefined) return item.unread;
  if (item?.state === 'OUTSIDE')
    return `it is not in the organization of this hub, since ${item.outsideSince} at the latest`;
  return 'the ledger does not know it yet, and AWS Organizations is being asked: the bucket is tried again';
}

/** The fact that nobody knows where an account is. */
export function ouPathUnread(account: string, because: string): Fact<string> {
  const why = `The policy has rules for organizational units, and where account ${account} is in its organization is not known: ${because}.`;
  return { kind: 'unread', why, denied: false };
}
