import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type JobItem, type ParkedItem, readJobItem, readParkedItem } from './ledger-item.ts';

/** Every job that the ledger holds open, oldest first. */
export function createOpenJobs(client: DynamoDBClient, table: string) {
  return async function* listOpenJobs(): AsyncGenerator<JobItem> {
    for await (const item of indexed(client, table, 'OPEN')) yield readJobItem(item);
  };
}

/** Every bucket that could not be read in all its tries, longest ago first. */
export function createParkedBuckets(client: DynamoDBClient, table: string) {
  return async function* listParkedBuckets(): AsyncGenerator<ParkedItem> {
    for await (const item of indexed(client, table, 'PARKED')) yield readParkedItem(item);
  };
}

async function* indexed(client: DynamoDBClient, table: string, open: string) {
  let start: Record<string, AttributeValue> | undefined;
  do {
    const output = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'open-jobs',
        KeyConditionExpression: '#open = :open',
        ExpressionAttributeNames: { '#open': 'open' },
        ExpressionAttributeValues: marshall({ ':open': open }),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    yield* output.Items ?? [];
    start = output.LastEvaluatedKey;
  } while (start !== undefined);
}
