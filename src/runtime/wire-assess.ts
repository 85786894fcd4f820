import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAccountReader } from '../aws/ledger/account-reader.ts';
import { createPlaceTable } from '../aws/ledger/place-table.ts';
import { createBucketTable } from '../aws/ledger/bucket-table.ts';
import { createWritersTable } from '../aws/ledger/writers-table.ts';
import { createEncryption } from '../aws/bucket/encryption-of-kinds.ts';
import { createOwnBuckets } from '../aws/bucket/own-buckets.ts';
import { createReportsBucket } from '../aws/bucket/reports-bucket.ts';
import { createBucketRegion } from '../aws/bucket/bucket-facts.ts';
import { createCopyConditions, createObjectPage } from '../aws/bucket/existing-objects.ts';
import { createVersioning } from '../aws/bucket/versioning.ts';
import { createJobPlace } from '../aws/job/job-place.ts';
import { createOwnRole } from '../aws/job/own-role.ts';
import { createRunSpending } from '../aws/ledger/run-spending.ts';
import { createStorageMetrics } from '../aws/bucket/storage-metrics.ts';
import { parsePrices, pricesIn } from '../policy/plan/price-list.ts';
import { createKeys } from '../aws/key/keys.ts';
import { createDeadLetters, createDelayedQueue, type DeadLetters } from '../aws/queue/queues.ts';
import { createUploads } from '../aws/bucket/uploads.ts';
import { createPolicyObject, createPolicyPin } from '../aws/published-policy/pinned-policy.ts';
import { type BucketId, bucketText, inPlace, isReportsBucket, type Place } from '../bucket-id.ts';
import { accountMessage } from '../intake/account-message.ts';
import type { CountDeps } from '../remediation/count-writes.ts';
import type { AssessDeps } from '../remediation/deps.ts';
import { type BucketClients, createBucketClients } from './clients.ts';
import { createHubClients, type HubClients } from './hub-clients.ts';
import { readOptional, readNumber, readSettings } from './config.ts';
import { waitInTime } from './deadline.ts';
import { createFactSources } from '../aws/bucket/fact-sources.ts';
import { createHeardPlaces } from './heard-places.ts';
import { createKnownAccounts } from './known-accounts.ts';
import { createMembers, type JobNames, jobRolesIn } from './members.ts';
import { createPolicySource, readPackagedPolicy } from './policy-source.ts';
import type { Process } from './process.ts';

/** The function assess-bucket, wired. */
export interface AssessWiring {
  /** What the story of a bucket in one account and Region uses. */
  at: (place: Place) => AssessDeps;
  /** Whose calls are our own: the role in each account (`inPlace`). */
  ownRole: string;
  /** True for the queue into which only our own functions send. */
  isOwnQueue: (queueArn: string) => boolean;
  bury: DeadLetters;
  /** Two accounts may have directory buckets of one name. */
  subject: (id: BucketId) => string;
  /** What counts the writes of clients, of every account and Region. */
  counting: CountDeps;
  /** True for the queue of data events; false everywhere where nobody watches writes. */
  isWriteQueue: (queueArn: string) => boolean;
}

/** Everything that the function assess-bucket uses, from its environment. Throws ResealError with every setting that is missing. */
export function wireAssess(process: Process): AssessWiring {
  const settings = readSettings([
    'AGAIN_QUEUE_URL',
    'AWS_REGION',
    'BATCH_ROLE',
    'COPY_BATCH_ROLE',
    'DEAD_LETTER_QUEUE_URL',
    'JOB_QUEUE_URL',
    'LAMBDA_TASK_ROOT',
    'LEDGER_TABLE',
    'MEMBERSHIP_QUEUE_URL',
    'MEMBER_ROLE',
    'OWN_BUCKETS',
    'OWN_COPY_ROLE',
    'POLICY_FILE',
    'REPORTS_BUCKET_PREFIX',
    'UNREADABLE_RETRY_SECONDS',
  ]);
  const { AGAIN_QUEUE_URL: againQueueUrl, MEMBER_ROLE: ownRole } = settings;
  const clients = createHubClients(settings.AWS_REGION);
  const [dynamoDb, { log }, now] = [clients.dynamoDb(), process, () => new Date()];
  const hub: HubDeps = {
    partition: ownRole.split(':')[1] ?? 'aws',
    retrySeconds: readNumber('UNREADABLE_RETRY_SECONDS', settings.UNREADABLE_RETRY_SECONDS, 900),
    policy: policySource(process, clients, settings),
    membership: knownAccounts(clients, settings, { log, now }),
    ledger: createBucketTable(dynamoDb, settings.LEDGER_TABLE),
    prices: packagedPrices(settings.LAMBDA_TASK_ROOT),
    spend: createRunSpending(dynamoDb, settings.LEDGER_TABLE),
    heard: createHeardPlaces(createPlaceTable(dynamoDb, settings.LEDGER_TABLE), log, now),
    log,
    now,
    wait: waitInTime,
    newOwner: randomUUID,
  };
  return {
    at: createMembers(settings, (place, credentials) => ({
      ...hub,
      ...queuesOf(clients, settings, place),
      ...memberDeps(createBucketClients(place.region, credentials), { ...place, ...hub }, settings),
      ...namesIn(place, settings),
    })),
    ownRole,
    isOwnQueue: (queueArn) => queueArn.split(':').at(-1) === againQueueUrl.split('/').at(-1),
    subject: bucketText,
    bury: createDeadLetters(clients.sqs(), settings.DEAD_LETTER_QUEUE_URL),
    counting: { ledger: hub.ledger, writers: createWritersTable(dynamoDb, settings.LEDGER_TABLE), log, now },
    isWriteQueue: (queueArn) => queueArn === readOptional('WRITE_QUEUE_ARN'),
  };
}

