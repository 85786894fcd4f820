import assert from 'node:assert/strict';
import type { AccountReading } from '../../src/ledger/account-item.ts';
import type { SweepDeps } from '../../src/remediation/sweep.ts';
import { ACCOUNT, type GuardedAccount } from './guarded-account.ts';
import { listing, messages, sendNow } from './sweeping.ts';

export const [ONE, TWO, THREE] = ['222222222222', '333333333333', '444444444444'] as const;
export const ROOT = 'o-a1b2c3d4e5/r-ab12/';
export const UNITS: Record<string, string> = {
  [ACCOUNT]: ROOT,
  [ONE]: `${ROOT}ou-ab12-11111111/`,
  [TWO]: `${ROOT}ou-ab12-11111111/ou-ab12-22222222/`,
  [THREE]: `${ROOT}ou-ab12-33333333/`,
};

/** An organization of four accounts in two Regions, with two buckets in each. */
export function organization(account: GuardedAccount, over: Partial<SweepDeps> = {}): Partial<SweepDeps> {
  return {
    listAccounts: async function* listAccounts() {
      yield* [ONE, TWO, THREE].map((id) => ({ account: id, state: 'ACTIVE' }));
      yield { account: '555555555555', state: 'SUSPENDED' };
    },
    findAccount: async (id): Promise<AccountReading> => ({ kind: 'member', state: 'ACTIVE', ouPath: UNITS[id] ?? '' }),
    regionsOf: async () => ['eu-west-1', 'us-east-1'],
    here: ({ account: id, region }) => ({
      ...account.sweepDeps.here({ account: id, region }),
      ...listing([`a-${id.slice(0, 3)}-${region}`, `b-${id.slice(0, 3)}-${region}`]),
      logging: async () => ({ kind: 'read', value: undefined }),
    }),
    sendLater: sendNow(account),
    ...over,
  };
}

/** Which bucket of which account and Region was sent, how often. */
export async function sentTimes(account: GuardedAccount): Promise<Map<string, number>> {
  const count = new Map<string, number>();
  for (const { account: id, region, bucket } of await messages(account)) {
    const name = `${String(id)}/${String(region)}/${String(bucket)}`;
    count.set(name, (count.get(name) ?? 0) + 1);
  }
  return count;
}

export const namesOf = (accounts: readonly string[], regions = ['eu-west-1', 'us-east-1'], letters = ['a', 'b']) =>
  accounts.flatMap((id) =>
    regions.flatMap((region) => letters.map((letter) => `${id}/${region}/${letter}-${id.slice(0, 3)}-${region}`)),
  );

export async function assertSent(account: GuardedAccount, names: readonly string[]): Promise<void> {
  const all = await sentTimes(account);
  assert.deepEqual([...all.keys()].toSorted(), [...names].toSorted());
  assert.deepEqual(new Set(all.values()), new Set([1]));
}

/** Each at least once. */
export async function assertTaken(account: GuardedAccount, names: readonly string[]): Promise<void> {
  assert.deepEqual([...(await sentTimes(account)).keys()].toSorted(), [...names].toSorted());
}
