import type { ReportRow } from '../aws/job/report-rows.ts';
import type { ClosedJob, JobRequest } from '../ledger/job-item.ts';
import { decodedKey, manifestRow } from '../ledger/manifest-row.ts';
import { causeOfTask, type TaskCause } from '../policy/plan/task-codes.ts';
import { present } from '../present.ts';
import { clipped } from '../problem.ts';

export type TaskTally = ReturnType<typeof startTally>;

type NamedKey = ClosedJob['failedKeys'][number];

/** How many failed keys are named; the report has all of them. */
const NAMED_KEYS = 25;

/** S3 has far fewer error codes than this; whatever stands in a report, the count fits into an item. */
const MOST_CODES = 100;

/** S3's longest code, and its longest key or version id. A report may be anybody's: what it says must fit into an item. */
const LONGEST = { code: 100, key: 1_024 };

/** Counts failed tasks as they come, and gives those that may still be done as rows of a manifest. */
export function startTally(job: Pick<JobRequest, 'bucket' | 'versions' | 'manifest'>) {
  const counts = new Map<string, { code: string; cause: string; count: number }>();
  /** Keys that somebody must look after come before those that Reseal tries again at once, and before those that are gone. */
  const named: Record<'first' | 'later', NamedKey[]> = { first: [], later: [] };
  const isVersioned = ofVersions(job);
  let [read, gone] = [0, 0];
  let hasNow = false;

  const count = (code: string, { id }: TaskCause): void => {
    const known = counts.get(`${code} ${id}`);
    // The codes are S3's words: they are no names of a plain object's members.
    const counted = known !== undefined || counts.size < MOST_CODES ? code : 'OtherCodes';
    const entry = counts.get(`${counted} ${id}`) ?? { code: counted, cause: id, count: 0 };
    entry.count += 1;
    counts.set(`${counted} ${id}`, entry);
  };

  const name = ({ keyCell, ...row }: ReportRow, code: string, cause: TaskCause): void => {
    const list = cause.again === 'now' || cause.id === 'gone' ? named.later : named.first;
    if (list.length >= NAMED_KEYS) return;
    const versionId = row.versionId === '' ? undefined : clipped(row.versionId, LONGEST.key);
    list.push(present({ key: clipped(decodedKey(keyCell), LONGEST.key), code, versionId, cause: cause.id }));
  };

  return {
    add(rows: readonly ReportRow[]): string {
      let csv = '';
      for (const row of rows) {
        if (row.hasSucceeded) continue;
        const cause = causeOfTask(row);
        const code = clipped(row.code, LONGEST.code);
        read += 1;
        count(code, cause);
        name(row, code, cause);
        if (cause.id === 'gone') gone += 1;
        if (cause.again === 'no') continue;
        hasNow ||= cause.again === 'now';
        // Either all rows have a version or none; the version of what was written before versioning is `null`.
        csv += manifestRow(job.bucket, row.keyCell, isVersioned ? row.versionId || 'null' : undefined);
      }
      return csv;
    },
    isVersioned,
    read: () => read,
    /** `gone`: how many of them are of objects that are gone. `hasNow`: true where some of them may be done at once. */
    result: () => ({
      gone,
      hasNow,
      failures: [...counts.values()].map(({ code, cause, count: times }) => ({ code, count: times, cause })),
      failedKeys: [...named.first, ...named.later].slice(0, NAMED_KEYS),
    }),
  };
}

/** A job of current objects acts on whatever is current when its turn comes, whichever version its report names. */
function ofVersions({ versions, manifest }: Pick<JobRequest, 'versions' | 'manifest'>): boolean {
  return versions === true || manifest?.versioned === true;
}
