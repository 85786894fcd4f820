import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Announcement } from '../../announcements/announcement.ts';
import { ResealError } from '../../errors.ts';
import { announcedItem, type AnnouncedItem, announcedKey, owesTo } from '../../ledger/announced-item.ts';
import { bucketKey, ITEM_VERSION } from '../../ledger/bucket-item.ts';
import { present } from '../../present.ts';
import { readItem } from './plain-item.ts';

export type ChangeLog = ReturnType<typeof createChangeLog>;

/** Every change of a bucket as an item of its own, beside the bucket's item, for ever. */
export function createChangeLog(client: DynamoDBClient, table: string) {
  return {
    /** Writes one entry and returns its key; the same entry again changes nothing, because its key is its time and id. Throws the SDK's error. */
    async write(announcement: Announcement): Promise<{ pk: string; sk: string }> {
      const key = { ...bucketKey(announcement), sk: `CHANGE#${announcement.at}#${announcement.id}` };
      const Item = marshall({ v: ITEM_VERSION, ...key, ...announcement }, { removeUndefinedValues: true });
      await client.send(new PutItemCommand({ TableName: table, Item }));
      return key;
    },

    /** One entry as it was written; undefined where there is none. Throws the SDK's error. */
    read: ({ pk, sk }: { pk: string; sk: string }) => readItem(client, table, { pk, sk }),
  };
}

/** The verdict on a bucket as the ledger has it now; undefined where it has none. Throws the SDK's error. */
export function createVerdictOf(client: DynamoDBClient, table: string) {
  return async (id: Parameters<typeof bucketKey>[0]): Promise<unknown> =>
    (await readItem(client, table, bucketKey(id)))?.['verdict'];
}

export type AnnouncedMemory = ReturnType<typeof createAnnouncedMemory>;

/**
 * What was announced, in one item beside that of the bucket or job, which is named by its key. Only announce-change writes it. While
 * something is owed the item is in the index `open`, with the channels.
 */
export function createAnnouncedMemory(client: DynamoDBClient, table: string) {
  return {
    /** An item of another shape counts as nothing announced: to announce twice is better than never. Throws the SDK's error. */
    async read(subject: { pk: string }): Promise<AnnouncedItem | undefined> {
      const item = await readItem(client, table, announcedKey(subject));
      if (item === undefined) return undefined;
      const rev = announcedItem.shape.rev.safeParse(item['rev']).data;
      return announcedItem.safeParse(item).data ?? { notices: [], owed: [], ...present({ rev }) };
    },

    /** Returns the new `rev`. Throws ResealError ledger-failed, retryable, where somebody has written since this was read. */
    async write({ pk }: { pk: string }, { rev, ...announced }: AnnouncedItem): Promise<number> {
      const since = announced.owed[0]?.at ?? announced.owedFinding?.updatedAt;
      const waiting = since === undefined ? {} : { open: 'OWED', createdAt: since, owes: owesTo(announced) };
      const item = { v: ITEM_VERSION, ...announcedKey({ pk }), ...announced, ...waiting, rev: (rev ?? 0) + 1 };
      const condition =
        rev === undefined
          ? { ConditionExpression: 'attribute_not_exists(rev)' }
          : { ConditionExpression: 'rev = :rev', ExpressionAttributeValues: marshall({ ':rev': rev }) };
      try {
        const Item = marshall(item, { removeUndefinedValues: true });
        await client.send(new PutItemCommand({ TableName: table, Item, ...condition }));
        return item.rev;
      } catch (cause) {
        if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
        throw new ResealError('ledger-failed', `what was announced of ${pk} was written by somebody else meanwhile`, {
          retryable: true,
          cause,
        });
      }
    },
  };
}
