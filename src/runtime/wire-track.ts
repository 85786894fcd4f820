import { createDescribeJob } from '../aws/job/describe-job.ts';
import { createJobReports } from '../aws/job/job-report.ts';
import { createJobEvidence } from '../aws/ledger/job-evidence.ts';
import { createJobLedger } from '../aws/ledger/job-ledger.ts';
import { createOpenJobs } from '../aws/ledger/open-index.ts';
import { createDeadLetters, createQueues, type DeadLetters } from '../aws/queue/queues.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import { inPlace, isReportsBucket } from '../bucket-id.ts';
import type { CloseDeps, TrackDeps } from '../remediation/deps.ts';
import { createClients } from './clients.ts';
import { createHubClients } from './hub-clients.ts';
import { readSettings } from './config.ts';
import { timeLeftMs } from './deadline.ts';
import { createMembers } from './members.ts';
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
    'JOB_QUEUE_URL',
    'LEDGER_TABLE',
    'MEMBER_ROLE',
    'REPORTS_BUCKET_PREFIX',
  ]);
  const { LEDGER_TABLE: table } = settings;
  const clients = createHubClients(settings.AWS_REGION);
  const jobLedger = createJobLedger(clients.dynamoDb(), table);
  const onOdd = (error: unknown) => log.error('item not read', { error: messageOf(error) });
  const at = createMembers(settings, (place, credentials): CloseDeps => {
    const there = createClients(place.region, credentials);
    return {
      ...place,
      jobRoleArns: [settings.BATCH_ROLE, settings.COPY_BATCH_ROLE].map((role) => inPlace(role, place)),
      isReportsBucket: (bucket) => isReportsBucket(bucket, settings.REPORTS_BUCKET_PREFIX, place),
      jobLedger,
      describeJob: createDescribeJob(there.s3Control()),
      reports: createJobReports(there.s3()),
      timeLeftMs,
      now: () => new Date(),
    };
  });
  const deps: TrackDeps = {
    at,
    jobEvidence: createJobEvidence(clients.dynamoDb(), table),
    openJobs: createOpenJobs(clients.dynamoDb(), table, onOdd),
    jobQueueUrl: settings.JOB_QUEUE_URL,
    queues: createQueues(clients.sqs()),
  };
  return {
    deps,
    bury: createDeadLetters(clients.sqs(), settings.DEAD_LETTER_QUEUE_URL),
  };
}
