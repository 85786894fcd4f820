import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { PLACES } from '../../ledger/place-item.ts';

/** The accounts of which any place is known. Throws the SDK's error. */
export function createHeardAccounts(client: DynamoDBClient, table: string) {
  return async function heardAccounts(): Promise<string[]> {
    const query = {
      TableName: table,
      KeyConditionExpression: '#pk = :pk',
      ProjectionExpression: '#account',
      ExpressionAttributeNames: { '#pk': 'pk', '#account': 'account' },
      ExpressionAttributeValues: marshall({ ':pk': PLACES }),
    };
    const accounts = new Set<string>();
    for await (const { Items = [] } of paginateQuery({ client }, query))
      for (const { account } of Items) if (account?.S !== undefined) accounts.add(account.S);
    return [...accounts];
  };
}
