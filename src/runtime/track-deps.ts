import { createDescribeJob } from '../aws/job/describe-job.ts';
import { createJobLedger } from '../aws/ledger/job-ledger.ts';
import { createJobReports } from '../aws/job/job-report.ts';
import type { TrackDeps } from '../remediation/deps.ts';
import type { Clients } from './clients.ts';
import type { Process } from './process.ts';

/** What the end of a job is told with: shared by track-job and by the sweep, which reconciles. */
export function trackDeps(process: Process, clients: Clients, table: string): TrackDeps {
  return {
    jobLedger: createJobLedger(clients.dynamoDb(), table),
    describeJob: createDescribeJob(clients.s3Control()),
    reports: createJobReports(clients.s3()),
    log: process.log,
    now: () => new Date(),
  };
}
