import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ResealError } from '../../errors.ts';
import { parseReportRows, type FailedTask } from './report-rows.ts';
import { failureOf, messageOf, nameOf } from '../sdk/service-error.ts';

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
      const key = `${prefix}/manifest.json`;
      const results = resultsOf(await text(bucket, key));
      if (results === undefined) {
        const message = `s3://${bucket}/${key} is no manifest of a completion report: expected JSON with a list Results`;
        throw new ResealError('report-unreadable', message, { retryable: true });
      }
      const rows: FailedTask[][] = [];
      for (const each of failedResultKeys(results)) rows.push(parseReportRows(await text(bucket, each)));
      return rows.flat();
    },
  };
}

function resultsOf(json: string): unknown[] | undefined {
  try {
    const manifest: unknown = JSON.parse(json);
    if (typeof manifest !== 'object' || manifest === null || !('Results' in manifest)) return undefined;
    return Array.isArray(manifest.Results) ? manifest.Results : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function failedResultKeys(results: readonly unknown[]): string[] {
  return results.flatMap((each) => {
    if (typeof each !== 'object' || each === null || !('Key' in each) || typeof each.Key !== 'string') return [];
    return 'TaskExecutionStatus' in each && each.TaskExecutionStatus === 'succeeded' ? [] : [each.Key];
  });
}
