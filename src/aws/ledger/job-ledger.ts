import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Update, update } from './ledger-update.ts';

/** A job that S3 has accepted. */
export interface StartedJob {
  token: string;
  jobId: string;
  bucket: string;
  account: string;
  region: string;
  objectClass: string;
  method: string;
  /** ISO 8601. */
  createdAt: string;
  causeId: string;
}

const CLOSED = ['complete', 'complete-with-failures', 'nothing-to-do', 'failed', 'cancelled', 'forgotten'] as const;
export type ClosedStatus = (typeof CLOSED)[number];

/** How a job ended. */
export interface ClosedJob {
  status: ClosedStatus;
  closedAt: string;
  jobId: string;
  bucket: string;
  total: number;
  succeeded: number;
  failed: number;
  /** How many tasks failed with each S3 error code. */
  failuresByCode: Record<string, number>;
  /** The first failed keys, with their codes; all of them are in the report. */
  failedKeys: { key: string; code: string; versionId?: string }[];
  report?: string;
  why?: string;
}

function jobKey(token: string): { pk: string; sk: string } {
  return { pk: `JOB#${token}`, sk: 'JOB' };
}

/** Records a job as open. A job that ended before this was written stays closed. */
export function openingOf(job: StartedJob, table: string): Update {
  return {
    table,
    key: jobKey(job.token),
    set: { ...job, status: 'open', open: 'OPEN' },
    condition: 'attribute_not_exists(#closedAt)',
    conditionNames: ['closedAt'],
  };
}

export type JobLedger = ReturnType<typeof createJobLedger>;

/** The job items of the ledger table; `open` exists only while a job runs, so the index `open-jobs` holds just those. */
export function createJobLedger(client: DynamoDBClient, table: string) {
  return {
    /** Closes a job once; false where it was closed before. */
    async close(token: string, closed: ClosedJob): Promise<boolean> {
      const written = await update(client, {
        table,
        key: jobKey(token),
        set: { token, ...closed },
        remove: ['open'],
        condition: 'attribute_not_exists(#closedAt)',
      });
      return written !== undefined;
    },
  };
}
