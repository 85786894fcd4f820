import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type BucketId, placeText } from '../../bucket-id.ts';
import { ITEM_VERSION } from '../../ledger/bucket-item.ts';
import type { Reopening } from '../../ledger/reopened.ts';
import { readWritersItem, type WritersItem, writersKey } from '../../ledger/writers-item.ts';
import { sameRev, type Update, update, updateAll } from './ledger-update.ts';
import { readItem } from './plain-item.ts';
import { reopeningOf } from './reopening.ts';

export type WritersTable = ReturnType<typeof createWritersTable>;

/** Who writes round the default of each bucket. */
export function createWritersTable(client: DynamoDBClient, table: string) {
  return {
    read: createWritersReader(client, table),

    /** Writes the item, and with it that objects of the bucket are due, where nobody has written either since; false where somebody has, or works on the bucket. */
    async write(
      { rev, newsAt, ...item }: WritersItem,
      { reopening, nowMs }: { reopening: Reopening | undefined; nowMs: number },
    ): Promise<boolean> {
      const { bucket, account, region } = item;
      const id = { bucket, account, region };
      const counted: Update = {
        table,
        key: writersKey(id),
        set: { v: ITEM_VERSION, ...item, newsAt },
        remove: newsAt === undefined ? ['newsAt'] : [],
        count: 'rev',
        condition: sameRev(rev),
        conditionValues: { readRev: rev },
      };
      if (reopening === undefined) return (await update(client, counted)) !== undefined;
      // A bucket that nobody has looked at is named, as a claim names it.
      const named = reopening.rev === undefined ? { ...id, place: placeText(id) } : {};
      const set = { ...named, ...reopening.set };
      const opened = reopeningOf(id, { ...reopening, set }, { table, nowMs });
      return (await updateAll(client, [counted, opened])).length === 0;
    },
  };
}

/** Who writes round the default of a bucket; undefined where nobody was ever told of. */
export function createWritersReader(client: DynamoDBClient, table: string) {
  return async (id: BucketId): Promise<WritersItem | undefined> => {
    const item = await readItem(client, table, writersKey(id));
    return item && readWritersItem(item);
  };
}
