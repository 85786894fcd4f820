import assert from 'node:assert/strict';
import { createJobPlace } from '../../src/aws/job/job-place.ts';
import { createOwnRole } from '../../src/aws/job/own-role.ts';
import { createRunSpending } from '../../src/aws/ledger/run-spending.ts';
import { pricesIn } from '../../src/policy/plan/price-list.ts';
import {
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Job } from '../../local/batch/job.ts';
import type { LocalAws } from '../../local/start-local.ts';
import { createAccountTable } from '../../src/aws/ledger/account-table.ts';
import { createBucketReader, createBucketTable } from '../../src/aws/ledger/bucket-table.ts';
import { createEncryption } from '../../src/aws/bucket/encryption-of-kinds.ts';
import { createBucketRegion } from '../../src/aws/bucket/bucket-facts.ts';
import { createBucketList } from '../../src/aws/bucket/bucket-list.ts';
import { createOwnBuckets } from '../../src/aws/bucket/own-buckets.ts';
import { createReportsBucket } from '../../src/aws/bucket/reports-bucket.ts';
import { createBucketLogging } from '../../src/aws/bucket/bucket-logging.ts';
import { createFactSources } from '../../src/aws/bucket/fact-sources.ts';
import { createKeys } from '../../src/aws/key/keys.ts';
import { createCopyConditions, createObjectPage } from '../../src/aws/bucket/existing-objects.ts';
import { createVersioning } from '../../src/aws/bucket/versioning.ts';
import { createObjectHead } from '../../src/aws/bucket/object-head.ts';
import { createDescribeJob } from '../../src/aws/job/describe-job.ts';
import { createUpdateJob } from '../../src/aws/job/update-job.ts';
import { createJobLedger } from '../../src/aws/ledger/job-ledger.ts';
import { createListsVersions } from '../../src/aws/job/generated-list.ts';
import { createJobReports } from '../../src/aws/job/job-report.ts';
import { createUploads } from '../../src/aws/bucket/uploads.ts';
import { createManifestWriter } from '../../src/aws/job/write-manifest.ts';
import { createVersionsManifest } from '../../src/aws/job/versions-manifest.ts';
import { createKnownBuckets } from '../../src/aws/ledger/known-buckets.ts';
import { createOrganizationSweeps } from '../../src/aws/ledger/organization-sweeps.ts';
import { createHeardAccounts } from '../../src/aws/ledger/heard-accounts.ts';
import { createPlaceTable } from '../../src/aws/ledger/place-table.ts';
import { createSweepParts } from '../../src/aws/ledger/sweep-parts.ts';
import { createPieceTable } from '../../src/aws/ledger/piece-table.ts';
import { createOpenJobs, createOwnJobs, createQueuedJobs } from '../../src/aws/ledger/open-index.ts';
import { createMayLaunch, createPolicyPin } from '../../src/aws/published-policy/pinned-policy.ts';
import { createDelayedQueue, createQueues } from '../../src/aws/queue/queues.ts';
import { createStartJob } from '../../src/aws/job/start-job.ts';
import { ouPathUnread } from '../../src/ledger/account-item.ts';
import { parsePolicy } from '../../src/policy/document/document.ts';
import { assessBucket } from '../../src/remediation/assess-bucket.ts';
import type { Outcome } from '../../src/remediation/look.ts';
import type { AssessDeps, CloseDeps, TrackDeps } from '../../src/remediation/deps.ts';
import type { SweepDeps } from '../../src/remediation/sweep.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import { parseJobMessage } from '../../src/intake/parse-job-message.ts';
import { createConnections } from '../../src/runtime/connections.ts';
import { ACCOUNT, openAws, REGION, TABLE } from '../aws/fixture.ts';
import { bucketItemOf, itemOf } from '../aws/ledger/ledger-item-of.ts';
import { type Clients, createClients } from '../local/clients.ts';
import { allow, roleOf } from '../local/s3/open-s3.ts';
import { type LogLine, recordingProcess } from '../runtime/recording-process.ts';
import { type RecordedCall, recordCalls } from './recorded-calls.ts';

export { ACCOUNT, REGION };
export const AGAIN_QUEUE = 'reseal-sweep';
const REPORTS_PREFIX = 'reseal-reports';
/** The bucket that shows that the account has Reseal in a Region, as one stack of infra/member/region.yml names it. */
export const reportsIn = (region: string) => `${REPORTS_PREFIX}-0a1b2c3d-${ACCOUNT}-${region}-an`;
export const REPORTS = reportsIn(REGION);

