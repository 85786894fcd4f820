import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Announcement } from '../../announcements/announcement.ts';

export type ChangeLog = ReturnType<typeof createChangeLog>;

/** Every change of a bucket as an item of its own, beside the bucket's item, for ever. */
export function createChangeLog(client: DynamoDBClient, table: string) {
  return {
    /** Writes one entry; the same entry again changes nothing, because its key is its time and id. Throws the SDK's error. */
    async write(announcement: Announcement): Promise<void> {
      const { bucket, at, id } = announcement;
      const item = { pk: `BUCKET#${bucket}`, sk: `CHANGE#${at}#${id}`, ...announcement };
      await client.send(
        new PutItemCommand({ TableName: table, Item: marshall(item, { removeUndefinedValues: true }) }),
      );
    },
  };
}
