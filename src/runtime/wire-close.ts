import { createDescribeJob } from '../aws/job/describe-job.ts';
import { createJobReports } from '../aws/job/job-report.ts';
import { createJobLedger } from '../aws/ledger/job-ledger.ts';
import type { CloseDeps } from '../remediation/deps.ts';
import { createClients } from './clients.ts';
import { readSettings, type SettingName } from './config.ts';
import type { Process } from './process.ts';

/**
 * What the end of a job is recorded with: shared by track-job and by the sweep, which reconciles. `own` are the settings that only one
 * of them has. Throws ResealError naming every setting that is missing.
 */
export function wireClose<const Own extends SettingName>(process: Process, own: readonly Own[]) {
  const settings = readSettings([
    'ACCOUNT_ID',
    'AWS_REGION',
    'BATCH_ROLE_ARN',
    'LEDGER_TABLE',
    'REPORTS_BUCKET',
    ...own,
  ]);
  const clients = createClients(settings.AWS_REGION);
  const deps: CloseDeps = {
    account: settings.ACCOUNT_ID,
    region: settings.AWS_REGION,
    batchRoleArn: settings.BATCH_ROLE_ARN,
    reportsBucket: settings.REPORTS_BUCKET,
    jobLedger: createJobLedger(clients.dynamoDb(), settings.LEDGER_TABLE),
    describeJob: createDescribeJob(clients.s3Control()),
    reports: createJobReports(clients.s3()),
    log: process.log,
    now: () => new Date(),
  };
  return { settings, clients, deps };
}
