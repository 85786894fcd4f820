import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type * as z from 'zod/mini';
import { accountItem, ACCOUNTS } from '../../ledger/account-item.ts';
import { placeItem, PLACES } from '../../ledger/place-item.ts';
import { accountOfSweep, organizationSweep, sweepKeys } from '../../ledger/sweep-item.ts';
import { itemsUnder } from './items-under.ts';

/** Items that could be read, and how many a later version has written in another shape. */
export interface ReadItems<T> {
  items: T[];
  odd: number;
}

/** What the ledger says of the organization, beside its buckets and jobs. */
export function createOrganizationReader(client: DynamoDBClient, table: string) {
  const under = async <T>(schema: z.ZodMiniType<T>, key: { pk: string; sk: string }): Promise<ReadItems<T>> => {
    const found: ReadItems<T> = { items: [], odd: 0 };
    for await (const item of itemsUnder(client, table, key)) {
      const read = schema.safeParse(item);
      if (read.success) found.items.push(read.data);
      else found.odd += 1;
    }
    return found;
  };
  return {
    /** Each throws the SDK's error. */
    accounts: () => under(accountItem, { pk: ACCOUNTS, sk: 'ACCOUNT#' }),
    places: () => under(placeItem, { pk: PLACES, sk: 'PLACE#' }),
    /** In the order of their beginning, the newest first. */
    async sweeps() {
      const { items, odd } = await under(organizationSweep, sweepKeys.sweep(''));
      return { items: items.toSorted((one, other) => (one.at < other.at ? 1 : -1)), odd };
    },
    accountsOf: (sweep: string) => under(accountOfSweep, sweepKeys.account(sweep)),
  };
}

export type OrganizationReader = ReturnType<typeof createOrganizationReader>;
