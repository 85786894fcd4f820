import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Place } from '../../bucket-id.ts';
import { ITEM_VERSION } from '../../ledger/bucket-item.ts';
import { checkedItem, weekAfter } from '../../ledger/shapes.ts';
import {
  type AccountOfSweep,
  accountOfSweep,
  type AccountsOfSweep,
  accountsOfSweep,
  type OrganizationSweep,
  organizationSweep,
  type SweepCounts,
  sweepCounts,
  type SweepEnd,
  sweepKeys,
  type Swept,
} from '../../ledger/sweep-item.ts';
import { present } from '../../present.ts';
import { itemsUnder } from './items-under.ts';
import { tryUpdate, type Update } from './ledger-update.ts';
import { readItem } from './plain-item.ts';

export type OrganizationSweeps = ReturnType<typeof createOrganizationSweeps>;

/** The sweeps of all accounts, each an item for ever. What became of their accounts and Regions is deleted after a week. Every method throws the SDK's error. */
export function createOrganizationSweeps(client: DynamoDBClient, table: string) {
  const write: Write = async (id, change) => tryUpdate(client, { table, key: sweepKeys.sweep(id), set: {}, ...change });
  const sweepOf = ({ item }: Awaited<ReturnType<Write>>) => checkedItem(organizationSweep, unmarshall(item ?? {}));

  return {
    /** Records that a sweep began. Where it began before, that changes nothing: the answer is the item as it is. */
    async begin({ id, at, observe, scope }: Swept): Promise<OrganizationSweep> {
      return sweepOf(await write(id, { set: { v: ITEM_VERSION, sweep: id }, setOnce: { at, observe, scope } }));
    },

    async read(id: string): Promise<OrganizationSweep | undefined> {
      const item = await readItem(client, table, sweepKeys.sweep(id));
      return item && checkedItem(organizationSweep, item);
    },

    /** Records its accounts, and why AWS Organizations did not list them. Those of the first time stay, and are the answer: the sweep ends once just these have. */
    async expand(swept: Swept, listed: AccountsOfSweep): Promise<AccountsOfSweep> {
      return expanded(write, swept, listed);
    },

    /** Records what became of one account so far; nothing where it has ended. */
    async account({ id, at }: Swept, account: string, state: Partial<AccountOfSweep>): Promise<void> {
      const set = { v: ITEM_VERSION, account, expiresAt: weekAfter(at), ...present(state) };
      const once = { setOnce: state.large === undefined ? { large: [] } : {}, condition: IS_OPEN };
      await write(id, { key: sweepKeys.account(id, account), set, ...once });
    },

    async readAccount(id: string, account: string): Promise<AccountOfSweep | undefined> {
      const item = await readItem(client, table, sweepKeys.account(id, account));
      return item && checkedItem(accountOfSweep, item);
    },

    /** What became of all accounts that it has come to. */
    async *accounts(id: string): AsyncGenerator<AccountOfSweep> {
      for await (const item of itemsUnder(client, table, sweepKeys.account(id)))
        yield checkedItem(accountOfSweep, item);
    },

    /** One more account has ended; how many these are. Who comes again counts again. */
    async countAccount(id: string): Promise<OrganizationSweep> {
      return sweepOf(await write(id, { count: 'accountsDone' }));
    },

    /** Records that a Region of an account was swept. */
    async placeEnd({ id, at }: Swept, { account, region }: Place, counts: Partial<SweepCounts>): Promise<void> {
      const key = sweepKeys.place(id, account, region);
      await write(id, { key, set: { v: ITEM_VERSION, region, expiresAt: weekAfter(at), ...counts }, isBlind: true });
    },

    /** What was swept of one account, by Region. */
    async placesOf(id: string, account: string): Promise<Map<string, SweepCounts>> {
      const done = new Map<string, SweepCounts>();
      for await (const item of itemsUnder(client, table, sweepKeys.place(id, account)))
        done.set(String(item['region']), checkedItem(sweepCounts, item));
      return done;
    },

    /** Records what it came to; false where somebody else had. The SDK sends a write again whose answer was lost: who wrote is written too. */
    async end(id: string, endedAt: string, end: SweepEnd & { accountsDone: number }): Promise<boolean> {
      const { found: _, ...rest } = { ...end, endedBy: randomUUID() };
      const { written, item } = await write(id, { set: { endedAt, ...rest }, condition: IS_OPEN });
      return written || item?.['endedBy']?.S === rest.endedBy;
    },
  };
}

/** What has ended stays as it is. */
const IS_OPEN = 'attribute_not_exists(#endedAt)';

type Write = (id: string, change: Partial<Update>) => ReturnType<typeof tryUpdate>;

async function expanded(write: Write, { id, at }: Swept, listed: AccountsOfSweep): Promise<AccountsOfSweep> {
  const set = { v: ITEM_VERSION, expiresAt: weekAfter(at), ...listed };
  const condition = 'attribute_not_exists(#accounts)';
  const { item } = await write(id, { key: sweepKeys.accounts(id), set, condition });
  const kept = checkedItem(accountsOfSweep, unmarshall(item ?? {}));
  await write(id, { set: { ...kept, accounts: kept.accounts.length } });
  return kept;
}
