import { createDescribeJob } from '../aws/job/describe-job.ts';
import { createJobReports } from '../aws/job/job-report.ts';
import { createJobEvidence } from '../aws/ledger/job-evidence.ts';
import { createJobLedger } from '../aws/ledger/job-ledger.ts';
import { createOpenJobs } from '../aws/ledger/open-jobs.ts';
import { createDeadLetters, createQueues, type DeadLetters } from '../aws/queue/queues.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import type { TrackDeps } from '../remediation/deps.ts';
import { createClients } from './clients.ts';
import { readSettings } from './config.ts';
import { timeLeftMs } from './deadline.ts';
import type { Process } from './process.ts';

/** The function track-job, wired. */
export interface TrackWiring {
  deps: TrackDeps;
  bury: DeadLetters;
}

/** The function track-job, wired from its environment. Throws ResealError naming every setting that is missing. */
export function wireTrack({ log }: Process): TrackWiring {
  const settings = readSettings([
    'ACCOUNT_ID',
    'AWS_REGION',
    'BATCH_ROLE_ARN',
    'COPY_BATCH_ROLE_ARN',
    'DEAD_LETTER_QUEUE_URL',
    'JOB_QUEUE_URL',
    'LEDGER_TABLE',
    'REPORTS_BUCKET',
  ]);
  const { AWS_REGION: region, LEDGER_TABLE: table } = settings;
  const clients = createClients(region);
  const onOdd = (error: unknown) => log.error('item not read', { error: messageOf(error) });
  const deps: TrackDeps = {
    account: settings.ACCOUNT_ID,
    region,
    jobRoleArns: [settings.BATCH_ROLE_ARN, settings.COPY_BATCH_ROLE_ARN],
    reportsBucket: settings.REPORTS_BUCKET,
    jobLedger: createJobLedger(clients.dynamoDb(), table),
    jobEvidence: createJobEvidence(clients.dynamoDb(), table),
    openJobs: createOpenJobs(clients.dynamoDb(), table, onOdd),
    describeJob: createDescribeJob(clients.s3Control()),
    reports: createJobReports(clients.s3()),
    jobQueueUrl: settings.JOB_QUEUE_URL,
    queues: createQueues(clients.sqs()),
    timeLeftMs,
    now: () => new Date(),
  };
  return {
    deps,
    bury: createDeadLetters(clients.sqs(), settings.DEAD_LETTER_QUEUE_URL),
  };
}
