import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { EncryptionRule } from '../policy/model.ts';
import { type BucketItem, bucketKey, readBucketItem } from './ledger-item.ts';
import { update } from './ledger-update.ts';

/** What the ledger remembers of a bucket beside its verdict: what people decided, and who set the tag that asks for an exception. */
export function createBucketMemory(client: DynamoDBClient, table: string) {
  return {
    /** What is remembered of a bucket; nothing of one that was never looked at. */
    async read(bucket: string): Promise<BucketItem> {
      const key = marshall(bucketKey(bucket));
      const output = await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
      return readBucketItem(output.Item);
    },

    /** Who set the tag that asks for an exception, unless a later event told already. */
    async recordExceptionTag(bucket: string, exceptionTag: NonNullable<BucketItem['exceptionTag']>): Promise<void> {
      await update(client, {
        table,
        key: bucketKey(bucket),
        set: { bucket, exceptionTag },
        condition: 'attribute_not_exists(#exceptionTag) OR #exceptionTag.#at < :toldAt',
        conditionNames: ['at'],
        conditionValues: { ':toldAt': exceptionTag.at },
      });
    },

    /** Nothing repairs the bucket from here on until somebody acknowledges. */
    async hold(
      bucket: string,
      rolledBack: { at: string; by: string; replaced: EncryptionRule; restored: EncryptionRule },
    ): Promise<void> {
      await update(client, { table, key: bucketKey(bucket), set: { bucket, rolledBack } });
    },

    /** Ends a hold by people or for flapping. */
    async acknowledge(bucket: string, { at, by }: { at: string; by: string }): Promise<void> {
      await update(client, {
        table,
        key: bucketKey(bucket),
        set: { bucket, acknowledgedAt: at, acknowledgedBy: by },
        remove: ['rolledBack', 'flappingSince'],
      });
    },
  };
}
