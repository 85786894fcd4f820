import { randomInt } from 'node:crypto';
import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { atOnce } from '../../at-once.ts';
import { bucketKey } from '../../ledger/bucket-item.ts';

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
    let read = 0;
    const first = beginAt();
    await atOnce(Array.from({ length: SEGMENTS }).keys(), AT_ONCE, async (at) => {
      if (at >= AT_ONCE && !mayGoOn()) return;
      const scan = {
        TableName: table,
        Segment: (first + at) % SEGMENTS,
        TotalSegments: SEGMENTS,
        ProjectionExpression: '#pk',
        FilterExpression:
          '#sk = :sk AND begins_with(#pk, :pk) AND (attribute_not_exists(#verdict) OR #verdict <> :gone)',
        ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk', '#verdict': 'verdict' },
        ExpressionAttributeValues: marshall({ ':pk': pk, ':sk': sk, ':gone': 'gone' }),
      };
      for await (const { Items = [], LastEvaluatedKey: next } of paginateScan({ client }, scan)) {
        for (const item of Items) names.push((item['pk']?.S ?? '').slice(pk.length));
        if (next !== undefined && !mayGoOn()) return;
      }
      read += 1;
    });
    return { names, complete: read === SEGMENTS };
  };
}