const START = Date.parse('2026-11-02T10:00:00.000Z');
const KEY_USE = ['Decrypt', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo', 'DescribeKey'];
const jobRole = (name: string) =>
  roleOf(name, [allow(['s3:*', ...KEY_USE.map((each) => `kms:${each}`)])], 'batchoperations.s3.amazonaws.com');
export const BATCH_ROLE = jobRole('batch');
const COPY_ROLE = jobRole('copy-batch');
/** The role of our own copies. */
export const OWN_ROLE = { ...roleOf('reencrypt-object', []), policies: [] };
const ROLES = { 'update-encryption': BATCH_ROLE, copy: COPY_ROLE };

/** One account and Region of the embedded AWS without the stack: the stories are told in this process, by a clock that the test moves. */
export interface GuardedAccount extends AsyncDisposable {
  readonly aws: LocalAws;
  /** The administrator's clients, which are not recorded. */
  readonly clients: Clients;
  /** The clients of the stories. */
  readonly told: Clients;
  /** Every call of the stories; `operations` takes those since it was asked last. */
  readonly calls: RecordedCall[];
  readonly log: LogLine[];
  /** ARN of alias/reseal, the key of the standard. */
  readonly keyArn: string;
  readonly deps: AssessDeps;
  readonly sweepDeps: SweepDeps;
  readonly trackDeps: TrackDeps;
  operations(): string[];
  now(): Date;
  advance(seconds: number): void;
  bucket(name: string): Promise<string>;
  /** Tells the story of one fact, and then launches what it queued; `over` and `launching` replace some means. */
  assess(trigger: BucketTrigger, over?: Partial<AssessDeps>, launching?: Partial<TrackDeps>): Promise<Outcome>;
  /** Hears the messages that wait in the queue of jobs, with calls that are not recorded. One that fails comes back after 30 seconds. */
  launch(over?: Partial<TrackDeps>): Promise<void>;
  put(bucket: string, rule: ServerSideEncryptionRule): Promise<void>;
  rule(bucket: string): Promise<ServerSideEncryptionRule | undefined>;
  item(bucket: string): Promise<Record<string, unknown> | undefined>;
  jobItem(token: string): Promise<Record<string, unknown> | undefined>;
  /** Waits until every job has ended, and returns all there were, oldest first. */
  jobs(): Promise<Job[]>;
}

/** The policy of most tests; `over` replaces its parts. */
export function policyWith(over: object = {}): AssessDeps['policy'] {
  const document = parsePolicy({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' }, ...over });
  return async () => ({ document, sha256: 'the-policy', order: 0 });
}

/** The same policy, as a process finds it that has just started: it asks the ledger which published one is in force. */
export function pinnedPolicy({ told }: Pick<GuardedAccount, 'told'>, over: object = {}): AssessDeps['policy'] {
  const readPin = createPolicyPin(told.dynamoDb, TABLE);
  return async () => {
    assert.equal(await readPin(), undefined);
    return policyWith(over)();
  };
}

/** `hostNames` makes every bucket a host of its own. */
export async function openGuardedAccount(options: { hostNames?: boolean } = {}): Promise<GuardedAccount> {
  let nowMs = START;
  const now = (): Date => new Date(nowMs);
  const opened = await openAws({ ...options, now });
  const { aws, clients } = opened;
  const told = createClients(aws, { account: ACCOUNT, region: REGION, agent: createConnections().httpAgent });
  const calls = recordCalls(told);
  const { process, lines: log } = recordingProcess();
  for (const role of [BATCH_ROLE, COPY_ROLE, OWN_ROLE]) aws.world.identity.putRole(role);
  const keyArn = aws.world.keys.create({ accountId: ACCOUNT, region: REGION, alias: 'alias/reseal' }).arn;
  await opened.bucket(REPORTS);
  const queue = async (QueueName: string) =>
    (await clients.sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '';
  const jobQueueUrl = await queue('jobs');
  const queues = {
    sweepQueueUrl: await queue(AGAIN_QUEUE),
    membershipQueueUrl: await queue('reseal-membership'),
    jobQueueUrl,
  };
  const surroundings = { log: process.log, now };
  const deps = assessDeps(told, surroundings, queues);
  const launchDeps = trackDepsOf(clients, surroundings, jobQueueUrl);
  const launch = async (over: Partial<TrackDeps> = {}) => {
    for (;;) {
      const received = { QueueUrl: jobQueueUrl, MaxNumberOfMessages: 10 };
      const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand(received));
      if (Messages.length === 0) return;
      for (const { Body, ReceiptHandle } of Messages) {
        const trigger = parseJobMessage(Body);
        try {
          if (!('ignored' in trigger)) await trackJob(trigger, { ...launchDeps, ...over });
          await clients.sqs.send(new DeleteMessageCommand({ QueueUrl: jobQueueUrl, ReceiptHandle }));
        } catch (error) {
          process.log.warn('message failed', { Body, error: String(error) });
        }
      }
    }
  };
  const sweepDeps = sweepDepsOf(told, surroundings, queues);
  let seen = 0;
  return {
    aws,
    clients,
    told,
    calls,
    log,
    keyArn,
    deps,
    sweepDeps,
    trackDeps: trackDepsOf(told, surroundings, jobQueueUrl),
    operations: () => calls.slice(seen, (seen = calls.length)).map(({ operation }) => operation),
    now: () => now(),
    advance: (seconds) => {
      nowMs += seconds * 1_000;
    },
    bucket: (name) => opened.bucket(name),
    assess: async (trigger, over = {}, launching = {}) => {
      const outcome = await assessBucket(trigger, { ...deps, ...over });
      await launch(launching);
      return outcome;
    },
    launch,
    put: async (name, rule) => {
      const input = { Bucket: name, ServerSideEncryptionConfiguration: { Rules: [rule] } };
      await clients.s3.send(new PutBucketEncryptionCommand(input));
    },
    rule: async (name) => {
      const output = await clients.s3.send(new GetBucketEncryptionCommand({ Bucket: name }));
      return output.ServerSideEncryptionConfiguration?.Rules?.[0];
    },
    item: (name) => bucketItemOf(clients.dynamoDb, name),
    jobItem: (token) => itemOf(clients.dynamoDb, { pk: `JOB#${token}`, sk: 'JOB' }),
    jobs: async () => {
      assert.equal(await aws.world.activity.idle(10_000), true);
      return aws.jobs.all();
    },
    [Symbol.asyncDispose]: async () => {
      await told[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
}

/** Means to follow jobs that differ in what they ask of S3. */
export function tracking({ trackDeps }: GuardedAccount, over: Partial<CloseDeps>): Partial<TrackDeps> {
  return { at: (place) => ({ ...trackDeps.at(place), ...over }) };
}

/** As the product has them: each made at its first use. */
function getters({ s3, kms, s3Control, s3Tables, s3Vectors }: Clients) {
  return {
    s3: () => s3,
    s3Once: () => s3,
    kms: () => kms,
    s3Control: () => s3Control,
    s3Tables: () => s3Tables,
    s3TablesOnce: () => s3Tables,
    s3Vectors: () => s3Vectors,
  };
}

type Surroundings = Pick<AssessDeps, 'log' | 'now'>;

function assessDeps(
  told: Clients,
  { log, now }: Surroundings,
  { sweepQueueUrl, jobQueueUrl }: Pick<SweepDeps, 'sweepQueueUrl' | 'jobQueueUrl'>,
): AssessDeps {
  let owners = 0;
  return {
    account: ACCOUNT,
    region: REGION,
    partition: 'aws',
    isOwnBucket: (bucket) => bucket === REPORTS,
    jobRoles: { 'update-encryption': BATCH_ROLE.arn, copy: COPY_ROLE.arn, 'own-copy': OWN_ROLE.arn },
    ownRole: createOwnRole(() => told.iam, OWN_ROLE.arn, now),
    reportsBucketIn: createReportsBucket(told.s3, REPORTS_PREFIX, { account: ACCOUNT, now }),
    retrySeconds: 60,
    policy: policyWith(),
    membership: async (account) => ({ ouPath: ouPathUnread(account, 'nobody said it') }),
    encryption: createEncryption(getters(told)),
    bucketList: createOwnBuckets(told.s3),
    bucketRegion: createBucketRegion(told.s3),
    facts: createFactSources(getters(told), now),
    objectPage: createObjectPage(told.s3),
    uploads: createUploads(told.s3),
    copyConditions: createCopyConditions(told.s3),
    storageMetrics: async () => undefined,
    versioning: createVersioning(told.s3),
    jobPlace: createJobPlace(
      { iam: () => told.iam, s3: () => told.s3 },
      {
        account: ACCOUNT,
        roles: { 'update-encryption': BATCH_ROLE.arn, copy: COPY_ROLE.arn },
        reportsBucket: async () => REPORTS,
      },
      now,
    ),
    spend: createRunSpending(told.dynamoDb, TABLE),
    prices: pricesIn,
    keys: createKeys(told.kms, now),
    ledger: createBucketTable(told.dynamoDb, TABLE),
    heard: async () => {},
    sendLater: createDelayedQueue(told.sqs, sweepQueueUrl, ACCOUNT),
    askToLaunch: (body) => createDelayedQueue(told.sqs, jobQueueUrl, ACCOUNT)(body, 0),
    log,
    now,
    wait: async () => {},
    newOwner: () => {
      owners += 1;
      return `owner-${owners}`;
    },
  };
}

function sweepDepsOf(
  told: Clients,
  { log, now }: Surroundings,
  queues: Pick<SweepDeps, 'sweepQueueUrl' | 'membershipQueueUrl' | 'jobQueueUrl'>,
): SweepDeps {
  const bucketList = createBucketList(getters(told));
  const logging = createBucketLogging(told.s3);
  return {
    account: ACCOUNT,
    ...queues,
    committed: [],
    mostInPart: 50_000,
    here: () => ({ bucketList, logging, forwardRule: async () => 'ENABLED' }),
    regionsOf: async () => [REGION],
    regionsOfBuckets: async () => [REGION],
    isReportsBucket: (bucket) => bucket === REPORTS,
    queues: createQueues(told.sqs),
    sendLater: (body, group, delaySeconds) =>
      createDelayedQueue(told.sqs, queues.membershipQueueUrl, group)(body, delaySeconds),
    knownBuckets: createKnownBuckets(told.dynamoDb, TABLE),
    accounts: createAccountTable(told.dynamoDb, TABLE),
    enter: async () => {},
    sweeps: createOrganizationSweeps(told.dynamoDb, TABLE),
    parts: createSweepParts(told.dynamoDb, TABLE),
    writePlace: createPlaceTable(told.dynamoDb, TABLE),
    heardAccounts: createHeardAccounts(told.dynamoDb, TABLE),
    loggingMs: 5_000,
    timeLeftMs: () => 900_000,
    countEnd: () => undefined,
    log,
    now,
  };
}

function trackDepsOf(told: Clients, { log, now }: Surroundings, jobQueueUrl: string): TrackDeps {
  const jobLedger = createJobLedger(told.dynamoDb, TABLE);
  const reportsBucketIn = createReportsBucket(told.s3, REPORTS_PREFIX, { account: ACCOUNT, now });
  const onOdd = (error: unknown) => log.error('item not read', { error: String(error) });
  return {
    at: (place) => ({
      ...place,
      jobVia: async (method) => {
        const reportsBucket = await reportsBucketIn(REGION);
        return reportsBucket === undefined ? undefined : { roleArn: ROLES[method].arn, reportsBucket };
      },
      startJob: createStartJob(told.s3Control),
      updateJob: createUpdateJob(told.s3Control),
      jobLedger,
      describeJob: createDescribeJob(told.s3Control),
      // The clock of a test stands still between two messages; test/remediation/describe-seldom.test.ts has the real one.
      mayDescribe: async () => 'yes',
      comeBack: createDelayedQueue(told.sqs, jobQueueUrl, place.account),
      reports: createJobReports(told.s3),
      writeManifest: createManifestWriter(told.s3),
      versionsManifest: createVersionsManifest(told.s3, createManifestWriter(told.s3)),
      versioning: createVersioning(told.s3),
      listsVersions: createListsVersions(told.s3),
      readObject: createObjectHead(told.s3, now),
      timeLeftMs: () => 60_000,
      now,
    }),
    jobLedger,
    readBucket: createBucketReader(told.dynamoDb, TABLE),
    mayLaunch: createMayLaunch(told.dynamoDb, TABLE),
    openJobs: createOpenJobs(told.dynamoDb, TABLE, onOdd),
    queuedJobs: createQueuedJobs(told.dynamoDb, TABLE, onOdd),
    ownJobs: createOwnJobs(told.dynamoDb, TABLE, onOdd),
    pieces: createPieceTable(told.dynamoDb, TABLE),
    // What is worked on in pieces has test/remediatio./run-own-jobs.ts.
    sendPieces: async () => {},
    mostActive: 6,
    jobQueueUrl,
    queues: createQueues(told.sqs),
    timeLeftMs: () => 60_000,
    log,
    now,
  };
}
