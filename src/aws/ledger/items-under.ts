import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** The items whose keys begin so, as they are now, page by page. */
export async function* itemsUnder(client: DynamoDBClient, table: string, { pk, sk }: { pk: string; sk: string }) {
  const query = {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :sk)',
    ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
    ExpressionAttributeValues: marshall({ ':pk': pk, ':sk': sk }),
  };
  for await (const { Items = [] } of paginateQuery({ client }, query)) for (const item of Items) yield unmarshall(item);
}
