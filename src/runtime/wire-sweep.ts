import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createBucketList, type ListedBucket } from '../aws/bucket/bucket-list.ts';
import { createBucketLogging } from '../aws/bucket/bucket-logging.ts';
import { createAccountTable } from '../aws/ledger/account-table.ts';
import { createKnownBuckets } from '../aws/ledger/known-buckets.ts';
import { createOrganizationSweeps } from '../aws/ledger/organization-sweeps.ts';
import { createHeardAccounts } from '../aws/ledger/heard-accounts.ts';
import { createPlaceTable } from '../aws/ledger/place-table.ts';
import { createSweepParts } from '../aws/ledger/sweep-parts.ts';
import { createAccountRegions } from '../aws/organization/account-regions.ts';
import { createFindAccount } from '../aws/organization/find-account.ts';
import { createForwardRule } from '../aws/organization/forward-rule.ts';
import { createListAccounts } from '../aws/organization/list-accounts.ts';
import { createLetterBox } from '../aws/queue/letter-box.ts';
import { createDelayedQueue, createQueues } from '../aws/queue/queues.ts';
import { isReportsBucket, type Place } from '../bucket-id.ts';
import { DEAD_LETTER_QUEUES } from '../intake/replay-request.ts';
import type { ReplayDeps } from '../remediation/replay.ts';
import type { SweepDeps } from '../remediation/sweep.ts';
import { createAccountClient, createBucketClients, createOrganizationsClient, type Credentials } from './clients.ts';
import { readNumber, readOptional, readSettings } from './config.ts';
import { createHubClients, createRulesClient, type HubClients } from './hub-clients.ts';
import { createMembers } from './members.ts';
import type { Process } from './process.ts';

const settingsOfSweep = () =>
  readSettings([
    'ACCOUNTS_FILE',
    'ACCOUNT_ID',
    'ASSESS_QUEUE_URL',
    'AWS_LAMBDA_FUNCTION_NAME',
    'AWS_REGION',
    'DEAD_LETTER_QUEUE_URLS',
    'FORWARD_RULE',
    'INLINE_QUEUE_URL',
    'JOB_QUEUE_URL',
    'LAMBDA_TASK_ROOT',
    'LEDGER_TABLE',
    'MEMBERSHIP_QUEUE_URL',
    'MEMBER_ROLE',
    'OBJECT_QUEUE_URL',
    'REPORTS_BUCKET_PREFIX',
    'SWEEP_PART_BUCKETS',
    'SWEEP_QUEUE_URL',
  ]);
type Settings = ReturnType<typeof settingsOfSweep>;

/** Everything that the function sweep uses, from its environment. Throws ResealError if a setting is missing. */
export function wireSweep({ log, count }: Process): Omit<SweepDeps, 'timeLeftMs'> & { deadLetters: ReplayDeps } {
  const settings = settingsOfSweep();
  const { ACCOUNT_ID: account, AWS_REGION: region, LEDGER_TABLE: table } = settings;
  const clients = createHubClients(region);
  const dynamoDb = clients.dynamoDb();
  const at = createMembers(settings, (place, credentials) => inMember(place, credentials, settings));
  const home = (id: string) => at({ account: id, region });
  const now = () => new Date();
  return {
    account,
    sweepQueueUrl: settings.SWEEP_QUEUE_URL,
    membershipQueueUrl: settings.MEMBERSHIP_QUEUE_URL,
    jobQueueUrl: settings.JOB_QUEUE_URL,
    mostInPart: readNumber('SWEEP_PART_BUCKETS', settings.SWEEP_PART_BUCKETS, 50_000),
    here: at,
    enter: (id) => home(id).enter(),
    regionsOf: (id) => home(id).regions(),
    regionsOfBuckets: (id) => regionsIn(home(id).bucketList.listEverywhere()),
    isReportsBucket: (bucket, place) => isReportsBucket(bucket, settings.REPORTS_BUCKET_PREFIX, place),
    loggingMs: 5_000,
    knownBuckets: createKnownBuckets(dynamoDb, table),
    accounts: createAccountTable(dynamoDb, table),
    committed: readAccounts(path.join(settings.LAMBDA_TASK_ROOT, settings.ACCOUNTS_FILE)),
    ...inOrganization(region, now),
    sweeps: createOrganizationSweeps(dynamoDb, table),
    parts: createSweepParts(dynamoDb, table),
    writePlace: createPlaceTable(dynamoDb, table),
    heardAccounts: createHeardAccounts(dynamoDb, table),
    queues: createQueues(clients.sqs()),
    sendLater: (body, group, delaySeconds) =>
      createDelayedQueue(clients.sqs(), settings.MEMBERSHIP_QUEUE_URL, group)(body, delaySeconds),
    countEnd: () => count('SweepEnded'),
    log,
    now,
    deadLetters: wireReplay(settings, clients, log),
  };
}

/** What the sweep asks in one account and Region, under its role there. */
function inMember({ region }: Place, credentials: Credentials, settings: Settings) {
  const of = createBucketClients(region, credentials);
  return {
    enter: credentials.session,
    regions: createAccountRegions(createAccountClient(region, credentials)),
    bucketList: createBucketList(of),
    logging: createBucketLogging(of.s3()),
    forwardRule: createForwardRule(createRulesClient(region, credentials), settings.FORWARD_RULE),
  };
}

async function regionsIn(buckets: AsyncIterable<ListedBucket>): Promise<string[]> {
  const regions = new Set<string>();
  for await (const { region } of buckets) regions.add(region);
  return [...regions].toSorted();
}

/** The accounts of the file that was packaged. */
function readAccounts(file: string): string[] {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Nothing in a hub that was deployed for no organization. */
function inOrganization(region: string, now: () => Date): Pick<SweepDeps, 'findAccount' | 'listAccounts'> {
  const organizationId = readOptional('ORGANIZATION_ID');
  if (organizationId === undefined) return {};
  const client = createOrganizationsClient(region);
  return { findAccount: createFindAccount(client, organizationId, now), listAccounts: createListAccounts(client) };
}

function wireReplay(settings: Settings, clients: HubClients, log: ReplayDeps['log']): ReplayDeps {
  return {
    account: settings.ACCOUNT_ID,
    letterBox: createLetterBox(clients.sqs()),
    queues: createQueues(clients.sqs()),
    deadLetterUrls: deadLetterUrls(settings.DEAD_LETTER_QUEUE_URLS),
    workUrls: {
      assess: settings.ASSESS_QUEUE_URL,
      job: settings.JOB_QUEUE_URL,
      object: settings.OBJECT_QUEUE_URL,
      inline: settings.INLINE_QUEUE_URL,
      sweep: settings.SWEEP_QUEUE_URL,
      membership: settings.MEMBERSHIP_QUEUE_URL,
      write: readOptional('WRITE_QUEUE_URL') ?? '',
    },
    isSweep: (functionArn) => functionArn.split(':')[6] === settings.AWS_LAMBDA_FUNCTION_NAME,
    log,
    now: () => new Date(),
  };
}

/** In the order of DEAD_LETTER_QUEUES. */
function deadLetterUrls(setting: string): ReplayDeps['deadLetterUrls'] {
  const urls = setting.split(',');
  const named = DEAD_LETTER_QUEUES.map((queue, index) => [queue, urls[index] ?? '']);
  return Object.fromEntries(named) as ReplayDeps['deadLetterUrls'];
}
