import { createDescribeJob } from '../aws/describe-job.ts';
import { createJobLedger } from '../aws/job-ledger.ts';
import { createJobReports } from '../aws/job-report.ts';
import type { TrackDeps } from '../remediation/deps.ts';
import { type Clients, createClients } from './clients.ts';
import { readSettings } from './config.ts';
import { type DeadLetters, deadLetters } from './dead-letters.ts';
import type { Process } from './process.ts';

/** The function track-job, wired from its environment. Throws ResealError naming every setting that is missing. */
export function wireTrack(process: Process): { deps: TrackDeps; bury: DeadLetters } {
  const settings = readSettings(['AWS_REGION', 'DEAD_LETTER_QUEUE_URL', 'LEDGER_TABLE']);
  const clients = createClients(settings.AWS_REGION);
  return {
    deps: trackDeps(process, clients, settings.LEDGER_TABLE),
    bury: deadLetters(clients, settings.DEAD_LETTER_QUEUE_URL),
  };
}

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
