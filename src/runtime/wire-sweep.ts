import { createBucketList } from '../aws/bucket/bucket-list.ts';
import { createBucketLogging } from '../aws/bucket/bucket-logging.ts';
import { createOpenJobs, createParkedBuckets } from '../aws/ledger/open-jobs.ts';
import { createQueues } from '../aws/queue/queues.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import type { SweepDeps } from '../remediation/sweep.ts';
import type { Process } from './process.ts';
import { wireClose } from './wire-close.ts';

/** Everything that the function sweep uses, from its environment. Throws ResealError if a setting is missing. */
export function wireSweep(process: Process): SweepDeps {
  const { settings, clients, deps } = wireClose(process, ['SWEEP_QUEUE_URL']);
  const onOdd = (error: unknown) => process.log.error('item not read', { error: messageOf(error) });
  return {
    ...deps,
    sweepQueueUrl: settings.SWEEP_QUEUE_URL,
    bucketList: createBucketList(clients.s3()),
    logging: createBucketLogging(clients.s3()),
    parkedBuckets: createParkedBuckets(clients.dynamoDb(), settings.LEDGER_TABLE, onOdd),
    openJobs: createOpenJobs(clients.dynamoDb(), settings.LEDGER_TABLE, onOdd),
    queues: createQueues(clients.sqs()),
  };
}
