import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { ACCOUNT, REGION, TABLE } from '../fixture.ts';

/** A whole item as anybody may read it from the table, without its keys; undefined where there is none. */
export async function itemOf(
  dynamoDb: DynamoDBClient,
  key: { pk: string; sk: string },
): Promise<Record<string, unknown> | undefined> {
  const { Item } = await dynamoDb.send(
    new GetItemCommand({ TableName: TABLE, Key: marshall(key), ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  const { pk: _, sk: __, ...item } = unmarshall(Item);
  return item;
}

/** The item of a bucket. */
export function bucketItemOf(dynamoDb: DynamoDBClient, bucket: string) {
  return itemOf(dynamoDb, { pk: `BUCKET#${ACCOUNT}/${REGION}/${bucket}`, sk: 'STATE' });
}
