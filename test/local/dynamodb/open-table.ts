import {
  CreateTableCommand,
  GetItemCommand,
  PutItemCommand,
  type AttributeValue,
  type StreamViewType,
} from '@aws-sdk/client-dynamodb';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';

export const TABLE = 'ledger';
export const TABLE_ARN = `arn:aws:dynamodb:eu-west-1:111111111111:table/${TABLE}`;

/** The key of an item. */
export const key = (pk: string): Record<string, AttributeValue> => ({ pk: { S: pk } });

/** A table with one key attribute, and with a stream where a view type is given. */
export async function openTable(viewType?: StreamViewType, now?: () => Date) {
  const aws = await startLocal(now === undefined ? {} : { now });
  const clients = createClients(aws);
  const { dynamoDb: db } = clients;
  const { TableDescription: description } = await db.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      ...(viewType && { StreamSpecification: { StreamEnabled: true, StreamViewType: viewType } }),
    }),
  );
  return {
    aws,
    db,
    description,
    put: (pk: string, value: string) =>
      db.send(new PutItemCommand({ TableName: TABLE, Item: { ...key(pk), v: { S: value } } })),
    get: async (pk: string) =>
      (await db.send(new GetItemCommand({ TableName: TABLE, Key: key(pk), ConsistentRead: true }))).Item?.['v']?.S,
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}
