import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ResealError } from '../../errors.ts';
import { present } from '../../present.ts';
import { valueAt } from '../../problem.ts';
import { failureOf, whyOf } from '../sdk/service-error.ts';

export type JobReports = ReturnType<typeof createJobReports>;

/** One failed task of a completion report. */
export interface FailedTask {
  bucket: string;
  /** Decoded. */
  key: string;
  versionId?: string;
  /** S3's error code, for example AccessDenied; `NoErrorCode` where the row has none. */
  code: string;
  httpStatus?: number;
  message: string;
}

/** Completion reports of S3 Batch Operations (User Guide "Completion report examples": manifest.json and results/*.csv). */
export function createJobReports(s3: S3Client) {
  async function text(bucket: string, key: string): Promise<string> {
    try {
      const output = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await output.Body?.transformToString('utf-8')) ?? '';
    } catch (error) {
      throw new ResealError(
        'report-unreadable',
        `the completion report s3://${bucket}/${key} could not be read: ${whyOf(error)}`,
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
    const results = valueAt(JSON.parse(json), ['Results']);
    return Array.isArray(results) ? results : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function failedResultKeys(results: readonly unknown[]): string[] {
  return results.flatMap((each) => {
    const key = valueAt(each, ['Key']);
    return typeof key !== 'string' || valueAt(each, ['TaskExecutionStatus']) === 'succeeded' ? [] : [key];
  });
}

/**
 * Rows of a results file, failed ones only. The report's schema names ErrorCode before HTTPStatusCode while every
 * example row of the guide has them the other way round, so the numeric cell decides which is which.
 */
export function parseReportRows(csv: string): FailedTask[] {
  return cells(csv).flatMap((row) => {
    const [bucket = '', key = '', versionId = '', status = '', first = '', second = '', message = ''] = row;
    if (bucket === '' || status.toLowerCase() === 'succeeded') return [];
    const numericFirst = /^\d+$/.test(first);
    const httpStatus = Number(numericFirst ? first : second);
    return [
      {
        bucket,
        key: decoded(key),
        ...present({ versionId: versionId || undefined }),
        code: (numericFirst ? second : first) || 'NoErrorCode',
        ...(Number.isInteger(httpStatus) && httpStatus > 0 ? { httpStatus } : {}),
        message,
      },
    ];
  });
}

/** RFC 4180: quoted cells may hold commas, newlines and doubled quotes. */
function cells(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < csv.length; at++) {
    const char = csv[at];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (csv[at + 1] === '"') cell += csv[++at];
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') {
      row.push(cell);
      cell = '';
    } else if (char === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else if (char !== '\r') cell += char;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows;
}

/** Keys are URL-encoded as in the manifest; a key that is not valid encoding is taken as it stands. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch (error) {
    if (error instanceof URIError) return key;
    throw error;
  }
}
