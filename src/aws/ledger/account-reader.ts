import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AccountItem, accountItem, accountKey, type Membership, membershipOf } from '../../ledger/account-item.ts';
import { checkedItem } from '../../ledger/shapes.ts';
import { readItem } from './plain-item.ts';

/** What is known of one account; undefined where nothing is. Throws the SDK's error, or ResealError ledger-failed. */
export function createAccountReader(client: DynamoDBClient, table: string) {
  return async function readAccount(account: string): Promise<AccountItem | undefined> {
    const item = await readItem(client, table, accountKey(account));
    return item && checkedItem(accountItem, item);
  };
}

/** The same, as what it means for the account's buckets. */
export function createMembershipReader(client: DynamoDBClient, table: string) {
  const read = createAccountReader(client, table);
  return async function readMembership(account: string): Promise<Membership> {
    return membershipOf(account, await read(account));
  };
}
