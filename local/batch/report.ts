import { createHash } from 'node:crypto';
import type { JobReport } from '@aws-sdk/client-s3-control';
import { AwsError } from '../errors.ts';
import type { CallAs } from '../world.ts';
import { bucketOfArn } from './bad-request.ts';
import type { Batch } from './batch.ts';
import { encodeKey, quoted } from './csv.ts';
import type { Job, TaskResult } from './job.ts';

/** A job whose tasks ran, all or some. */
export interface FinishedRun {
  readonly job: Job;
  readonly results: readonly TaskResult[];
  readonly as: CallAs;
}

/** Declared in every report, though the rows have the HTTP status before the error code (aws-facts 3.4). */
const SCHEMA = 'Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage';
const NOT_WRITTEN = 'The job report could not be written to your report bucket. Please check your permissions.';

/**
 * Writes the completion report with the job's role, always under SSE-S3: CSV files by task status and a manifest.json. Nothing is written
 * before a task ran. Throws ReportNotWritten where S3 refuses.
 */
export async function writeReport(batch: Batch, { job, results, as }: FinishedRun): Promise<void> {
  const report = job.request.Report;
  if (report?.Enabled !== true || results.length === 0) return;
  const bucket = bucketOfArn(report.Bucket, 'Report.Bucket');
  if (batch.store.find(bucket)?.objectLock?.Rule?.DefaultRetention !== undefined)
    throw new AwsError('ReportNotWritten', NOT_WRITTEN, 409);
  const folder = [report.Prefix, `job-${job.id}`].filter(Boolean).join('/');
  const most = batch.settings.reportRowsPerFile;
  const files = filesOf(report, results).flatMap(({ status, rows }) =>
    partsOf(rows, most).map((part) => fileOf(folder, status, part)),
  );
  const manifest = {
    Format: 'Report_CSV_20180820',
    ReportCreationDate: batch.world.now().toISOString(),
    Results: files.map(({ status, key, body }) => ({
      TaskExecutionStatus: status,
      Bucket: bucket,
      MD5Checksum: md5(body),
      Key: key,
    })),
    ReportSchema: SCHEMA,
  };
  try {
    for (const { key, body } of [
      ...files,
      { key: `${folder}/manifest.json`, body: Buffer.from(JSON.stringify(manifest)) },
    ]) {
      await batch.world.invoke(
        's3',
        'PutObject',
        { Bucket: bucket, Key: key, Body: body, ServerSideEncryption: 'AES256', ...ownerOf(report) },
        as,
      );
    }
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw new AwsError('ReportNotWritten', NOT_WRITTEN, cause.status);
  }
}

function filesOf(report: JobReport, results: readonly TaskResult[]) {
  const failed = { status: 'failed', rows: results.filter((result) => !result.succeeded) };
  const succeeded = { status: 'succeeded', rows: results.filter((result) => result.succeeded) };
  const wanted = report.ReportScope === 'FailedTasksOnly' ? [failed] : [succeeded, failed];
  return wanted.filter(({ rows }) => rows.length > 0);
}

function partsOf(rows: readonly TaskResult[], most: number): (readonly TaskResult[])[] {
  return Array.from({ length: Math.ceil(rows.length / most) }, (_, at) => rows.slice(at * most, (at + 1) * most));
}

function fileOf(folder: string, status: string, rows: readonly TaskResult[]) {
  const body = Buffer.from(rows.map(rowOf).join(''));
  return { status, body, key: `${folder}/results/${createHash('sha1').update(body).digest('hex')}.csv` };
}

function rowOf({ task, succeeded, httpStatus, errorCode, message }: TaskResult): string {
  const cells = [
    task.bucket,
    encodeKey(task.key),
    task.versionId ?? '',
    succeeded ? 'succeeded' : 'failed',
    String(httpStatus),
    errorCode,
    quoted(message),
  ];
  return `${cells.join(',')}\n`;
}

function ownerOf(report: JobReport): { ExpectedBucketOwner?: string } {
  return report.ExpectedBucketOwner === undefined ? {} : { ExpectedBucketOwner: report.ExpectedBucketOwner };
}

function md5(body: Buffer): string {
  return createHash('md5').update(body).digest('hex');
}