function knownAccounts(
  clients: HubClients,
  { LEDGER_TABLE, MEMBERSHIP_QUEUE_URL }: Record<'LEDGER_TABLE' | 'MEMBERSHIP_QUEUE_URL', string>,
  around: Pick<AssessDeps, 'log' | 'now'>,
): AssessDeps['membership'] {
  return createKnownAccounts({
    organizationId: readOptional('ORGANIZATION_ID'),
    read: createAccountReader(clients.dynamoDb(), LEDGER_TABLE),
    ask: (account) => createDelayedQueue(clients.sqs(), MEMBERSHIP_QUEUE_URL, account)(accountMessage(account), 0),
    ...around,
  });
}

/** Later tries, and what is launched, of one account. */
function queuesOf(
  clients: HubClients,
  { AGAIN_QUEUE_URL, JOB_QUEUE_URL }: Record<'AGAIN_QUEUE_URL' | 'JOB_QUEUE_URL', string>,
  { account }: Place,
): Pick<AssessDeps, 'sendLater' | 'askToLaunch'> {
  const sendToJobs = createDelayedQueue(clients.sqs(), JOB_QUEUE_URL, account);
  return {
    sendLater: createDelayedQueue(clients.sqs(), AGAIN_QUEUE_URL, account),
    askToLaunch: (body) => sendToJobs(body, 0),
  };
}

type HubDeps = Pick<
  AssessDeps,
  | 'partition'
  | 'retrySeconds'
  | 'policy'
  | 'membership'
  | 'ledger'
  | 'spend'
  | 'prices'
  | 'heard'
  | 'log'
  | 'now'
  | 'wait'
  | 'newOwner'
>;

/** What reads and changes buckets, with clients of one account and Region. */
function memberDeps(
  clients: BucketClients,
  { account, region, now }: HubDeps & Place,
  names: JobNames & Record<'OWN_COPY_ROLE', string>,
) {
  const reportsBucketIn = createReportsBucket(clients.s3(), names.REPORTS_BUCKET_PREFIX, { account, now });
  const place = { account, region };
  const ownRole = inPlace(names.OWN_COPY_ROLE, place);
  const jobRoles = { ...jobRolesIn(place, names), 'own-copy': ownRole };
  return {
    encryption: createEncryption(clients),
    bucketList: createOwnBuckets(clients.s3()),
    bucketRegion: createBucketRegion(clients.s3()),
    reportsBucketIn,
    jobRoles,
    jobPlace: createJobPlace(clients, { account, roles: jobRoles, reportsBucket: () => reportsBucketIn(region) }, now),
    ownRole: createOwnRole(clients.iam, ownRole, now),
    facts: createFactSources(clients, now),
    objectPage: createObjectPage(clients.s3()),
    uploads: createUploads(clients.s3()),
    copyConditions: createCopyConditions(clients.s3()),
    storageMetrics: createStorageMetrics(clients.cloudWatch, now),
    versioning: createVersioning(clients.s3()),
    keys: createKeys(clients.kms(), now),
  };
}

/** What Reseal has in one account and Region, by name. */
function namesIn(place: Place, names: JobNames & Record<'OWN_BUCKETS', string>) {
  const ofHub = names.OWN_BUCKETS.split(',');
  return {
    ...place,
    isOwnBucket: (bucket: string) =>
      ofHub.includes(bucket) || isReportsBucket(bucket, names.REPORTS_BUCKET_PREFIX, place),
  };
}

/** Those of the file that was packaged, else our own. Throws ResealError invalid-prices. */
function packagedPrices(root: string): AssessDeps['prices'] {
  const file = readOptional('PRICES_FILE');
  const own = file === undefined ? {} : parsePrices(JSON.parse(readFileSync(join(root, file), 'utf8')), file);
  return (region) => pricesIn(region, own);
}

function policySource(
  process: Process,
  clients: HubClients,
  settings: Record<'LAMBDA_TASK_ROOT' | 'LEDGER_TABLE' | 'POLICY_FILE', string>,
): AssessDeps['policy'] {
  return createPolicySource({
    packaged: readPackagedPolicy(join(settings.LAMBDA_TASK_ROOT, settings.POLICY_FILE)),
    readPin: createPolicyPin(clients.dynamoDb(), settings.LEDGER_TABLE),
    readObject: createPolicyObject(clients.s3()),
    alarm: () => process.count('PolicyUnreadable'),
    log: process.log,
    now: () => new Date(),
  });
}
