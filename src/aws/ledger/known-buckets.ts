import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type Place, placeText } from '../../bucket-id.ts';
import { bucketKey } from '../../ledger/bucket-item.ts';

/**
 * The names of the buckets of one account and Region that the ledger holds, and that are not recorded as gone: of those alone the items have the
 * attribute of the index (DynamoDB guide, sparse indexes). They come page by page, so their number costs no memory. Throws the SDK's error.
 */
export function createKnownBuckets(client: DynamoDBClient, table: string) {
  return async function* knownBuckets(place: Place): AsyncGenerator<string> {
    const { pk } = bucketKey({ ...place, bucket: '' });
    const query = {
      TableName: table,
      IndexName: 'by-place',
      KeyConditionExpression: '#place = :place',
      ExpressionAttributeNames: { '#place': 'place' },
      ExpressionAttributeValues: marshall({ ':place': placeText(place) }),
    };
    for await (const { Items = [] } of paginateQuery({ client }, query))
      for (const item of Items) yield (item['pk']?.S ?? '').slice(pk.length);
  };
}
