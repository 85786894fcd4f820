import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { judgedBucketItem } from '../../ledger/bucket-item.ts';
import { startedJob } from '../../ledger/job-item.ts';
import { checkedItem } from '../../ledger/shapes.ts';
import { present } from '../../present.ts';

/** Every job that the ledger holds open, oldest first. */
export function createOpenJobs(client: DynamoDBClient, table: string) {
  return () => indexed(client, table, 'OPEN', startedJob);
}

const parkedBucket = z.pick(judgedBucketItem, { bucket: true, account: true, region: true });

/** Every bucket that could not be read in all its tries, longest ago first. */
export function createParkedBuckets(client: DynamoDBClient, table: string) {
  return () => indexed(client, table, 'PARKED', parkedBucket);
}

async function* indexed<T>(
  client: DynamoDBClient,
  table: string,
  open: string,
  schema: z.ZodMiniType<T>,
): AsyncGenerator<T> {
  let start: Record<string, AttributeValue> | undefined;
  do {
    const output = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'open-jobs',
        KeyConditionExpression: '#open = :open',
        ExpressionAttributeNames: { '#open': 'open' },
        ExpressionAttributeValues: marshall({ ':open': open }),
        ...present({ ExclusiveStartKey: start }),
      }),
    );
    for (const item of output.Items ?? []) yield checkedItem(schema, unmarshall(item));
    start = output.LastEvaluatedKey;
  } while (start !== undefined);
}
