import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { BucketId } from '../../bucket-id.ts';
import { bucketKey } from '../../ledger/bucket-item.ts';
import { jobKey, recordedJob, type RecordedJob, startedJob, type StartedJob } from '../../ledger/job-item.ts';
import { checkedItem, listOf, text } from '../../ledger/shapes.ts';
import { readItem } from './plain-item.ts';

export type JobEvidence = ReturnType<typeof createJobEvidence>;

/** All that is read of the bucket's item. */
const withWork = z.object({
  pending: z.exactOptional(z.object({ id: z.exactOptional(text) })),
  earlierWork: z._default(listOf(text), []),
});

/** What the ledger says of a job whose Description names Reseal. Throws the SDK's error, or ResealError ledger-failed. */
export function createJobEvidence(client: DynamoDBClient, table: string) {
  return {
    /** The job that was recorded under this token, open or closed. */
    async recorded(token: string): Promise<RecordedJob | undefined> {
      const item = await readItem(client, table, jobKey(token));
      return item && checkedItem(recordedJob, item);
    },

    /** The job under this token, where it is still open. */
    async open(token: string): Promise<StartedJob | undefined> {
      const item = await readItem(client, table, jobKey(token));
      return item === undefined || item['closedAt'] !== undefined ? undefined : checkedItem(startedJob, item);
    },

    /** The identities of the work on a bucket that is not done yet, and of what was given up: its jobs may not be recorded. */
    async workIds(id: BucketId): Promise<string[]> {
      const { pending, earlierWork } = checkedItem(withWork, (await readItem(client, table, bucketKey(id))) ?? {});
      return pending?.id === undefined ? earlierWork : [pending.id, ...earlierWork];
    },
  };
}
