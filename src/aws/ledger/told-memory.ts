import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';

const memory = z.object({
  /** How the subject stood when it was told last, and the id of what told it. */
  standing: z.exactOptional(z.string()),
  standingId: z.exactOptional(z.string()),
  notices: z.array(z.string()),
  /** `CHANNEL ID` for each of the newest announcements and each channel that has taken it. */
  marks: z.array(z.string()),
  /** The subject's finding in Security Hub: since when, what it says in codes and in words, whether it is open, and when it was brought last. */
  finding: z.exactOptional(
    z.object({ createdAt: z.string(), says: z.string(), text: z.string(), isOpen: z.boolean(), sentAt: z.string() }),
  ),
  /** The newest change that was told: Lambda repeats changes that came after one that failed. */
  position: z.exactOptional(z.object({ stream: z.string(), sequence: z.string() })),
});
/** What was told of one bucket or job. */
export type Memory = z.infer<typeof memory>;

export type ToldMemory = ReturnType<typeof createToldMemory>;

/** What was told, in one item beside that of the bucket or job. Only announce-change writes it, one change of a subject after the other. */
export function createToldMemory(client: DynamoDBClient, table: string) {
  const key = (pk: string) => ({ pk, sk: 'TOLD' });
  return {
    /** An item of another version counts as nothing told: to tell twice is better than never. Throws the SDK's error. */
    async read(pk: string): Promise<Memory | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: marshall(key(pk)), ConsistentRead: true }),
      );
      return Item === undefined ? undefined : memory.safeParse(unmarshall(Item)).data;
    },

    async write(pk: string, told: Memory): Promise<void> {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: marshall({ ...key(pk), ...told }, { removeUndefinedValues: true }),
        }),
      );
    },
  };
}
