import { createObjectHead } from '../aws/bucket/object-head.ts';
import { createDescribeJob } from '../aws/job/describe-job.ts';
import { createVersioning } from '../aws/bucket/versioning.ts';
import { createListsVersions } from '../aws/job/generated-list.ts';
import { createJobReports } from '../aws/job/job-report.ts';
import { createManifestWriter } from '../aws/job/write-manifest.ts';
import { createVersionsManifest } from '../aws/job/versions-manifest.ts';
import { createStartJob } from '../aws/job/start-job.ts';
import { createUpdateJob } from '../aws/job/update-job.ts';
import { createReportsBucket } from '../aws/bucket/reports-bucket.ts';
import { createBucketReader } from '../aws/ledger/bucket-table.ts';
import { createDescribed } from '../aws/ledger/described.ts';
import { createJobLedger } from '../aws/ledger/job-ledger.ts';
import { createMayLaunch } from '../aws/published-policy/pinned-policy.ts';
import { createOpenJobs, createOwnJobs, createQueuedJobs } from '../aws/ledger/open-index.ts';
import { createPieceTable } from '../aws/ledger/piece-table.ts';
import { createPieceSender } from './object-queues.ts';
import { createDeadLetters, createDelayedQueue, createQueues, type DeadLetters } from '../aws/queue/queues.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import type { Place } from '../bucket-id.ts';
import type { BatchMethod } from '../policy/model.ts';
import type { CloseDeps, TrackDeps } from '../remediation/deps.ts';
import { type Clients, createClients } from './clients.ts';
import { createHubClients } from './hub-clients.ts';
import { readNumber, readSettings } from './config.ts';
import { timeLeftMs } from './deadline.ts';
import { createMembers, type JobNames, jobRolesIn } from './members.ts';
import type { Process } from './process.ts';

/** The function track-job, wired. */
export interface TrackWiring {
  deps: TrackDeps;
  bury: DeadLetters;
}

/** The function track-job, wired from its environment. Throws ResealError naming every setting that is missing. */
export function wireTrack({ log }: Process): TrackWiring {
  const settings = readSettings([
    'AWS_REGION',
    'BATCH_ROLE',
    'COPY_BATCH_ROLE',
    'DEAD_LETTER_QUEUE_URL',
    'INLINE_QUEUE_URL',
    'JOB_QUEUE_URL',
    'LEDGER_TABLE',
    'MAX_ACTIVE_JOBS',
    'MEMBER_ROLE',
    'OBJECT_QUEUE_URL',
    'REPORTS_BUCKET_PREFIX',
  ]);
  const { LEDGER_TABLE: table } = settings;
  const clients = createHubClients(settings.AWS_REGION);
  const jobLedger = createJobLedger(clients.dynamoDb(), table);
  const onOdd = (error: unknown) => log.error('item not read', { error: messageOf(error) });
  const now = () => new Date();
  const hub = { jobLedger, mayDescribe: createDescribed(clients.dynamoDb(), table), timeLeftMs, now };
  const at = createMembers(settings, (place, credentials): CloseDeps => ({
    ...place,
    ...hub,
    comeBack: createDelayedQueue(clients.sqs(), settings.JOB_QUEUE_URL, place.account),
    ...memberDeps(createClients(place.region, credentials), settings, { ...place, now }),
  }));
  const queues = createQueues(clients.sqs());
  const deps: TrackDeps = {
    at,
    jobLedger,
    readBucket: createBucketReader(clients.dynamoDb(), table),
    mayLaunch: createMayLaunch(clients.dynamoDb(), table),
    openJobs: createOpenJobs(clients.dynamoDb(), table, onOdd),
    queuedJobs: createQueuedJobs(clients.dynamoDb(), table, onOdd),
    ownJobs: createOwnJobs(clients.dynamoDb(), table, onOdd),
    pieces: createPieceTable(clients.dynamoDb(), table),
    sendPieces: createPieceSender(queues, settings),
    mostActive: readNumber('MAX_ACTIVE_JOBS', settings.MAX_ACTIVE_JOBS, 1_000),
    jobQueueUrl: settings.JOB_QUEUE_URL,
    queues,
    timeLeftMs,
    log,
    now,
  };
  return {
    deps,
    bury: createDeadLetters(clients.sqs(), settings.DEAD_LETTER_QUEUE_URL),
  };
}

/** What launches, follows and proves jobs, with clients of one account and Region. */
function memberDeps(there: Clients, names: JobNames, place: Place & { now: () => Date }) {
  const roles = jobRolesIn(place, names);
  const reportsBucketIn = createReportsBucket(there.s3(), names.REPORTS_BUCKET_PREFIX, place);
  const writeManifest = createManifestWriter(there.s3());
  return {
    jobVia: async (method: BatchMethod) => {
      const reportsBucket = await reportsBucketIn(place.region);
      return reportsBucket === undefined ? undefined : { roleArn: roles[method], reportsBucket };
    },
    startJob: createStartJob(there.s3Control()),
    updateJob: createUpdateJob(there.s3Control()),
    describeJob: createDescribeJob(there.s3Control()),
    versionsManifest: createVersionsManifest(there.s3(), writeManifest),
    versioning: createVersioning(there.s3()),
    listsVersions: createListsVersions(there.s3()),
    reports: createJobReports(there.s3()),
    writeManifest,
    readObject: createObjectHead(there.s3(), place.now),
  };
}
