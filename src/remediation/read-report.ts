import type { JobSnapshot } from '../aws/job/describe-job.ts';
import type { JobReport } from '../aws/job/job-report.ts';
import { ResealError } from '../errors.ts';
import type { ClosedJob, JobRequest } from '../ledger/job-item.ts';
import { present } from '../present.ts';
import type { CloseDeps } from './deps.ts';
import { startTally, type TaskTally } from './task-tally.ts';

/** What a job's completion report says. */
export interface ReadReport extends Pick<ClosedJob, 'failures' | 'failedKeys' | 'rest'> {
  /** The report itself, where S3 has one that can be read. */
  report?: JobReport;
  /** True where every failed task is counted: its rows say all that is left. */
  isWhole: boolean;
  /** True where something that is left may be done at once. */
  hasNow: boolean;
  /** Failed tasks of objects that are gone: they are no failure. */
  gone: number;
  /** Why it is not whole. */
  why?: string;
}

const DAY_MS = 24 * 3_600_000;

/** What is kept back of the time for the close. */
const CLOSE_MS = 15_000;

const NOTHING = { failures: [], failedKeys: [], hasNow: false, gone: 0 };

/**
 * Reads the report of a job that ran tasks: failed tasks are counted by cause, and those that may still be done go into a manifest for the next attempt as they come. A report that is missing or
 * torn costs the names of the failed objects: they are left to the whole job done once more. Throws report-unreadable or write-refused, retryable, where S3 was busy; after a day nobody waits for S3.
 */
export async function readReport(job: JobSnapshot, request: JobRequest, deps: CloseDeps): Promise<ReadReport> {
  const isWhole = job.failed === 0;
  if (job.succeeded + job.failed === 0 || job.report === undefined) return { ...NOTHING, isWhole };
  let report: JobReport | undefined;
  try {
    report = await deps.reports.open(job.report);
    return {
      report,
      ...(isWhole ? { ...NOTHING, isWhole } : await readFailed(report, { ...request, failed: job.failed }, deps)),
    };
  } catch (error) {
    return { ...NOTHING, isWhole, ...present({ report }), why: orWait(error, job, deps) };
  }
}

/** A job, and how many of its tasks failed. */
type FailedJob = JobRequest & { failed: number };

/** Where the manifest cannot be written, a role that lacks the right say, the failed tasks are counted without it. */
async function readFailed(report: JobReport, job: FailedJob, deps: CloseDeps): Promise<Omit<ReadReport, 'report'>> {
  try {
    return await countFailed(report, job, deps);
  } catch (error) {
    if (!(error instanceof ResealError && error.code === 'write-refused') || error.retryable) throw error;
    const end = await countFailed(report, job, { ...deps, writeManifest: countOnly });
    return { ...end, isWhole: false, why: error.message };
  }
}

const countOnly: CloseDeps['writeManifest'] = async (_target, rows) => {
  for await (const _ of rows);
  return undefined;
};

async function countFailed(report: JobReport, job: FailedJob, deps: CloseDeps): Promise<Omit<ReadReport, 'report'>> {
  const tally = startTally(job);
  const target = { bucket: report.bucket, key: `retries/${job.bucket}/${job.token}.csv` };
  const reading = { isCut: false };
  const rows = leftRows(report, tally, reading, deps);
  const written = await deps.writeManifest(target, rows).catch((error: unknown) => {
    if (!reading.isCut) throw error;
    return undefined;
  });
  const read = tally.read();
  // A file that is cut between two rows, or put there by somebody else, says of what it lacks nothing at all.
  const isWhole = !reading.isCut && read >= job.failed;
  const why = reading.isCut
    ? `only the first ${read} failed tasks were counted: the report is too long for one invocation`
    : `the report names ${read} of ${job.failed} failed tasks: was it replaced?`;
  return {
    ...tally.result(),
    isWhole,
    ...present({
      rest: written && isWhole ? { ...written, versioned: tally.isVersioned } : undefined,
      why: isWhole ? undefined : why,
    }),
  };
}

/** The rows of the next attempt's manifest. */
async function* leftRows(report: JobReport, tally: TaskTally, reading: { isCut: boolean }, deps: CloseDeps) {
  for await (const rows of deps.reports.failedTasks(report)) {
    const csv = tally.add(rows);
    if (csv !== '') yield csv;
    reading.isCut = deps.timeLeftMs() < CLOSE_MS;
    // Somebody else may have read all of it: what was begun must not take the place of the whole manifest.
    if (reading.isCut) throw new Error('the time is over');
  }
}

/** Why a report could not be read, or a manifest written, where it is no use to wait. Throws where it is. */
export function orWait(error: unknown, { endedAt }: JobSnapshot, { now }: CloseDeps): string {
  const isOurs = error instanceof ResealError && (error.code === 'report-unreadable' || error.code === 'write-refused');
  if (!isOurs) throw error;
  // Of a job that does not say when it ended nobody knows how long to wait.
  const mayPass = now().getTime() - Date.parse(endedAt ?? '') <= DAY_MS;
  if (error.retryable && mayPass) throw error;
  return error.message;
}
