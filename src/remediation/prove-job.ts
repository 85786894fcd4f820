import type { ObjectName, ObjectReading } from '../aws/bucket/object-head.ts';
import type { JobReport } from '../aws/job/job-report.ts';
import type { ReportRow } from '../aws/job/report-rows.ts';
import { errorName, isUnreachable } from '../aws/sdk/service-error.ts';
import { atOnce } from '../at-once.ts';
import type { ClosedJob, OpenJob } from '../ledger/job-item.ts';
import { decodedKey } from '../ledger/manifest-row.ts';
import { proofOf, type ProvenJob, randomOf, seedOf } from '../policy/plan/proof.ts';
import { clipped } from '../problem.ts';
import type { CloseDeps } from './deps.ts';

const AT_ONCE = 10;

/** What is kept back of the time for the close. */
const CLOSE_MS = 12_000;

/** How many missed keys are named. */
const NAMED_KEYS = 5;

/**
 * Reads a random sample of the objects that a job says it has done. What is below what the job wanted, and was not written since, is missed; what was changed or deleted since, or cannot be read, is counted apart.
 * Undefined where nothing is to be proven. Throws where the account cannot be reached, or report-unreadable.
 */
export async function proveJob(
  report: JobReport | undefined,
  job: OpenJob,
  endedAt: string | undefined,
  deps: CloseDeps,
): Promise<ClosedJob['proof']> {
  if (report === undefined || report.succeeded.length === 0 || job.sample === 0) return undefined;
  const seed = seedOf(job.token);
  const sample = await deps.reports.sample(report, job.sample, randomOf(seed));
  const proof = { sampled: 0, seed, missed: 0, unread: 0, changed: 0 };
  const keys: string[] = [];
  const wanted: ProvenJob = { ...job, ...(endedAt === undefined ? {} : { endedAt }) };
  await atOnce(sample, AT_ONCE, async (row) => {
    if (deps.timeLeftMs() < CLOSE_MS) return;
    const found = await lookAt(row, job, wanted, deps);
    proof.sampled += 1;
    if (found === 'right') return;
    proof[found] += 1;
    if (found === 'missed' && keys.length < NAMED_KEYS) keys.push(clipped(decodedKey(row.keyCell), 1_024));
  });
  return { ...proof, ...(keys.length > 0 ? { keys: keys.toSorted() } : {}) };
}

async function lookAt({ keyCell, versionId }: ReportRow, job: OpenJob, wanted: ProvenJob, deps: CloseDeps) {
  const object = { key: decodedKey(keyCell), ...(versionId === '' ? {} : { versionId }) };
  const reading = await readingOf(object, job, deps);
  if (reading.kind === 'gone') return 'changed';
  return reading.kind === 'unread' ? 'unread' : proofOf(reading, wanted);
}

/** What says nothing of the object costs the job no more than its proof: a bucket that was made again elsewhere, or a row that names no key. */
async function readingOf(object: ObjectName, job: OpenJob, { readObject }: CloseDeps): Promise<ObjectReading> {
  try {
    return await readObject(job, object);
  } catch (error) {
    if (isUnreachable(error)) throw error;
    return { kind: 'unread', code: errorName(error) };
  }
}
