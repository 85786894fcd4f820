import { randomInt } from 'node:crypto';
import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { atOnce } from '../../at-once.ts';
import { bucketKey } from '../../ledger/bucket-item.ts';
import { present } from '../../present.ts';

/** Pages of a megabyte come one after the other in each segment (DynamoDB guide, parallel scan). */
const SEGMENTS = 32;
const AT_ONCE = 8;

/**
 * The names of the buckets of one account and Region that the ledger holds, and that are not recorded as gone. There is no index of
 * them: a scan of the whole table once a sweep costs less than an index that every look writes. The table grows with every change that
 * it keeps: the scan ends early, not `complete`, when it may not go on. It begins anywhere, so that other parts are left out the next time.
 * Throws the SDK's error.
 */
export function createKnownBuckets(client: DynamoDBClient, table: string, beginAt = () => randomInt(SEGMENTS)) {
  return async function knownBuckets(
    place: { account: string; region: string },
    mayGoOn: () => boolean,
  ): Promise<{ names: string[]; complete: boolean }> {
    const { pk, sk } = bucketKey({ ...place, bucket: '' });
    const names: string[] = [];
    let complete = true;
    const first = beginAt();
    await atOnce(Array.from({ length: SEGMENTS }).keys(), AT_ONCE, async (at) => {
      const Segment = (first + at) % SEGMENTS;
      let start: Record<string, AttributeValue> | undefined;
      if (at >= AT_ONCE && !mayGoOn()) {
        complete = false;
        return;
      }
      do {
        const output = await client.send(
          new ScanCommand({
            TableName: table,
            Segment,
            TotalSegments: SEGMENTS,
            ProjectionExpression: '#pk',
            FilterExpression:
              '#sk = :sk AND begins_with(#pk, :pk) AND (attribute_not_exists(#verdict) OR #verdict <> :gone)',
            ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk', '#verdict': 'verdict' },
            ExpressionAttributeValues: marshall({ ':pk': pk, ':sk': sk, ':gone': 'gone' }),
            ...present({ ExclusiveStartKey: start }),
          }),
        );
        for (const item of output.Items ?? []) names.push((item['pk']?.S ?? '').slice(pk.length));
        start = output.LastEvaluatedKey;
      } while (start !== undefined && mayGoOn());
      if (start !== undefined) complete = false;
    });
    return { names, complete };
  };
}
