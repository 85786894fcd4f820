import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobSnapshot } from '../../src/aws/job/describe-job.ts';
import { columnsOf, type ReportRow } from '../../src/aws/job/report-rows.ts';
import { ResealError } from '../../src/errors.ts';
import type { JobRequest } from '../../src/ledger/job-item.ts';
import type { CloseDeps } from '../../src/remediation/deps.ts';
import { readReport } from '../../src/remediation/read-report.ts';

const JOB = {
  jobId: 'job-1',
  status: 'Complete',
  total: 3,
  succeeded: 0,
  failed: 3,
  failures: [],
  report: { bucket: 'reports', prefix: 'reports/data/job-1' },
  endedAt: '2026-11-02T10:00:00.000Z',
} as unknown as JobSnapshot;
const REQUEST = { token: 't', bucket: 'data', method: 'update-encryption' } as JobRequest;
const REPORT = { bucket: 'reports', columns: columnsOf(), failed: [], succeeded: [] };

const row = (keyCell: string): ReportRow => ({
  keyCell,
  versionId: '',
  hasSucceeded: false,
  code: 'SlowDown',
  status: 503,
  message: '',
});

/** A report of three pieces of one failed task each, read as `over` says. */
function depsWith(over: Partial<CloseDeps> = {}): CloseDeps {
  return {
    reports: {
      open: async () => REPORT,
      async *failedTasks() {
        for (const key of ['a', 'b', 'c']) yield [row(key)];
      },
    },
    writeManifest: async ({ key }: { key: string }, rows: AsyncGenerator<string>) => {
      const written = await Array.fromAsync(rows);
      return { key, etag: written.join('') };
    },
    timeLeftMs: () => 60_000,
    now: () => new Date('2026-11-02T10:30:00Z'),
    ...over,
  } as unknown as CloseDeps;
}

test('what is left is named by a manifest of its rows', async () => {
  assert.deepEqual(await readReport(JOB, REQUEST, depsWith()), {
    report: REPORT,
    failures: [{ code: 'SlowDown', count: 3, cause: 'busy' }],
    failedKeys: ['a', 'b', 'c'].map((key) => ({ key, code: 'SlowDown', cause: 'busy' })),
    isWhole: true,
    hasNow: true,
    gone: 0,
    rest: { key: 'retries/data/t.csv', etag: 'data,a\ndata,b\ndata,c\n', versioned: false },
  });
});

test('reading ends where the time does, says how far it came, and leaves the whole job to be done again', async () => {
  const read = await readReport(JOB, REQUEST, depsWith({ timeLeftMs: () => 1_000 }));
  assert.equal(read.why, 'only the first 1 failed tasks were counted: the report is too long for one invocation');
  assert.deepEqual(
    [read.isWhole, read.rest, read.failures],
    [false, undefined, [{ code: 'SlowDown', count: 1, cause: 'busy' }]],
  );
});

test('a report that names fewer failed tasks than S3 counted leaves the whole job to be done again', async () => {
  const read = await readReport({ ...JOB, failed: 5 }, REQUEST, depsWith());
  assert.deepEqual([read.isWhole, read.rest], [false, undefined]);
  assert.equal(read.why, 'the report names 3 of 5 failed tasks: was it replaced?');
});

test('where the manifest may not be written, what failed is counted all the same', async () => {
  const refused = (retryable: boolean) =>
    depsWith({
      writeManifest: async (_target, rows) => {
        await rows.next();
        await rows.return(undefined);
        throw new ResealError('write-refused', 'the manifest could not be written: AccessDenied', { retryable });
      },
    });
  const read = await readReport(JOB, REQUEST, refused(false));
  assert.deepEqual(
    [read.isWhole, read.failures, read.rest, read.why],
    [
      false,
      [{ code: 'SlowDown', count: 3, cause: 'busy' }],
      undefined,
      'the manifest could not be written: AccessDenied',
    ],
  );
  await assert.rejects(readReport(JOB, REQUEST, refused(true)), { code: 'write-refused' });
});

test('a busy S3 is waited for, for a day', async () => {
  const busy = () => Promise.reject(new ResealError('report-unreadable', 'S3 was busy', { retryable: true }));
  const reports = { ...depsWith().reports, open: busy };
  await assert.rejects(readReport(JOB, REQUEST, depsWith({ reports })), { message: 'S3 was busy' });
  const later = depsWith({ reports, now: () => new Date('2026-11-03T10:00:01Z') });
  assert.deepEqual(await readReport(JOB, REQUEST, later), {
    failures: [],
    failedKeys: [],
    hasNow: false,
    gone: 0,
    isWhole: false,
    why: 'S3 was busy',
  });
  await assert.rejects(
    readReport(JOB, REQUEST, depsWith({ reports: { ...reports, open: async () => assert.fail() } })),
    {
      name: 'AssertionError',
    },
  );
});

test('a job without a task has no report', async () => {
  const none = { ...JOB, total: 0, failed: 0 };
  const reports = { ...depsWith().reports, open: () => assert.fail('a report is read') };
  const read = await readReport(none, REQUEST, depsWith({ reports }));
  assert.deepEqual(read, { failures: [], failedKeys: [], hasNow: false, gone: 0, isWhole: true });
});

test('a report that is too long for one invocation leaves the manifest of somebody who has read all of it', async () => {
  const manifests: string[] = [];
  const writeManifest = async ({ key }: { key: string }, rows: AsyncGenerator<string>) => {
    const written = (await Array.fromAsync(rows)).join('');
    manifests.push(written);
    return { key, etag: written };
  };
  const read = await readReport(JOB, REQUEST, depsWith({ writeManifest, timeLeftMs: () => 1_000 }));
  assert.deepEqual([manifests, read.isWhole, read.rest, read.failures[0]?.count], [[], false, undefined, 1]);
});
