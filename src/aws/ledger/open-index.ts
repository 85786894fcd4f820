import { type AttributeValue, type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { listedJob } from '../../ledger/job-item.ts';
import { ownQueueOf, queueOf } from '../../ledger/job-queues.ts';
import { checkedItem, listOf, text } from '../../ledger/shapes.ts';
import { PRIORITIES } from '../../policy/model.ts';

/** Is called with each item that cannot be read: it never costs the others. */
type OnOdd = (error: unknown) => void;

/** Every job that the ledger holds open, oldest first. */
export function createOpenJobs(client: DynamoDBClient, table: string, onOdd: OnOdd) {
  return () => indexed(client, table, { open: 'OPEN', schema: listedJob, onOdd });
}

/** The jobs of an account that wait for a slot, the most urgent first, and of those the oldest. The index may be a moment behind. */
export function createQueuedJobs(client: DynamoDBClient, table: string, onOdd: OnOdd) {
  return async function* queuedJobs(account: string): AsyncGenerator<string> {
    for (const priority of Object.values(PRIORITIES)) {
      const open = queueOf({ priority, account });
      for await (const { token } of indexed(client, table, { open, schema: listedJob, onOdd })) yield token;
    }
  };
}

/** The jobs of an account that Reseal runs itself and that wait: they need no slot. */
export function createOwnJobs(client: DynamoDBClient, table: string, onOdd: OnOdd) {
  return async function* ownJobs(account: string): AsyncGenerator<string> {
    const open = ownQueueOf(account);
    for await (const { token } of indexed(client, table, { open, schema: listedJob, onOdd })) yield token;
  };
}

/** Every bucket and job of which a channel has not taken everything yet, longest ago first. */
export function createOwedNews(client: DynamoDBClient, table: string, onOdd: OnOdd) {
  return () => indexed(client, table, { open: 'OWED', schema: owing, onOdd });
}

const owing = z.object({ pk: text, owes: listOf(text) });

async function* indexed<T>(
  client: DynamoDBClient,
  table: string,
  { open, schema, onOdd }: { open: string; schema: z.ZodMiniType<T>; onOdd: OnOdd },
): AsyncGenerator<T> {
  const query = {
    TableName: table,
    IndexName: 'open',
    KeyConditionExpression: '#open = :open',
    ExpressionAttributeNames: { '#open': 'open' },
    ExpressionAttributeValues: marshall({ ':open': open }),
  };
  for await (const { Items = [] } of paginateQuery({ client }, query))
    yield* Items.flatMap((item) => readable(schema, item, onOdd));
}

function readable<T>(schema: z.ZodMiniType<T>, item: Record<string, AttributeValue>, onOdd: OnOdd): T[] {
  try {
    return [checkedItem(schema, unmarshall(item))];
  } catch (error) {
    onOdd(error);
    return [];
  }
}
