import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { accountKey, type AccountReading } from '../../src/ledger/account-item.ts';
import { membership, type MembershipDeps } from '../../src/remediation/membership.ts';
import { TABLE } from '../aws/fixture.ts';
import { type GuardedAccount, openGuardedAccount } from './guarded-account.ts';
import { goOnToTheEnd, ownMessages, sendNow, swept } from './sweeping.ts';

const OTHER = '222222222222';
const PATH = 'o-a1b2c3d4e5/r-ab12/';
const MEMBER: AccountReading = { kind: 'member', name: 'other', state: 'ACTIVE', ouPath: PATH };
const DENIED: AccountReading = { kind: 'unread', why: 'it was denied' };
const heard = { event: 'MoveAccount', at: '2026-11-02T10:00:00Z' };
const ask = { accounts: [OTHER] };

/** The means of the story, with what Organizations says, and how often it was asked. */
function opened(account: GuardedAccount, reading: AccountReading, over: Partial<MembershipDeps> = {}) {
  const said = { reading, asked: 0 };
  const deps: MembershipDeps = {
    ...account.sweepDeps,
    findAccount: async () => {
      said.asked += 1;
      return said.reading;
    },
    ...over,
  };
  return { said, deps };
}

/** How many sweeps were begun at once. */
const begun = async (asked: ReturnType<typeof membership>) => (await asked).sweeps.length;

test('many messages about one account bring one look, and it is swept once, when its unit is known', async () => {
  await using account = await openGuardedAccount();
  const { said, deps } = opened(account, MEMBER);
  const first = await membership(ask, deps);
  assert.deepEqual(
    [first.sweeps.length, first.accounts[0]?.ouPath, first.accounts[0]?.role],
    [1, PATH, { there: true, at: '2026-11-02T10:00:00.000Z' }],
  );
  assert.equal(await begun(membership(ask, deps)), 0);
  assert.equal(said.asked, 1);
  assert.equal(await goOnToTheEnd(account, deps), 1);
  account.advance(60);
  assert.equal(await begun(membership(ask, deps)), 0);
  assert.equal(said.asked, 3, 'twice by a message, once by the sweep');
});

test('an account whose roles come after it is swept once they are there, and so is one whose first sweep was lost', async () => {
  await using account = await openGuardedAccount();
  let isThere = false;
  const enter = async () => {
    if (!isThere) throw new Error('no such role');
  };
  const { deps } = opened(account, MEMBER, { enter });
  assert.equal(await begun(membership({ ...ask, heard }, deps)), 0);
  isThere = true;
  account.advance(60);
  assert.equal(await begun(membership(ask, deps)), 1);
  await ownMessages(account);
  account.advance(5_400);
  assert.equal(await begun(membership(ask, deps)), 1, 'its message is lost');
  await goOnToTheEnd(account, deps);
  account.advance(60);
  assert.equal(await begun(membership(ask, deps)), 0);
});

test('a Region that was turned on is swept alone', async () => {
  await using account = await openGuardedAccount();
  const { deps } = opened(account, MEMBER);
  const { sweeps } = await membership({ ...ask, heard, regions: ['eu-south-1'] }, deps);
  const item = await deps.sweeps.read(sweeps[0]?.sweep ?? '');
  assert.deepEqual(item?.scope, { accounts: [OTHER], regions: ['eu-south-1'] });
});

test('of several looks at once, one alone begins a sweep', async () => {
  await using account = await openGuardedAccount();
  const { deps } = opened(account, MEMBER);
  const all = await Promise.all([membership(ask, deps), membership(ask, deps), membership(ask, deps)]);
  assert.deepEqual(
    all.map(({ sweeps }) => sweeps.length).filter((sweeps) => sweeps > 0),
    [1],
  );
});

