import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ResealError } from '../errors.ts';
import { parseReportRows, type FailedTask } from './report-rows.ts';
import { failureOf, messageOf, nameOf } from './service-error.ts';

export type JobReports = ReturnType<typeof createJobReports>;

/** Completion reports of S3 Batch Operations (User Guide "Completion report examples": manifest.json and results/*.csv). */
export function createJobReports(s3: S3Client) {
  async function text(bucket: string, key: string): Promise<string> {
    try {
      const output = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await output.Body?.transformToString('utf-8')) ?? '';
    } catch (error) {
      throw new ResealError(
        'report-unreadable',
        `the completion report s3://${bucket}/${key} could not be read: ${nameOf(error)}: ${messageOf(error)}`,
        { retryable: failureOf(error) !== 'refused', cause: error },
      );
    }
  }

  return {
    /** The failed tasks of one job's report. Throws ResealError report-unreadable, retryable: a report may appear late. */
    async readFailures({ bucket, prefix }: { bucket: string; prefix: string }): Promise<FailedTask[]> {
      const manifest: unknown = JSON.parse(await text(bucket, `${prefix}/manifest.json`));
      const rows: FailedTask[] = [];
      for (const key of failedResultKeys(manifest)) rows.push(...parseReportRows(await text(bucket, key)));
      return rows;
    },
  };
}

function failedResultKeys(manifest: unknown): string[] {
  if (typeof manifest !== 'object' || manifest === null || !('Results' in manifest) || !Array.isArray(manifest.Results))
    return [];
  const results: unknown[] = manifest.Results;
  return results.flatMap((each) => {
    if (typeof each !== 'object' || each === null || !('Key' in each) || typeof each.Key !== 'string') return [];
    return 'TaskExecutionStatus' in each && each.TaskExecutionStatus === 'succeeded' ? [] : [each.Key];
  });
}
