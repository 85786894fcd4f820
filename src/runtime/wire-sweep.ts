import { createBucketList } from '../aws/bucket/bucket-list.ts';
import { createBucketLogging } from '../aws/bucket/bucket-logging.ts';
import { createAccountTable } from '../aws/ledger/account-table.ts';
import { createKnownBuckets } from '../aws/ledger/known-buckets.ts';
import { createParkedBuckets } from '../aws/ledger/open-index.ts';
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

const settingsOfSweep = () =>
  readSettings([
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
type Settings = ReturnType<typeof settingsOfSweep>;

/** Everything that the function sweep uses, from its environment. Throws ResealError if a setting is missing. */
export function wireSweep({ log, count }: Process): Omit<SweepDeps, 'timeLeftMs'> & { deadLetters: ReplayDeps } {
  const settings = settingsOfSweep();
  const { ACCOUNT_ID: account, AWS_REGION: region, LEDGER_TABLE: table } = settings;
  const clients = createClients(region);
  const at = createMembers(settings, (place, credentials) => {
    const s3 = createClients(place.region, credentials).s3();
    return { enter: credentials.session, bucketList: createBucketList(s3), logging: createBucketLogging(s3) };
  });
  const home = () => at({ account, region });
  const now = () => new Date();
  const onOdd = (error: unknown) => log.error('item not read', { error: messageOf(error) });
  return {
    account,
    region,
    sweepQueueUrl: settings.SWEEP_QUEUE_URL,
    membershipQueueUrl: settings.MEMBERSHIP_QUEUE_URL,
    mostInPart: readNumber('SWEEP_PART_BUCKETS', settings.SWEEP_PART_BUCKETS, 50_000),
    // Asked for with every run, since a session that was refused is forgotten with all that used it.
    get bucketList() {
      return home().bucketList;
    },
    get logging() {
      return home().logging;
    },
    loggingMs: 5_000,
    knownBuckets: createKnownBuckets(clients.dynamoDb(), table),
    accounts: createAccountTable(clients.dynamoDb(), table),
    ...present({ findAccount: wireFindAccount(region, now) }),
    enter: (id) => at({ account: id, region }).enter(),
    sweeps: createSweepLedger(clients.dynamoDb(), table, { account, region }),
    parkedBuckets: createParkedBuckets(clients.dynamoDb(), table, onOdd),
    queues: createQueues(clients.sqs()),
    countEnd: () => count('SweepEnded'),
    log,
    now,
    deadLetters: wireReplay(settings, clients, log),
  };
}

/** Nothing in a hub that was deployed for no organization. */
function wireFindAccount(region: string, now: () => Date): SweepDeps['findAccount'] | undefined {
  const organizationId = readOptional('ORGANIZATION_ID');
  if (organizationId === undefined) return undefined;
  return createFindAccount(createOrganizationsClient(region), organizationId, now);
}

function wireReplay(settings: Settings, clients: Clients, log: ReplayDeps['log']): ReplayDeps {
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

/** In the order of DEAD_LETTER_QUEUES. */
function deadLetterUrls(setting: string): ReplayDeps['deadLetterUrls'] {
  const [assess = '', sweep = '', job = '', run = '', rule = '', announce = ''] = setting.split(',');
  return { assess, sweep, job, run, rule, announce };
}
