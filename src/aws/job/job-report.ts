import { createHash } from 'node:crypto';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ResealError } from '../../errors.ts';
import { describeValue, valueAt } from '../../problem.ts';
import { changedNothing, failureOf, isUnreachable, whyOf } from '../sdk/service-error.ts';
import { type Columns, columnsOf, type ReportRow, rowsOf, TornReport } from './report-rows.ts';
import { sampleOfFiles } from './report-sample.ts';

export type JobReports = ReturnType<typeof createJobReports>;

/** One results file of a report. */
interface ResultsFile {
  key: string;
  md5: string | undefined;
}

/** A completion report, by its manifest. */
export interface JobReport {
  bucket: string;
  columns: Columns;
  failed: ResultsFile[];
  succeeded: ResultsFile[];
}

/** A manifest names a few results files. */
const MOST_MANIFEST_BYTES = 10_000_000;

const FORMAT = 'Report_CSV_20180820';

/**
 * Completion reports of S3 Batch Operations (User Guide "Completion report examples": manifest.json and results/*.csv). What cannot be read throws ResealError report-unreadable; retryable where S3
 * was busy or the connection broke, and not where the report is missing, torn or not to be had. What says that the account cannot be reached is thrown as it is.
 */
export function createJobReports(s3: S3Client) {
  async function bodyOf(bucket: string, key: string) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body !== undefined && Symbol.asyncIterator in Body) return Body;
    throw new Error('the answer has no body');
  }

  return {
    async open({ bucket, prefix }: { bucket: string; prefix: string }): Promise<JobReport> {
      const key = `${prefix}/manifest.json`;
      try {
        return { bucket, ...readManifest(await textOf(await bodyOf(bucket, key))) };
      } catch (error) {
        throw unreadable(bucket, key, error);
      }
    },

    /** The failed tasks, as they come. The tasks before a torn place have been given when it throws. */
    async *failedTasks({ bucket, columns, failed }: JobReport): AsyncGenerator<ReportRow[]> {
      for (const { key, md5 } of failed) {
        try {
          const hash = createHash('md5');
          yield* rowsOf(hashed(await bodyOf(bucket, key), hash), columns);
          checkSum(md5, hash.digest());
        } catch (error) {
          throw unreadable(bucket, key, error);
        }
      }
    },

    /** So many of the tasks that succeeded, at random; `random` gives the nth number from 0 to below 1. Fewer where there are fewer. */
    async sample({ bucket, columns, succeeded }: JobReport, count: number, random: (nth: number) => number) {
      try {
        return await sampleOfFiles(s3, { bucket, columns, keys: succeeded.map(({ key }) => key) }, count, random);
      } catch (error) {
        throw unreadable(bucket, succeeded[0]?.key ?? '', error);
      }
    },
  };
}

function unreadable(bucket: string, key: string, error: unknown): unknown {
  if (isUnreachable(error)) return error;
  const isTorn = error instanceof TornReport;
  const message = `the completion report s3://${bucket}/${key} could not be read: ${isTorn ? error.message : whyOf(error)}`;
  // What S3 has answered stays what it is: a report is written before its job ends.
  const isPassing = !isTorn && !changedNothing(failureOf(error));
  return new ResealError('report-unreadable', message, { retryable: isPassing, cause: error });
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > MOST_MANIFEST_BYTES) throw new TornReport(`it is longer than ${MOST_MANIFEST_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

async function* hashed(pieces: AsyncIterable<Uint8Array>, hash: { update: (piece: Uint8Array) => unknown }) {
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}

/** The guide's example has it in hex; every other checksum of S3 is in base64. */
function checkSum(expected: string | undefined, found: Buffer): void {
  if (expected === undefined) return;
  const hex = found.toString('hex');
  if (expected.toLowerCase() === hex || expected === found.toString('base64')) return;
  throw new TornReport(`its MD5 checksum is ${hex}, and the report's manifest says ${expected}`);
}

function readManifest(json: string): Omit<JobReport, 'bucket'> {
  const manifest = parsed(json);
  const [format, schema, results] = ['Format', 'ReportSchema', 'Results'].map((name) => valueAt(manifest, [name]));
  if (!Array.isArray(results))
    throw new TornReport('it is no manifest of a completion report: expected JSON with a list Results');
  if (format !== undefined && format !== FORMAT)
    throw new TornReport(
      `its Format is one that Reseal does not know: expected ${FORMAT}, found ${describeValue(format)}`,
    );
  const files = results.flatMap(fileOf);
  return {
    columns: columnsOf(typeof schema === 'string' ? schema : undefined),
    failed: files.filter(({ hasSucceeded }) => !hasSucceeded),
    succeeded: files.filter(({ hasSucceeded }) => hasSucceeded),
  };
}

function fileOf(result: unknown): (ResultsFile & { hasSucceeded: boolean })[] {
  const key = valueAt(result, ['Key']);
  if (typeof key !== 'string') return [];
  // No request can name it.
  if (!key.isWellFormed()) throw new TornReport('it names a file that cannot be: expected a key in UTF-8');
  const md5 = valueAt(result, ['MD5Checksum']);
  const hasSucceeded = valueAt(result, ['TaskExecutionStatus']) === 'succeeded';
  return [{ key, md5: typeof md5 === 'string' ? md5 : undefined, hasSucceeded }];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
