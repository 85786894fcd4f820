import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import {
  type AccountItem,
  accountChange,
  accountItem,
  accountKey,
  type AccountLook,
  ACCOUNTS,
} from '../../ledger/account-item.ts';
import { ITEM_VERSION } from '../../ledger/bucket-item.ts';
import { checkedItem } from '../../ledger/shapes.ts';
import { tryUpdate } from './ledger-update.ts';
import { createAccountReader } from './account-reader.ts';

export type AccountTable = ReturnType<typeof createAccountTable>;

/** The accounts of the ledger: who is guarded, where it is in the organization, and whether the hub gets into it. */
export function createAccountTable(client: DynamoDBClient, table: string) {
  return {
    read: createAccountReader(client, table),

    /** Records what was found out, where nobody has found out something newer; answers the item as it is now, and whether it was written. Throws the SDK's error. */
    async write(account: string, look: AccountLook): Promise<{ written: boolean; item: AccountItem }> {
      const { set, setOnce, remove } = accountChange(look);
      const { written, item } = await tryUpdate(client, {
        table,
        key: accountKey(account),
        set: { v: ITEM_VERSION, account, ...set },
        ...(setOnce === undefined ? {} : { setOnce }),
        remove,
        count: 'rev',
        condition: 'attribute_not_exists(#readAt) OR #readAt <= :readAt',
      });
      return { written, item: checkedItem(accountItem, unmarshall(item ?? {})) };
    },

    /** The ids of all accounts that are known, those first that were asked for the longest ago. Throws the SDK's error. */
    async list(): Promise<string[]> {
      const query = {
        TableName: table,
        KeyConditionExpression: '#pk = :pk',
        ProjectionExpression: '#account, #readAt',
        ExpressionAttributeNames: { '#pk': 'pk', '#account': 'account', '#readAt': 'readAt' },
        ExpressionAttributeValues: marshall({ ':pk': ACCOUNTS }),
      };
      const known: [readAt: string, account: string][] = [];
      for await (const { Items = [] } of paginateQuery({ client }, query))
        for (const { account, readAt } of Items) if (account?.S !== undefined) known.push([readAt?.S ?? '', account.S]);
      return known.toSorted(([one], [other]) => (one < other ? -1 : Number(one > other))).map(([, account]) => account);
    },
  };
}
