import * as z from 'zod/mini';
import { PRIORITIES } from '../policy/model.ts';
import {
  type ClosedJob,
  closedJob,
  type JobRequest,
  jobRequest,
  MOST_ATTEMPTS,
  type OpenJob,
  openJob,
  type QueuedJob,
  queuedJob,
  type Wish,
  wish,
} from './job-item.ts';
import { checkedItem } from './shapes.ts';

/** What an older version wrote of a job that S3 had accepted. */
const earlierJob = z.extend(
  z.pick(openJob, {
    token: true,
    bucket: true,
    account: true,
    region: true,
    jobId: true,
    objectClass: true,
    method: true,
    createdAt: true,
    causeId: true,
    wish: true,
    status: true,
    suspendedAt: true,
  }),
  { via: z.optional(z.undefined()), launchedAt: z.optional(z.undefined()) },
);

/** It is followed to its end as it is: nothing of it is proven or tried again, and what it leaves is planned anew. */
function asOpen(earlier: z.output<typeof earlierJob>): OpenJob {
  const { via: _, launchedAt: __, ...job } = earlier;
  const unknown = {
    algorithm: '',
    bucketKey: false,
    standardId: '',
    sample: 0,
    via: { roleArn: '', reportsBucket: '' },
  };
  const last = { priority: PRIORITIES.all, attempt: MOST_ATTEMPTS - 1, launchedAt: job.createdAt };
  return { ...job, ...unknown, ...last, isEarlier: true };
}

/** One job of the ledger, by how it stands. */
export type JobItem =
  | { stands: 'queued'; job: QueuedJob }
  | { stands: 'open'; job: OpenJob }
  | { stands: 'closed'; job: ClosedJob; request: JobRequest | undefined; wish?: Wish };

/** Reads an item that DynamoDB gave, as plain values. Throws ResealError ledger-failed where it is none of this version's. */
export function readJobItem(item: Record<string, unknown>): JobItem {
  if (item['closedAt'] !== undefined) {
    const request = jobRequest.safeParse(item).data;
    const asked = wish.safeParse(item['wish']).data;
    return { stands: 'closed', job: checkedItem(closedJob, item), request, ...(asked && { wish: asked }) };
  }
  if (item['jobId'] === undefined) return { stands: 'queued', job: checkedItem(queuedJob, item) };
  const earlier = earlierJob.safeParse(item).data;
  return { stands: 'open', job: earlier === undefined ? checkedItem(openJob, item) : asOpen(earlier) };
}
