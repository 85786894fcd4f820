import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ITEM_VERSION } from '../../ledger/bucket-item.ts';
import { type ClosedJob, jobKey, type StartedJob } from '../../ledger/job-item.ts';
import { type Update, update } from './ledger-update.ts';

/** Records a job as open. A job that ended before this was written stays closed. */
export function openingOf(job: StartedJob, table: string): Update {
  return {
    table,
    key: jobKey(job.token),
    set: { v: ITEM_VERSION, ...job, status: 'open', open: 'OPEN' },
    condition: 'attribute_not_exists(#closedAt)',
  };
}

export type JobLedger = ReturnType<typeof createJobLedger>;

/** The job items of the ledger table; `open` exists only while a job runs, so the index `open` has just those. */
export function createJobLedger(client: DynamoDBClient, table: string) {
  return {
    /** Closes a job once; false where it was closed before. */
    async close(job: ClosedJob): Promise<boolean> {
      const written = await update(client, {
        table,
        key: jobKey(job.token),
        set: { v: ITEM_VERSION, ...job },
        remove: ['open'],
        condition: 'attribute_not_exists(#closedAt)',
      });
      return written !== undefined;
    },
  };
}
