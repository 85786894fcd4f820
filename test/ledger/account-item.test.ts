import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accountChange,
  accountItem,
  type AccountItem,
  accountKey,
  type AccountReading,
  isShut,
  membershipOf,
} from '../../src/ledger/account-item.ts';

const AT = '2026-11-02T10:00:00.000Z';
const ROLE = { there: true, at: AT };
const heard = { event: 'MoveAccount', at: AT };
const PATH = 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/';
const MEMBER: AccountReading = { kind: 'member', name: 'payments', state: 'ACTIVE', ouPath: PATH };

const item = (over: Partial<AccountItem> = {}): AccountItem => ({
  account: '222222222222',
  readAt: AT,
  role: ROLE,
  rev: 1,
  ...over,
});

test('all accounts are under one key', () => {
  assert.deepEqual(accountKey('222222222222'), { pk: 'ACCOUNTS', sk: 'ACCOUNT#222222222222' });
});

test('what AWS Organizations says of a member takes the place of what it did not say before', () => {
  const { set, setOnce, remove } = accountChange({ at: AT, reading: MEMBER, role: ROLE, heard });
  assert.deepEqual(set, { readAt: AT, role: ROLE, heard, name: 'payments', state: 'ACTIVE', ouPath: PATH });
  assert.deepEqual([setOnce, remove], [undefined, ['unread', 'outsideSince']]);
});

test('an account that left has no unit, and is known as outside since it was first seen so', () => {
  assert.deepEqual(accountChange({ at: AT, reading: { kind: 'outside' }, role: ROLE }), {
    set: { readAt: AT, role: ROLE, state: 'OUTSIDE' },
    setOnce: { outsideSince: AT },
    remove: ['unread', 'ouPath'],
  });
});

test('where Organizations does not answer the unit stays, unless an event named the account', () => {
  const reading: AccountReading = { kind: 'unread', why: 'it did not answer' };
  const removed = (event?: typeof heard) => accountChange({ at: AT, reading, role: ROLE, heard: event }).remove;
  assert.deepEqual([removed(), removed(heard)], [[], ['ouPath', 'state']]);
});

test('nobody can do anything in an account that is suspended, closed or not there yet', () => {
  const states = ['PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED', 'OUTSIDE', undefined];
  assert.deepEqual(states.filter(isShut), ['PENDING_ACTIVATION', 'SUSPENDED', 'CLOSED']);
});

test('the place of an account is read where its item says it, else unread with the reason', () => {
  const id = '222222222222';
  assert.deepEqual(membershipOf(id, item({ ouPath: PATH, unread: 'not lately', state: 'CLOSED' })), {
    ouPath: { kind: 'read', value: PATH },
    shut: 'CLOSED',
  });
  const why = (of?: AccountItem) => {
    const { ouPath } = membershipOf(id, of);
    return ouPath.kind === 'unread' ? ouPath.why : assert.fail();
  };
  assert.match(why(), /where account 222222222222 is .* not known: the ledger does not know it yet, .* tried again\.$/);
  assert.match(why(item({ unread: 'it was denied' })), /: it was denied\.$/);
  assert.match(why(item({ state: 'OUTSIDE', outsideSince: AT })), /not in the organization of this hub, since 2026/);
});

test('an item that lacks what every account has is refused', () => {
  assert.equal(accountItem.safeParse(item()).success, true);
  assert.equal(accountItem.safeParse({ account: '222222222222', readAt: AT }).success, false);
});
