import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { accountKey, type AccountReading } from '../../src/ledger/account-item.ts';
import { lookAtAccounts, membership, type MembershipDeps } from '../../src/remediation/membership.ts';
import { TABLE } from '../aws/fixture.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount } from './guarded-account.ts';
import { messages } from './sweeping.ts';

const OTHER = '222222222222';
const PATH = 'o-a1b2c3d4e5/r-ab12/';
const MEMBER: AccountReading = { kind: 'member', name: 'other', state: 'ACTIVE', ouPath: PATH };
const DENIED: AccountReading = { kind: 'unread', why: 'it was denied' };
const heard = { event: 'MoveAccount', at: '2026-11-02T10:00:00Z' };
const ask = { accounts: [OTHER] };

/** The means of the story, with what Organizations says, and how often it was asked. */
function opened(account: GuardedAccount, reading: AccountReading, over: Partial<MembershipDeps> = {}) {
  const said = { reading, asked: 0 };
  const parked = [
    { account: OTHER, region: 'us-east-2', bucket: 'one' },
    { account: OTHER, region: 'eu-west-1', bucket: 'two' },
    { account: '333333333333', region: 'eu-west-1', bucket: 'of-another' },
  ];
  const deps: MembershipDeps = {
    ...account.sweepDeps,
    findAccount: async () => {
      said.asked += 1;
      return said.reading;
    },
    parkedBuckets: async function* parkedBuckets() {
      yield* parked;
    },
    ...over,
  };
  return { said, deps };
}

const sent = async (account: GuardedAccount) =>
  (await messages(account))
    .map((each) => ['account', 'region', 'bucket'].map((name) => each[name]).join(' '))
    .toSorted();

test('many messages about one account bring one look, and what was parked there is sent once, when its unit is known', async () => {
  await using account = await openGuardedAccount();
  const { said, deps } = opened(account, MEMBER);
  const first = await membership(ask, deps);
  assert.deepEqual(
    [first.again, first.accounts[0]?.ouPath, first.accounts[0]?.role],
    [2, PATH, { there: true, at: '2026-11-02T10:00:00.000Z' }],
  );
  assert.deepEqual((await membership(ask, deps)).again, 0);
  assert.equal(said.asked, 1);
  account.advance(60);
  assert.deepEqual((await membership(ask, deps)).again, 0);
  assert.equal(said.asked, 2);
  assert.deepEqual(await sent(account), [`${OTHER} eu-west-1 two`, `${OTHER} us-east-2 one`]);
});

test('of several looks at once, one alone sends what was parked', async () => {
  await using account = await openGuardedAccount();
  const { deps } = opened(account, MEMBER);
  const all = await Promise.all([membership(ask, deps), membership(ask, deps), membership(ask, deps)]);
  assert.deepEqual(
    all.map(({ again }) => again).filter((again) => again > 0),
    [2],
  );
});

test('a bucket that asks in vain comes back by its own question once, after the first look at its account', async () => {
  await using account = await openGuardedAccount();
  const { said, deps } = opened(account, DENIED);
  const again = [];
  for (let minute = 0; minute < 5; minute += 1) {
    again.push((await membership(ask, deps)).again);
    account.advance(60);
  }
  assert.deepEqual([said.asked, again], [5, [2, 0, 0, 0, 0]]);
  said.reading = MEMBER;
  assert.equal((await membership(ask, deps)).again, 2);
});

test('an event has an account looked at whenever it comes, and a path that may be wrong counts no more', async () => {
  await using account = await openGuardedAccount();
  const { said, deps } = opened(account, MEMBER);
  await membership({ ...ask, heard }, deps);
  said.reading = DENIED;
  const { event, accounts, again } = await membership({ ...ask, heard }, deps);
  const [{ ouPath, state, unread } = {}] = accounts;
  assert.deepEqual([event, ouPath, state, unread, again], ['MoveAccount', undefined, undefined, 'it was denied', 2]);
  assert.equal(said.asked, 2);
});

