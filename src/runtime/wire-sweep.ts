import { createBucketList } from '../aws/bucket/bucket-list.ts';
import { createBucketLogging } from '../aws/bucket/bucket-logging.ts';
import { createKnownBuckets } from '../aws/ledger/known-buckets.ts';
import { createParkedBuckets } from '../aws/ledger/open-jobs.ts';
import { createSweepLedger } from '../aws/ledger/sweep-ledger.ts';
import { createQueues } from '../aws/queue/queues.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import type { SweepDeps } from '../remediation/sweep.ts';
import { createClients } from './clients.ts';
import { readNumber, readSettings } from './config.ts';
import { createMembers } from './members.ts';
import type { Process } from './process.ts';

/** Everything that the function sweep uses, from its environment. Throws ResealError if a setting is missing. */
export function wireSweep({ log }: Process): Omit<SweepDeps, 'timeLeftMs'> {
  const settings = readSettings([
    'ACCOUNT_ID',
    'AWS_REGION',
    'LEDGER_TABLE',
    'MEMBER_ROLE',
    'SWEEP_PART_BUCKETS',
    'SWEEP_PART_QUEUE_URL',
    'SWEEP_QUEUE_URL',
  ]);
  const { ACCOUNT_ID: account, AWS_REGION: region, LEDGER_TABLE: table } = settings;
  const clients = createClients(region);
  const s3In = createMembers(settings, (place, credentials) => createClients(place.region, credentials).s3());
  const s3 = s3In({ account, region });
  const onOdd = (error: unknown) => log.error('item not read', { error: messageOf(error) });
  return {
    account,
    region,
    sweepQueueUrl: settings.SWEEP_QUEUE_URL,
    partQueueUrl: settings.SWEEP_PART_QUEUE_URL,
    mostInPart: readNumber('SWEEP_PART_BUCKETS', settings.SWEEP_PART_BUCKETS, 50_000),
    bucketList: createBucketList(s3),
    logging: createBucketLogging(s3),
    loggingMs: 5_000,
    knownBuckets: createKnownBuckets(clients.dynamoDb(), table),
    sweeps: createSweepLedger(clients.dynamoDb(), table, { account, region }),
    parkedBuckets: createParkedBuckets(clients.dynamoDb(), table, onOdd),
    queues: createQueues(clients.sqs()),
    log,
    now: () => new Date(),
  };
}
