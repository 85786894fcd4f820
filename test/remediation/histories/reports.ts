import type { ObjectReading } from '../../../src/aws/bucket/object-head.ts';
import type { JobReport, JobReports } from '../../../src/aws/job/job-report.ts';
import type { ReportRow } from '../../../src/aws/job/report-rows.ts';
import type { Step } from './scheduler.ts';
import type { World } from './world.ts';

/** Completion reports: a results file is called as its job. */
export function imaginedReports(world: World, step: Step): JobReports {
  const jobOf = (report: JobReport) => {
    const job = [...world.batch.values()].find(({ jobId }) => jobId === report.failed[0]?.key);
    if (job === undefined) throw new Error('there is no such report');
    return job;
  };
  return {
    open: ({ bucket, prefix }) =>
      step('report.open', () => {
        const file = { key: prefix.split('/job-')[1] ?? '', md5: undefined };
        return { bucket, columns: {} as JobReport['columns'], failed: [file], succeeded: [file] };
      }),
    async *failedTasks(report) {
      yield await step('report.failed', () => jobOf(report).failed.map(({ key, code }) => rowOf(key, code)));
    },
    sample: (report, count) =>
      step('report.sample', () =>
        jobOf(report)
          .done.slice(0, count)
          .map((key) => rowOf(key)),
      ),
  };
}

const STATUSES: Readonly<Record<string, number>> = { SlowDown: 503, AccessDenied: 403, NoSuchKey: 404 };

function rowOf(key: number, code = 'NoErrorCode'): ReportRow {
  const status = STATUSES[code] ?? 200;
  return { keyCell: String(key), versionId: '', hasSucceeded: status === 200, code, status, message: code };
}

/** HeadObject. */
export function readObject({ objects, life, exists }: World, key: number): ObjectReading {
  const object = objects.find((each) => each.key === key && each.life === life);
  if (object === undefined || !exists) return { kind: 'gone' };
  const { rule, reencryptedTo: keyId, writtenMs } = object;
  const { algorithm = 'AES256', ...own } =
    keyId === undefined ? rule : { algorithm: 'aws:kms', keyId, bucketKey: true };
  const plain = { sizeBytes: 1, storageClass: 'STANDARD', customerKey: false, archiveTier: false, isCurrent: true };
  const encryption = { algorithm, bucketKey: own.bucketKey === true, ...(own.keyId && { keyId: own.keyId }) };
  return {
    kind: 'read',
    object: { ...plain, ...encryption },
    etag: `"${key}"`,
    lastModifiedMs: writtenMs,
    attempts: 1,
  };
}
