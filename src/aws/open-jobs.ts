import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type JobItem, readJobItem } from './ledger-item.ts';

/** Every job that the ledger holds open, oldest first. */
export function createOpenJobs(client: DynamoDBClient, table: string) {
  return async function* listOpenJobs(): AsyncGenerator<JobItem> {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const output = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'open-jobs',
          KeyConditionExpression: '#open = :open',
          ExpressionAttributeNames: { '#open': 'open' },
          ExpressionAttributeValues: marshall({ ':open': 'OPEN' }),
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      for (const item of output.Items ?? []) yield readJobItem(item);
      start = output.LastEvaluatedKey;
    } while (start !== undefined);
  };
}
