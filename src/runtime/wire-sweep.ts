import { createBucketList } from '../aws/bucket/bucket-list.ts';
import { createDirectoryBuckets } from '../aws/bucket/directory-buckets.ts';
import { createBucketLogging } from '../aws/bucket/bucket-logging.ts';
import { createOpenJobs, createParkedBuckets } from '../aws/ledger/open-jobs.ts';
import { createQueues } from '../aws/queue/queues.ts';
import type { SweepDeps } from '../remediation/sweep.ts';
import { createClients } from './clients.ts';
import { readSettings } from './config.ts';
import type { Process } from './process.ts';
import { trackDeps } from './track-deps.ts';

/** Everything the function sweep is told with, from its environment. Throws ResealError where that is incomplete. */
export function wireSweep(process: Process): SweepDeps {
  const settings = readSettings(['ACCOUNT_ID', 'AWS_REGION', 'LEDGER_TABLE', 'SWEEP_QUEUE_URL']);
  const clients = createClients(settings.AWS_REGION);
  return {
    ...trackDeps(process, clients, settings.LEDGER_TABLE),
    account: settings.ACCOUNT_ID,
    region: settings.AWS_REGION,
    sweepQueueUrl: settings.SWEEP_QUEUE_URL,
    bucketList: createBucketList(clients.s3()),
    logging: createBucketLogging(clients.s3()),
    parkedBuckets: createParkedBuckets(clients.dynamoDb(), settings.LEDGER_TABLE),
    openJobs: createOpenJobs(clients.dynamoDb(), settings.LEDGER_TABLE),
    directoryBuckets: createDirectoryBuckets(clients.s3()),
    queues: createQueues(clients.sqs()),
  };
}