test('nothing is sent to an account that is shut or lets nobody in, and the item says so', async () => {
  await using account = await openGuardedAccount();
  const shut = opened(account, { ...MEMBER, state: 'SUSPENDED' });
  assert.equal((await membership({ ...ask, heard }, shut.deps)).again, 0);
  const enter = () => Promise.reject(new Error('no such role'));
  const { deps } = opened(account, MEMBER, { enter });
  const { accounts, again } = await membership({ ...ask, heard }, deps);
  assert.deepEqual([again, accounts[0]?.role.there, accounts[0]?.role.why], [0, false, 'no such role']);
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

test('a sweep looks at the accounts that are known and its own, and tells what is wrong with them in a line each', async () => {
  await using account = await openGuardedAccount();
  const readings = new Map<string, AccountReading>([
    [ACCOUNT, MEMBER],
    ['222222222222', { kind: 'outside' }],
    ['333333333333', { ...MEMBER, state: 'CLOSED' }],
    ['444444444444', DENIED],
  ]);
  const enter: MembershipDeps['enter'] = async (id) => {
    if (id === '444444444444') throw new Error('no such role');
  };
  const findAccount = async (id: string) => readings.get(id) ?? DENIED;
  const { deps } = opened(account, MEMBER, { findAccount, enter });
  await membership({ accounts: [...readings.keys()].slice(1), heard }, deps);
  await lookAtAccounts(deps);
  assert.deepEqual(
    account.log.map(({ message, first, why }) => [message, first, why]),
    [
      ['accounts outside of the organization', ['222222222222'], undefined],
      ['accounts shut', ['333333333333'], 'CLOSED'],
      ['accounts that let nobody in', ['444444444444'], 'no such role'],
      ['accounts not read in AWS Organizations', ['444444444444'], 'it was denied'],
    ],
  );
  assert.equal((await deps.accounts.read(ACCOUNT))?.ouPath, PATH);
});

/** Makes the item of an account such that nothing can be written to it. */
async function poison(account: GuardedAccount, id: string): Promise<void> {
  const Item = marshall({ ...accountKey(id), account: id, readAt: '2026-11-01T10:00:00.000Z', rev: 'x' });
  await account.clients.dynamoDb.send(new PutItemCommand({ TableName: TABLE, Item }));
}

test('an account whose item is poisoned costs no other one its look, in a sweep or after an event', async () => {
  await using account = await openGuardedAccount();
  const { deps } = opened(account, MEMBER);
  const [poisoned, ...others] = ['200000000000', OTHER, '333333333333'] as const;
  await poison(account, poisoned);
  await assert.rejects(membership({ accounts: [poisoned, ...others], heard }, deps), { name: 'ValidationException' });
  const readAt = async () => Promise.all(others.map(async (id) => (await deps.accounts.read(id))?.readAt));
  assert.deepEqual(
    await readAt(),
    others.map(() => account.now().toISOString()),
  );
  account.advance(3_600);
  await lookAtAccounts(deps);
  assert.deepEqual(
    await readAt(),
    others.map(() => account.now().toISOString()),
  );
  const [line] = account.log;
  assert.deepEqual([line?.message, line?.['first']], ['accounts not looked at', [poisoned]]);
});

test('accounts that answer slowly leave the sweep its time, and those that were not looked at come first the next time', async () => {
  await using account = await openGuardedAccount();
  const ids = Array.from({ length: 20 }, (_, index) => String(200_000_000_000 + index));
  const { said, deps } = opened(account, MEMBER);
  await membership({ accounts: ids, heard }, deps);
  const looked: string[] = [];
  let leftMs = 900_000;
  const slow: MembershipDeps = {
    ...deps,
    timeLeftMs: () => leftMs,
    findAccount: async (id) => {
      looked.push(id);
      leftMs -= 30_000;
      return said.reading;
    },
  };
  account.advance(3_600);
  await lookAtAccounts(slow);
  assert.ok(leftMs >= 600_000, `${leftMs}`);
  assert.equal(account.log.at(-1)?.message, 'accounts left for the next sweep');
  const first = looked.splice(0);
  leftMs = 900_000;
  account.advance(3_600);
  await lookAtAccounts(slow);
  assert.deepEqual(
    looked.filter((id) => id !== ACCOUNT && first.includes(id)),
    [],
  );
});

test('a sweep that has no time left, or whose ledger does not answer, goes on without its accounts', async () => {
  await using account = await openGuardedAccount();
  const { said, deps } = opened(account, MEMBER, { timeLeftMs: () => 119_999 });
  await lookAtAccounts(deps);
  assert.equal(said.asked, 0);
  account.aws.faults.add({ kind: 'access-denied', operation: 'Query' });
  await lookAtAccounts(deps);
  assert.deepEqual(
    account.log.map(({ message }) => message),
    ['accounts left for the next sweep', 'accounts not all looked at', 'accounts left for the next sweep'],
  );
});

test('a hub without an organization knows of an account whether it gets in', async () => {
  await using account = await openGuardedAccount();
  const { accounts } = await membership(ask, account.sweepDeps);
  assert.match(String(accounts[0]?.unread), /deployed without OrganizationId/);
  assert.deepEqual([accounts[0]?.role.there, accounts[0]?.ouPath], [true, undefined]);
});