test('a bucket that asks in vain comes back by its own question once, after the first look at its account', async () => {
  await using account = await openGuardedAccount();
  const { said, deps } = opened(account, DENIED);
  const again = [];
  for (let minute = 0; minute < 5; minute += 1) {
    again.push(await begun(membership(ask, deps)));
    await goOnToTheEnd(account, deps);
    account.advance(60);
  }
  assert.deepEqual([said.asked, again], [6, [1, 0, 0, 0, 0]]);
  said.reading = MEMBER;
  assert.equal(await begun(membership(ask, deps)), 1);
});

test('an event has an account looked at whenever it comes, and a path that may be wrong counts no more', async () => {
  await using account = await openGuardedAccount();
  const { said, deps } = opened(account, MEMBER);
  await membership({ ...ask, heard }, deps);
  said.reading = DENIED;
  const { event, accounts, sweeps } = await membership({ ...ask, heard }, deps);
  const [{ ouPath, state, unread } = {}] = accounts;
  assert.deepEqual(
    [event, ouPath, state, unread, sweeps.length],
    ['MoveAccount', undefined, undefined, 'it was denied', 1],
  );
  assert.equal(said.asked, 2);
});

test('no account is swept that is shut or lets nobody in, and the item says so', async () => {
  await using account = await openGuardedAccount();
  const shut = opened(account, { ...MEMBER, state: 'SUSPENDED' });
  assert.equal(await begun(membership({ ...ask, heard }, shut.deps)), 0);
  const enter = () => Promise.reject(new Error('no such role'));
  const { deps } = opened(account, MEMBER, { enter });
  const { accounts, sweeps } = await membership({ ...ask, heard }, deps);
  assert.deepEqual([sweeps.length, accounts[0]?.role.there, accounts[0]?.role.why], [0, false, 'no such role']);
});

test('what was found out earlier is not written over what was found out later', async () => {
  await using account = await openGuardedAccount();
  const { deps } = opened(account, MEMBER);
  await membership({ ...ask, heard }, deps);
  const before = () => new Date(account.now().getTime() - 1_000);
  const late = opened(account, { kind: 'outside' }, { now: before });
  const { accounts } = await membership({ ...ask, heard }, late.deps);
  assert.deepEqual([accounts[0]?.state, accounts[0]?.ouPath], ['ACTIVE', PATH]);
});

/** Makes the item of an account such that nothing can be written to it. */
async function poison(account: GuardedAccount, id: string): Promise<void> {
  const Item = marshall({ ...accountKey(id), account: id, readAt: '2026-11-01T10:00:00.000Z', rev: 'x' });
  await account.clients.dynamoDb.send(new PutItemCommand({ TableName: TABLE, Item }));
}

test('an account whose item is poisoned costs no other one its look, after an event or in a sweep', async () => {
  await using account = await openGuardedAccount();
  const { deps } = opened(account, MEMBER);
  const [poisoned, ...others] = ['200000000000', OTHER, '333333333333'] as const;
  await poison(account, poisoned);
  await assert.rejects(membership({ accounts: [poisoned, ...others], heard }, deps), { name: 'ValidationException' });
  const readAt = async () => Promise.all(others.map(async (id) => (await deps.accounts.read(id))?.readAt));
  const now = () => others.map(() => account.now().toISOString());
  assert.deepEqual(await readAt(), now());
  await ownMessages(account);
  account.advance(3_600);
  const { ended, unreached } = await swept(account, {}, { ...deps, sendLater: sendNow(account) });
  assert.deepEqual(await readAt(), now());
  assert.deepEqual([ended, unreached.accounts, unreached.first[0]?.account], [true, 1, poisoned]);
  assert.match(String(unreached.first[0]?.why), /could not be looked at \(ValidationException/);
});

test('a hub without an organization knows of an account whether it gets in', async () => {
  await using account = await openGuardedAccount();
  const { accounts } = await membership(ask, account.sweepDeps);
  assert.match(String(accounts[0]?.unread), /deployed without OrganizationId/);
  assert.deepEqual([accounts[0]?.role.there, accounts[0]?.ouPath], [true, undefined]);
});
