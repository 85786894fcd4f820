import { createHash } from 'node:crypto';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ResealError } from '../../errors.ts';
import type { ClosedJob } from '../../ledger/job-item.ts';
import { present } from '../../present.ts';
import { clipped, valueAt } from '../../problem.ts';
import { failureOf, isUnreachable, whyOf } from '../sdk/service-error.ts';
import { type FailedTask, failedTasksIn, TornReport } from './report-rows.ts';

export type JobReports = ReturnType<typeof createJobReports>;

/** What a completion report says of the tasks that failed. */
export interface ReportedFailures extends Pick<ClosedJob, 'failures' | 'failedKeys'> {
  /** Why that is not all of them. */
  why?: string;
}

/** How many failed keys are named; the report has all of them. */
const NAMED_KEYS = 25;

/** S3 has far fewer error codes than this; whatever stands in a report, the count fits into an item. */
const MOST_CODES = 100;

/** S3's longest code, and its longest key or version id. A report may be anybody's: what it says must fit into an item. */
const LONGEST = { code: 100, key: 1_024 };

/** A manifest names a few results files. */
const MOST_MANIFEST_BYTES = 10_000_000;

/** These may succeed a moment later. Every other answer stays what it is: a report is written before its job ends. */
const PASSING: readonly string[] = ['throttled', 'unavailable', 'conflict'];

/** Completion reports of S3 Batch Operations (User Guide "Completion report examples": manifest.json and results/*.csv). */
export function createJobReports(s3: S3Client) {
  async function bodyOf(bucket: string, key: string) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body !== undefined && Symbol.asyncIterator in Body) return Body;
    throw new Error('the answer has no body');
  }

  return {
    /**
     * The failed tasks of one job's report, counted as they come. `isOver` ends the reading where the time for it does. Throws what says that the account cannot be reached, or ResealError
     * report-unreadable; retryable where S3 was busy or the connection broke, and not where the report is missing, torn or not to be had.
     */
    async readFailures(
      { bucket, prefix }: { bucket: string; prefix: string },
      isOver: () => boolean,
    ): Promise<ReportedFailures> {
      const count = startCount();
      let key = `${prefix}/manifest.json`;
      try {
        for (const file of failedResults(await manifestOf(await bodyOf(bucket, key)))) {
          key = file.key;
          const md5 = createHash('md5');
          for await (const tasks of failedTasksIn(hashed(await bodyOf(bucket, key), md5))) {
            count.add(tasks);
            if (isOver()) return count.result(true);
          }
          checkSum(file.md5, md5.digest());
        }
        return count.result(false);
      } catch (error) {
        if (isUnreachable(error)) throw error;
        const isTorn = error instanceof TornReport;
        const message = `the completion report s3://${bucket}/${key} could not be read: ${isTorn ? error.message : whyOf(error)}`;
        const isPassing = !isTorn && PASSING.includes(failureOf(error));
        throw new ResealError('report-unreadable', message, { retryable: isPassing, cause: error });
      }
    },
  };
}

async function manifestOf(body: AsyncIterable<Uint8Array>): Promise<string> {
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

function startCount() {
  const counts = new Map<string, number>();
  const failedKeys: ClosedJob['failedKeys'] = [];
  let read = 0;
  return {
    add(tasks: readonly FailedTask[]): void {
      read += tasks.length;
      for (const task of tasks) {
        const code = clipped(task.code, LONGEST.code);
        // The codes are S3's words: they are no names of a plain object's members.
        const counted = counts.has(code) || counts.size < MOST_CODES ? code : 'OtherCodes';
        counts.set(counted, (counts.get(counted) ?? 0) + 1);
        if (failedKeys.length >= NAMED_KEYS) continue;
        const versionId = task.versionId && clipped(task.versionId, LONGEST.key);
        failedKeys.push(present({ key: clipped(task.key, LONGEST.key), code, versionId }));
      }
    },
    result(isCut: boolean): ReportedFailures {
      const why = isCut
        ? `only the first ${read} failed tasks were counted: the report is too long for one invocation`
        : undefined;
      return { failures: [...counts].map(([code, count]) => ({ code, count })), failedKeys, ...present({ why }) };
    },
  };
}

/** The files of the tasks that failed. */
function failedResults(manifest: string): { key: string; md5: string | undefined }[] {
  const results = valueAt(parsed(manifest), ['Results']);
  if (!Array.isArray(results))
    throw new TornReport('it is no manifest of a completion report: expected JSON with a list Results');
  return results.flatMap((each) => {
    const key = valueAt(each, ['Key']);
    if (typeof key !== 'string' || valueAt(each, ['TaskExecutionStatus']) === 'succeeded') return [];
    // No request can name it.
    if (!key.isWellFormed()) throw new TornReport('it names a file that cannot be: expected a key in UTF-8');
    const md5 = valueAt(each, ['MD5Checksum']);
    return [{ key, md5: typeof md5 === 'string' ? md5 : undefined }];
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
