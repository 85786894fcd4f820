import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { BucketId } from '../../bucket-id.ts';
import { bucketKey } from '../../ledger/bucket-item.ts';
import { jobKey, recordedJob, type RecordedJob } from '../../ledger/job-item.ts';
import { checkedItem, text } from '../../ledger/shapes.ts';
import { readItem } from './plain-item.ts';

export type JobEvidence = ReturnType<typeof createJobEvidence>;

/** All that is read of the bucket's item. */
const withPending = z.object({ pending: z.exactOptional(z.object({ id: z.exactOptional(text) })) });

/** What the ledger says of a job whose Description names Reseal. Throws the SDK's error, or ResealError ledger-failed. */
export function createJobEvidence(client: DynamoDBClient, table: string) {
  return {
    /** The job that was recorded under this token, open or closed. */
    async recorded(token: string): Promise<RecordedJob | undefined> {
      const item = await readItem(client, table, jobKey(token));
      return item && checkedItem(recordedJob, item);
    },

    /** The identity of the work on a bucket that is not done yet. */
    async pendingId(id: BucketId): Promise<string | undefined> {
      const item = await readItem(client, table, bucketKey(id));
      return item && checkedItem(withPending, item).pending?.id;
    },
  };
}
