import type { CreateJobRequest, JobOperation, JobReport } from '@aws-sdk/client-s3-control';
import { AwsError, notEmulated } from '../errors.ts';
import { badRequest, bucketOfArn } from './bad-request.ts';
import { checkCopy } from './check-copy.ts';
import { checkGenerator, checkManifest } from './check-manifest.ts';

const EMULATED_OPERATIONS = ['S3UpdateObjectEncryption', 'S3PutObjectCopy'];
const HIGHEST_PRIORITY = 2_147_483_647;

/** Checks everything of CreateJob that the API checks before it answers. Throws BadRequestException, AccessDenied, or 501 by name. */
export function checkRequest(request: CreateJobRequest, accountId: string): void {
  checkText('ClientRequestToken', request.ClientRequestToken, 1, 64);
  if (request.Description !== undefined) checkText('Description', request.Description, 1, 256);
  const { Priority: priority } = request;
  if (priority === undefined || !Number.isInteger(priority) || priority < 0 || priority > HIGHEST_PRIORITY) {
    throw badRequest(`Priority must be an integer from 0 to ${HIGHEST_PRIORITY}, found ${priority}`);
  }
  checkRole(request.RoleArn, accountId);
  checkOperation(request.Operation);
  checkReport(request.Report);
  checkSource(request);
}

function checkRole(roleArn: string | undefined, accountId: string): void {
  const account = /^arn:[^:]+:iam::(\d{12}):role\/.+/.exec(roleArn ?? '')?.[1];
  if (account === undefined) throw badRequest(`RoleArn must be the ARN of an IAM role, found ${roleArn ?? 'nothing'}`);
  if (account !== accountId) {
    throw new AwsError(
      'AccessDenied',
      `The role ${roleArn} belongs to the account ${account}; a job of ${accountId} takes roles of its own account only`,
      403,
    );
  }
}

function checkOperation(operation: JobOperation | undefined): void {
  const named = Object.entries(operation ?? {}).filter(([, value]) => value !== undefined);
  const [name] = named[0] ?? [];
  if (named.length !== 1 || name === undefined)
    throw badRequest(`Operation must be exactly one operation, found ${named.length}`);
  if (!EMULATED_OPERATIONS.includes(name)) throw notEmulated(`the S3 Batch operation ${name}`);
  if (operation?.S3UpdateObjectEncryption !== undefined) {
    const arn = operation.S3UpdateObjectEncryption.ObjectEncryption?.SSEKMS?.KMSKeyArn;
    if (!/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/.test(arn ?? '')) {
      throw badRequest(
        `S3UpdateObjectEncryption needs ObjectEncryption.SSEKMS.KMSKeyArn as a full key ARN, found ${arn ?? 'nothing'}`,
      );
    }
  }
  if (operation?.S3PutObjectCopy !== undefined) checkCopy(operation.S3PutObjectCopy);
}

/** A report needs bucket, format and scope, or must be off. */
function checkReport(report: JobReport | undefined): void {
  if (report?.Enabled === undefined) throw badRequest('Report.Enabled is required');
  if (!report.Enabled) return;
  bucketOfArn(report.Bucket, 'Report.Bucket');
  if (report.Format !== 'Report_CSV_20180820')
    throw badRequest(`Report.Format must be Report_CSV_20180820, found ${report.Format ?? 'nothing'}`);
  if (report.ReportScope !== 'AllTasks' && report.ReportScope !== 'FailedTasksOnly') {
    throw badRequest(
      `Report.ReportScope must be AllTasks or FailedTasksOnly, found ${report.ReportScope ?? 'nothing'}`,
    );
  }
  if (report.Prefix !== undefined) checkText('Report.Prefix', report.Prefix, 1, 512);
}

function checkSource(request: CreateJobRequest): void {
  const { Manifest: manifest, ManifestGenerator: generator } = request;
  if ((manifest === undefined) === (generator === undefined)) {
    throw badRequest(
      `exactly one of Manifest and ManifestGenerator is required, found ${manifest === undefined ? 'neither' : 'both'}`,
    );
  }
  if (manifest !== undefined) checkManifest(manifest);
  if (generator !== undefined) checkGenerator(generator);
}

function checkText(member: string, text: string | undefined, least: number, most: number): void {
  const length = text?.length ?? 0;
  if (length < least || length > most)
    throw badRequest(`${member} must have ${least} to ${most} characters, found ${length}`);
}
