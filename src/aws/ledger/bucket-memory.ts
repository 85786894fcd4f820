import { type DynamoDBClient, GetItemCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { ResealError } from '../../errors.ts';
import type { EncryptionRule } from '../../policy/model.ts';
import { type BucketItem, bucketKey, readBucketItem } from './ledger-item.ts';
import { update } from './ledger-update.ts';

/** Who put which rule back in place of which, and when (ISO 8601). */
export interface Rollback {
  at: string;
  by: string;
  replaced: EncryptionRule;
  restored: EncryptionRule;
}

/** What the ledger remembers of a bucket beside its verdict: what people decided, and who set the tag that asks for an exception. */
export function createBucketMemory(client: DynamoDBClient, table: string) {
  return {
    /** What is remembered of a bucket; nothing of one that was never looked at. */
    async read(bucket: string): Promise<BucketItem> {
      const key = marshall(bucketKey(bucket));
      try {
        const output = await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
        return readBucketItem(output.Item);
      } catch (cause) {
        if (!(cause instanceof ResourceNotFoundException)) throw cause;
        const message = `there is no table ${table} in this Region; expected the stack's output LedgerTableName`;
        throw new ResealError('ledger-failed', message, { cause, retryable: true });
      }
    },

    /**
     * Who set the tag that asks for an exception, unless a later event told already. Somebody who may not set it and only writes
     * the same value again, among other tags, takes nothing from whoever did (`isAllowed` false).
     */
    async recordExceptionTag(
      bucket: string,
      exceptionTag: NonNullable<BucketItem['exceptionTag']>,
      isAllowed: boolean,
    ): Promise<void> {
      const isNews = isAllowed
        ? '#exceptionTag.#at < :toldAt'
        : '#exceptionTag.#at < :toldAt AND #exceptionTag.#value <> :newValue';
      await update(client, {
        table,
        key: bucketKey(bucket),
        set: { bucket, exceptionTag },
        condition: `attribute_not_exists(#exceptionTag) OR (${isNews})`,
        conditionNames: isAllowed ? ['at'] : ['at', 'value'],
        conditionValues: { ':toldAt': exceptionTag.at, ...(isAllowed ? {} : { ':newValue': exceptionTag.value }) },
      });
    },

    /** Nothing repairs the bucket from here on, because somebody is about to put another rule on it. */
    async beginRollback(bucket: string, by: { at: string; by: string }): Promise<void> {
      await update(client, { table, key: bucketKey(bucket), set: { bucket, rollingBack: by } });
    },

    /** The rule is back: the bucket is held until somebody acknowledges. */
    async finishRollback(bucket: string, rolledBack: Rollback): Promise<void> {
      await update(client, { table, key: bucketKey(bucket), set: { bucket, rolledBack }, remove: ['rollingBack'] });
    },

    /** Nothing was put back after all. */
    async dropRollback(bucket: string): Promise<void> {
      await update(client, { table, key: bucketKey(bucket), set: { bucket }, remove: ['rollingBack'] });
    },

    /** Ends a hold by people or for flapping. */
    async acknowledge(bucket: string, { at, by }: { at: string; by: string }): Promise<void> {
      await update(client, {
        table,
        key: bucketKey(bucket),
        set: { bucket, acknowledgedAt: at, acknowledgedBy: by },
        remove: ['rolledBack', 'rollingBack', 'flappingSince'],
      });
    },
  };
}
