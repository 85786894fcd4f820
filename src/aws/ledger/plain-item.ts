import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** One item as it is now, as plain values; undefined where there is none. Throws the SDK's error. */
export async function readItem(
  client: DynamoDBClient,
  table: string,
  key: { pk: string; sk: string },
): Promise<Record<string, unknown> | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: marshall(key), ConsistentRead: true }),
  );
  return Item && unmarshall(Item);
}

/** The keys or an image of a stream record as plain values; undefined where the record has none, or what is there is none. */
export function plainImage(attributes: unknown): Record<string, unknown> | undefined {
  return isImage(attributes) ? unmarshall(attributes) : undefined;
}

/** Each attribute is a mapping of its one type to its value (DynamoDB Streams API, StreamRecord). */
function isImage(value: unknown): value is Record<string, AttributeValue> {
  return isMapping(value) && Object.values(value).every((each) => isMapping(each) && Object.keys(each).length === 1);
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
