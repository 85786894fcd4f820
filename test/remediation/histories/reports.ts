import type { ObjectReading } from '../../../src/aws/bucket/object-head.ts';
import type { JobReport, JobReports } from '../../../src/aws/job/job-report.ts';
import type { ReportRow } from '../../../src/aws/job/report-rows.ts';
import type { Failure, Task } from './batch-tasks.ts';
import { currentIn, encryptionOf, isCurrent, versionsIn } from './objects.ts';
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
      yield await step('report.failed', () => jobOf(report).failed.map((task) => rowOf(task, task)));
    },
    sample: (report, count) =>
      step('report.sample', () =>
        jobOf(report)
          .done.slice(0, count)
          .map((task) => rowOf(task)),
      ),
  };
}

const DONE: Failure = { code: 'NoErrorCode', status: 200, message: '' };

function rowOf({ key, version = '' }: Task, { code, status, message }: Failure = DONE): ReportRow {
  return { keyCell: String(key), versionId: version, hasSucceeded: status === 200, code, status, message };
}

/** HeadObject. */
export function readObject(world: World, { key, versionId }: { key: string; versionId?: string }): ObjectReading {
  const list = versionId === undefined ? currentIn(world) : versionsIn(world);
  const object = list.find((each) => each.key === Number(key) && (versionId ?? each.version) === each.version);
  if (object === undefined || object.isMarker) return { kind: 'gone' };
  const { algorithm, keyId, bucketKey = false } = encryptionOf(object);
  const { writtenMs, content } = object;
  const plain = { sizeBytes: 1, storageClass: content.storageClass, customerKey: false, archiveTier: false };
  const encryption = { bucketKey, ...(algorithm && { algorithm }), ...(keyId && { keyId }) };
  return {
    kind: 'read',
    object: { ...plain, ...encryption, isCurrent: isCurrent(world, object) },
    etag: `"${content.bytes}"`,
    lastModifiedMs: writtenMs,
    attempts: 1,
  };
}
