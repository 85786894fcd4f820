import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResealError } from '../../src/errors.ts';
import type { AccountItem } from '../../src/ledger/account-item.ts';
import { createKnownAccounts } from '../../src/runtime/known-accounts.ts';
import { recordingProcess } from './recording-process.ts';

const AT = '2026-11-02T10:00:00.000Z';
const KNOWN: AccountItem = {
  account: '1',
  rev: 1,
  readAt: AT,
  role: { there: true, at: AT },
  state: 'ACTIVE',
  ouPath: 'o-1/r-1/',
};

function opened(organizationId: string | undefined = 'o-1') {
  const { process, lines } = recordingProcess();
  const set: { item: AccountItem | undefined | Error; ask: Error | undefined } = { item: undefined, ask: undefined };
  const clock = { ms: 0 };
  const did: string[] = [];
  const known = createKnownAccounts({
    organizationId,
    read: async (account) => {
      did.push(`read ${account}`);
      if (set.item instanceof Error) throw set.item;
      return set.item;
    },
    ask: async (account) => {
      did.push(`ask ${account}`);
      if (set.ask !== undefined) throw set.ask;
    },
    log: process.log,
    now: () => new Date(clock.ms),
  });
  return { known, set, clock, lines, did: () => did.splice(0) };
}

test('an account that is known is read once a minute, or as often as somebody asks for it anew', async () => {
  const { known, set, clock, did } = opened();
  set.item = KNOWN;
  for (let look = 0; look < 10; look += 1) {
    assert.deepEqual(await known('1'), { ouPath: { kind: 'read', value: 'o-1/r-1/' } });
  }
  assert.deepEqual(did(), ['read 1']);
  clock.ms = 60_000;
  await Promise.all([known('1'), known('1')]);
  assert.deepEqual(did(), ['read 1']);
  set.item = { ...KNOWN, state: 'CLOSED' };
  assert.equal((await known('1', 0)).shut, 'CLOSED');
  assert.deepEqual(did(), ['read 1']);
});

test('an account that is not known is read with each look, asked for once a minute, and then used', async () => {
  const { known, set, clock, did } = opened();
  await Promise.all([known('1'), known('1')]);
  assert.equal((await known('1')).ouPath.kind, 'unread');
  assert.deepEqual(did(), ['read 1', 'ask 1', 'read 1']);
  clock.ms = 60_000;
  await known('1');
  assert.deepEqual(did(), ['read 1', 'ask 1']);
  set.item = KNOWN;
  assert.equal((await known('1')).ouPath.kind, 'read');
});

test('an account at which another process had somebody look a moment ago is not asked for', async () => {
  const { known, set, clock, did } = opened();
  clock.ms = Date.parse(AT) + 59_999;
  const { ouPath: _, ...outside } = { ...KNOWN, state: 'OUTSIDE', outsideSince: AT };
  set.item = outside;
  assert.equal((await known('1')).ouPath.kind, 'unread');
  assert.deepEqual(did(), ['read 1']);
  clock.ms += 1;
  await known('1');
  assert.deepEqual(did(), ['read 1', 'ask 1']);
});

test('a ledger or a queue that does not answer is told, and costs nobody a verdict that needs no unit', async () => {
  const { known, set, lines } = opened();
  set.item = new Error('the table is away');
  const first = await known('1');
  assert.match(first.ouPath.kind === 'unread' ? first.ouPath.why : '', /the table is away/);
  set.item = undefined;
  set.ask = new Error('the queue is away');
  const second = await known('1');
  assert.match(second.ouPath.kind === 'unread' ? second.ouPath.why : '', /the queue is away/);
  assert.deepEqual(
    lines.map(({ message, account }) => [message, account]),
    [
      ['account not known', '1'],
      ['account not known', '1'],
    ],
  );
  set.item = new ResealError('out-of-time', 'over');
  await assert.rejects(known('1'), { code: 'out-of-time' });
});

test('a hub without an organization reads nothing and asks nobody', async () => {
  const { process } = recordingProcess();
  const never = () => Promise.reject(new Error('never'));
  const now = () => new Date(0);
  const known = createKnownAccounts({ organizationId: undefined, read: never, ask: never, log: process.log, now });
  const { ouPath } = await known('1');
  assert.match(ouPath.kind === 'unread' ? ouPath.why : '', /deployed without OrganizationId/);
});
