import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Place } from '../../src/bucket-id.ts';
import { ResealError } from '../../src/errors.ts';
import type { AccountReading } from '../../src/ledger/account-item.ts';
import { PLACES } from '../../src/ledger/place-item.ts';
import { beginSweep } from '../../src/remediation/begin-sweep.ts';
import { goOn } from '../../src/remediation/sweep.ts';
import { itemOf } from '../aws/ledger/ledger-item-of.ts';
import { assertSent, namesOf, ONE, organization, ROOT, sentTimes, THREE, TWO, UNITS } from './an-organization.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount } from './guarded-account.ts';
import { endOf, goOnToTheEnd, messages, ownMessages, requestOf, swept } from './sweeping.ts';

const denied = () => Promise.reject(Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' }));
const broken = () => Promise.reject(Object.assign(new Error('try later'), { name: 'InternalError' }));

test('a sweep takes every open account of the organization and every Region of it, once', async () => {
  await using account = await openGuardedAccount();
  const end = await swept(account, {}, organization(account));
  assert.deepEqual([end.accounts, end.accountsDone, end.buckets, end.unreached.accounts], [4, 4, 16, 0]);
  await assertSent(account, namesOf([ACCOUNT, ONE, TWO, THREE]));
});

test('what was seen of each account and Region is kept', async () => {
  await using account = await openGuardedAccount();
  const over = organization(account);
  await swept(account, {}, over);
  const place = await itemOf(account.clients.dynamoDb, { pk: PLACES, sk: `PLACE#${ONE}/us-east-1` });
  const { buckets, rule, reports, sweptAt } = place ?? {};
  assert.deepEqual(
    { buckets, rule, reports, sweptAt },
    { buckets: 2, rule: 'ENABLED', reports: false, sweptAt: '2026-11-02T10:00:00Z' },
  );
});

for (const [what, scope, names] of [
  ['accounts', { accounts: [ONE, ONE, THREE] }, namesOf([ONE, THREE])],
  ['a unit by its id', { ous: ['ou-ab12-11111111'] }, namesOf([ONE, TWO])],
  ['a unit by its path', { ous: [`${ROOT}ou-ab12-11111111/ou-ab12-22222222`] }, namesOf([TWO])],
  ['Regions', { regions: ['us-east-1'] }, namesOf([ACCOUNT, ONE, TWO, THREE], ['us-east-1'])],
  ['a prefix', { prefix: 'b-' }, namesOf([ACCOUNT, ONE, TWO, THREE], undefined, ['b'])],
  ['a bucket', { buckets: ['a-222-eu-west-1'] }, [`${ONE}/eu-west-1/a-222-eu-west-1`]],
] as const) {
  test(`a sweep of ${what} takes just that`, async () => {
    await using account = await openGuardedAccount();
    const asked = Object.fromEntries(
      Object.entries(scope).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
    );
    const end = await swept(account, asked, organization(account));
    assert.deepEqual([end.ended, end.unreached.accounts, end.missing], [true, 0, []]);
    await assertSent(account, names);
  });
}

test('a bucket that is in no account is missing once all have ended', async () => {
  await using account = await openGuardedAccount();
  const { missing } = await swept(account, { buckets: ['nowhere', 'a-222-eu-west-1'] }, organization(account));
  assert.deepEqual(missing, ['nowhere']);
});

test('a sweep of one rule says so in every message', async () => {
  await using account = await openGuardedAccount();
  await swept(account, { rule: 'secrets' }, organization(account));
  assert.deepEqual(new Set((await messages(account)).map(({ rule }) => rule)), new Set(['secrets']));
});

test('where AWS Organizations lists nobody, the accounts of the file and those that are known are swept, and that is said', async () => {
  await using account = await openGuardedAccount();
  const over = organization(account, {
    listAccounts: async function* listAccounts() {
      yield await denied();
    },
    committed: [TWO],
  });
  await account.sweepDeps.accounts.write(ONE, {
    at: '2026-11-01T10:00:00Z',
    reading: { kind: 'member', ouPath: ROOT },
    role: { there: true, at: '2026-11-01T10:00:00Z' },
  });
  const end = await swept(account, {}, over);
  await assertSent(account, namesOf([ACCOUNT, ONE, TWO]));
  assert.match(
    String(end.accountsUnread),
    /^AWS Organizations did not list the accounts \(AccessDeniedException: .*RESEAL_ACCOUNTS/,
  );
  assert.equal(account.log[0]?.message, 'accounts not listed');
});

test('an account that is known by its events alone is swept too', async () => {
  await using account = await openGuardedAccount();
  await account.sweepDeps.writePlace({ account: TWO, region: 'us-east-1', heardAt: '2026-11-01T10:00:00Z' });
  const { listAccounts: _, ...over } = organization(account);
  await swept(account, {}, over);
  await assertSent(account, namesOf([ACCOUNT, TWO]));
});

test('what the ledger holds that is no account of any id keeps no sweep open', async () => {
  await using account = await openGuardedAccount();
  await account.sweepDeps.writePlace({ account: 'x\u0000', region: 'us-east-1', heardAt: '2026-11-01T10:00:00Z' });
  const { ended, accounts } = await swept(account, {}, organization(account));
  assert.deepEqual([ended, accounts], [true, 4]);
});

test('an account that lets nobody in is named, one that is shut or outside is none of the sweep, and none costs the others anything', async () => {
  await using account = await openGuardedAccount();
  const findAccount = async (id: string): Promise<AccountReading> =>
    id === THREE ? { kind: 'outside' } : { kind: 'member', state: id === TWO ? 'SUSPENDED' : 'ACTIVE', ouPath: ROOT };
  const enter = async (id: string) => {
    if (id === ONE) throw new Error('no such role');
  };
  const { ended, unreached } = await swept(account, {}, organization(account, { findAccount, enter }));
  assert.deepEqual([ended, unreached], [true, { accounts: 1, first: [{ account: ONE, why: 'no such role' }] }]);
  await assertSent(account, namesOf([ACCOUNT]));
});

test('an account that may not list its Regions is swept where it has buckets, and that is said', async () => {
  await using account = await openGuardedAccount();
  const over = { regionsOf: denied, regionsOfBuckets: async () => ['us-east-1'] };
  const { unreached } = await swept(account, { accounts: [ONE] }, organization(account, over));
  await assertSent(account, namesOf([ONE], ['us-east-1']));
  assert.match(String(unreached.first[0]?.why), /^only Regions with general purpose buckets were swept/);
});

/** The same organization, of which ListBuckets fails in the Regions that `isOut` names. */
function failing(account: GuardedAccount, isOut: (region: string) => boolean, fail: () => Promise<never>) {
  const over = organization(account);
  const { here = account.sweepDeps.here } = over;
  return {
    ...over,
    here: (place: Place) => ({
      ...here(place),
      bucketList: {
        ...here(place).bucketList,
        async *list(region: string, prefix?: string) {
          if (isOut(region)) await fail();
          yield* here(place).bucketList.list(region, prefix);
        },
      },
    }),
    regionsOfBuckets: async () => ['eu-west-1', 'us-east-1'],
  };
}

for (const [what, fail, tries] of [
  ['is denied is said at once', denied, 1],
  ['does not answer is tried again', broken, 3],
] as const) {
  test(`a Region that ${what}, and costs the other one nothing`, async () => {
    await using account = await openGuardedAccount();
    let asked = 0;
    const isOut = (region: string) => region === 'us-east-1' && (asked += 1) > 0;
    const { ended, unreached } = await swept(account, { accounts: [ONE] }, failing(account, isOut, fail));
    assert.deepEqual([ended, asked], [true, tries]);
    assert.match(String(unreached.first[0]?.why), /^us-east-1 was not swept \(/);
    await assertSent(account, namesOf([ONE], ['eu-west-1']));
  });
}

test('Regions that a policy of the organization denies are no gap where the account has no bucket, and all others are named', async () => {
  await using account = await openGuardedAccount();
  const over = {
    ...failing(account, (region) => region !== 'eu-west-1', denied),
    regionsOf: async () => ['ap-south-1', 'eu-west-1', 'us-east-1', 'us-east-2', 'us-west-2'],
  };
  const regionsOfBuckets = async () => ['eu-west-1'];
  const allowed = await swept(account, { accounts: [ONE] }, { ...over, regionsOfBuckets });
  assert.deepEqual([allowed.ended, allowed.unreached.accounts], [true, 0]);
  await assertSent(account, namesOf([ONE], ['eu-west-1']));
  const { unreached } = await swept(account, { accounts: [ONE] }, over);
  assert.match(String(unreached.first[0]?.why), /^us-east-1 was not swept \(AccessDeniedException: not allowed\)$/);
  const asked = await swept(account, { accounts: [ONE], regions: ['us-west-2', 'us-east-2'] }, over);
  assert.match(String(asked.unreached.first[0]?.why), /^us-.* was not swept \(.*\), and us-.* neither$/);
});

test('where STS does not answer, an account is tried again and is not taken for one that lets nobody in', async () => {
  await using account = await openGuardedAccount();
  let asked = 0;
  const enter = async (id: string) => {
    if (id !== ONE || (asked += 1) > 2) return;
    const cause = Object.assign(new Error('slower'), { name: 'ThrottlingException' });
    throw new ResealError('account-unreachable', 'no answer', { retryable: true, cause });
  };
  const { ended, unreached } = await swept(account, {}, organization(account, { enter }));
  assert.deepEqual([ended, unreached.accounts], [true, 0]);
  await assertSent(account, namesOf([ACCOUNT, ONE, TWO, THREE]));
});

test('where AWS Organizations does not say where an account is, a sweep of units asks again', async () => {
  await using account = await openGuardedAccount();
  let asked = 0;
  const findAccount = async (id: string): Promise<AccountReading> =>
    id === ONE && (asked += 1) < 3
      ? { kind: 'unread', why: 'no answer' }
      : { kind: 'member', state: 'ACTIVE', ouPath: UNITS[id] ?? '' };
  const { unreached } = await swept(account, { ous: ['ou-ab12-11111111'] }, organization(account, { findAccount }));
  assert.equal(unreached.accounts, 0);
  await assertSent(account, namesOf([ONE, TWO]));
});

test('an account that takes long goes on by another message, with the Regions that are left', async () => {
  await using account = await openGuardedAccount();
  const regions = ['eu-west-1', 'us-east-1', 'us-east-2', 'us-west-2', 'eu-west-2', 'eu-west-3'];
  let leftMs = 900_000;
  const over = organization(account, {
    regionsOf: async () => regions,
    timeLeftMs: () => (leftMs -= 100_000),
  });
  let chain = 0;
  const request = requestOf({ accounts: [ONE] });
  await beginSweep(request, { ...account.sweepDeps, ...over });
  await goOnToTheEnd(account, over, async (tell) => {
    leftMs = 900_000;
    chain += 1;
    await tell();
  });
  assert.ok(chain > 1, `${chain} messages`);
  assert.equal((await endOf(account, request.id)).ended, true);
  await assertSent(account, namesOf([ONE], regions));
});

test('a second sweep beside the first ends too, and neither loses anything', async () => {
  await using account = await openGuardedAccount();
  const over = organization(account);
  const [first, second] = [requestOf({}), requestOf({})];
  for (const request of [first, second]) await beginSweep(request, { ...account.sweepDeps, ...over });
  await goOnToTheEnd(account, over);
  for (const { id } of [first, second]) assert.deepEqual((await endOf(account, id)).buckets, 16);
  assert.deepEqual(new Set((await sentTimes(account)).values()), new Set([2]));
});

test('a sweep that is begun again under its id sends no account twice that has ended', async () => {
  await using account = await openGuardedAccount();
  const over = organization(account);
  const deps = { ...account.sweepDeps, ...over };
  const request = requestOf({});
  await beginSweep(request, deps);
  const [first, ...others] = await ownMessages(account);
  assert.ok(first);
  await goOn(first, deps);
  await beginSweep(request, deps);
  await goOnToTheEnd(account, over);
  for (const step of others) await goOn(step, deps);
  assert.deepEqual([(await endOf(account, request.id)).ended, (await endOf(account, request.id)).buckets], [true, 16]);
  await assertSent(account, namesOf([ACCOUNT, ONE, TWO, THREE]));
});
