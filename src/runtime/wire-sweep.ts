import { createBucketList } from '../aws/bucket/bucket-list.ts';
import { createBucketLogging } from '../aws/bucket/bucket-logging.ts';
import { createAccountTable } from '../aws/ledger/account-table.ts';
import { createKnownBuckets } from '../aws/ledger/known-buckets.ts';
import { createParkedBuckets } from '../aws/ledger/open-jobs.ts';
import { createSweepLedger } from '../aws/ledger/sweep-ledger.ts';
import { createFindAccount } from '../aws/organization/find-account.ts';
import { createLetterBox } from '../aws/queue/letter-box.ts';
import { createQueues } from '../aws/queue/queues.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import { present } from '../present.ts';
import type { ReplayDeps } from '../remediation/replay.ts';
import type { SweepDeps } from '../remediation/sweep.ts';
import { type Clients, createClients, createOrganizationsClient } from './clients.ts';
import { readNumber, readOptional, readSettings } from './config.ts';
import { createMembers } from './members.ts';
import type { Process } from './process.ts';

/** Everything that the function sweep uses, from its environment. Throws ResealError if a setting is missing. */
export function wireSweep({ log, count }: Process): Omit<SweepDeps, 'timeLeftMs'> & { deadLetters: ReplayDeps } {
  const settings = readSettings([
    'ACCOUNT_ID',
    'ASSESS_QUEUE_URL',
    'AWS_LAMBDA_FUNCTION_NAME',
    'AWS_REGION',
    'DEAD_LETTER_QUEUE_URLS',
    'JOB_QUEUE_URL',
    'LEDGER_TABLE',
    'MEMBERSHIP_QUEUE_URL',
    'MEMBER_ROLE',
    'SWEEP_PART_BUCKETS',
    'SWEEP_QUEUE_URL',
  ]);
  const { ACCOUNT_ID: account, AWS_REGION: region, LEDGER_TABLE: table } = settings;
  const clients = createClients(region);
  const at = createMembers(settings, (place, credentials) => ({
    s3: createClients(place.region, credentials).s3,
    enter: credentials.session,
  }));
  const s3 = at({ account, region }).s3();
  const organizationId = readOptional('ORGANIZATION_ID');
  const onOdd = (error: unknown) => log.error('item not read', { error: messageOf(error) });
  return {
    account,
    region,
    sweepQueueUrl: settings.SWEEP_QUEUE_URL,
    membershipQueueUrl: settings.MEMBERSHIP_QUEUE_URL,
    mostInPart: readNumber('SWEEP_PART_BUCKETS', settings.SWEEP_PART_BUCKETS, 50_000),
    bucketList: createBucketList(s3),
    logging: createBucketLogging(s3),
    loggingMs: 5_000,
    knownBuckets: createKnownBuckets(clients.dynamoDb(), table),
    accounts: createAccountTable(clients.dynamoDb(), table),
    ...present({
      findAccount:
        organizationId === undefined ? undefined : createFindAccount(createOrganizationsClient(region), organizationId),
    }),
    enter: (id) => at({ account: id, region }).enter(),
    sweeps: createSweepLedger(clients.dynamoDb(), table, { account, region }),
    parkedBuckets: createParkedBuckets(clients.dynamoDb(), table, onOdd),
    queues: createQueues(clients.sqs()),
    countEnd: () => count('SweepEnded'),
    log,
    now: () => new Date(),
    deadLetters: wireReplay(settings, clients, log),
  };
}

function wireReplay(settings: Record<ReplaySetting, string>, clients: Clients, log: ReplayDeps['log']): ReplayDeps {
  return {
    account: settings.ACCOUNT_ID,
    letterBox: createLetterBox(clients.sqs()),
    queues: createQueues(clients.sqs()),
    deadLetterUrls: deadLetterUrls(settings.DEAD_LETTER_QUEUE_URLS),
    workUrls: {
      assess: settings.ASSESS_QUEUE_URL,
      job: settings.JOB_QUEUE_URL,
      sweep: settings.SWEEP_QUEUE_URL,
      membership: settings.MEMBERSHIP_QUEUE_URL,
    },
    isSweep: (functionArn) => functionArn.split(':')[6] === settings.AWS_LAMBDA_FUNCTION_NAME,
    log,
    now: () => new Date(),
  };
}

type ReplaySetting =
  | 'ACCOUNT_ID'
  | 'ASSESS_QUEUE_URL'
  | 'AWS_LAMBDA_FUNCTION_NAME'
  | 'DEAD_LETTER_QUEUE_URLS'
  | 'JOB_QUEUE_URL'
  | 'MEMBERSHIP_QUEUE_URL'
  | 'SWEEP_QUEUE_URL';

/** In the order of DEAD_LETTER_QUEUES. */
function deadLetterUrls(setting: string): ReplayDeps['deadLetterUrls'] {
  const [assess = '', sweep = '', job = '', run = '', rule = '', announce = ''] = setting.split(',');
  return { assess, sweep, job, run, rule, announce };
}
