import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Announcement } from '../../announcements/announcement.ts';
import { announcedItem, type AnnouncedItem, announcedKey } from '../../ledger/announced-item.ts';
import { bucketKey, ITEM_VERSION } from '../../ledger/bucket-item.ts';
import { readItem } from './plain-item.ts';

export type ChangeLog = ReturnType<typeof createChangeLog>;

/** Every change of a bucket as an item of its own, beside the bucket's item, for ever. */
export function createChangeLog(client: DynamoDBClient, table: string) {
  return {
    /** Writes one entry; the same entry again changes nothing, because its key is its time and id. Throws the SDK's error. */
    async write(announcement: Announcement): Promise<void> {
      const key = { ...bucketKey(announcement), sk: `CHANGE#${announcement.at}#${announcement.id}` };
      await putItem(client, table, { ...key, ...announcement });
    },
  };
}

export type AnnouncedMemory = ReturnType<typeof createAnnouncedMemory>;

/**
 * What was announced, in one item beside that of the bucket or job, which is named by its key. Only announce-change writes it, one
 * change of a subject after the other.
 */
export function createAnnouncedMemory(client: DynamoDBClient, table: string) {
  return {
    /** An item of another shape counts as nothing announced: to announce twice is better than never. Throws the SDK's error. */
    async read(subject: { pk: string }): Promise<AnnouncedItem | undefined> {
      const item = await readItem(client, table, announcedKey(subject));
      return item && announcedItem.safeParse(item).data;
    },

    async write(subject: { pk: string }, announced: AnnouncedItem): Promise<void> {
      await putItem(client, table, { ...announcedKey(subject), ...announced });
    },
  };
}

async function putItem(client: DynamoDBClient, table: string, item: object): Promise<void> {
  const Item = marshall({ v: ITEM_VERSION, ...item }, { removeUndefinedValues: true });
  await client.send(new PutItemCommand({ TableName: table, Item }));
}
