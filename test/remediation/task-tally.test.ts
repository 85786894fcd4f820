import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportRow } from '../../src/aws/job/report-rows.ts';
import { startTally } from '../../src/remediation/task-tally.ts';

const JOB = { bucket: 'data', method: 'update-encryption' } as const;

const row = (over: Partial<ReportRow> = {}): ReportRow => ({
  keyCell: 'a',
  versionId: '',
  hasSucceeded: false,
  code: 'SlowDown',
  status: 503,
  message: '',
  ...over,
});

test('of many failed tasks 25 are named and all are counted, under at most 100 codes and one for the others', () => {
  const tally = startTally(JOB);
  tally.add(
    Array.from({ length: 3_000 }, (_, at) => row({ keyCell: `key-${at}`, code: `Code${at % 150}`, status: 403 })),
  );
  const { failures, failedKeys } = tally.result();
  assert.deepEqual([failures.length, failedKeys.length, tally.read()], [101, 25, 3_000]);
  assert.deepEqual(failures.at(-1), { code: 'OtherCodes', count: 1_000, cause: 'unknown-code' });
  assert.equal(
    failures.reduce((sum, { count }) => sum + count, 0),
    3_000,
  );
});

test('what a report says fits into an item of the ledger, whoever wrote it', () => {
  const tally = startTally(JOB);
  const [key, code] = ['k'.repeat(9_000), 'C'.repeat(9_000)];
  tally.add(Array.from({ length: 200 }, (_, at) => row({ keyCell: key, versionId: key, code: `Code${at}${code}` })));
  assert.ok(JSON.stringify(tally.result()).length < 100_000);
});

test('one code for several causes is counted by cause, and its keys say which', () => {
  const tally = startTally(JOB);
  const denied = { code: 'AccessDenied', status: 403 };
  tally.add([
    row({ ...denied, keyCell: 'locked', message: 'protected by S3 Object Lock' }),
    row({ ...denied, keyCell: 'denied' }),
  ]);
  const { failures, failedKeys } = tally.result();
  assert.deepEqual(
    { failures, failedKeys },
    {
      failures: [
        { code: 'AccessDenied', count: 1, cause: 'locked' },
        { code: 'AccessDenied', count: 1, cause: 'denied' },
      ],
      failedKeys: [
        { key: 'locked', code: 'AccessDenied', cause: 'locked' },
        { key: 'denied', code: 'AccessDenied', cause: 'denied' },
      ],
    },
  );
});

test('rows that may still be done are rows of a manifest: all with a version, or none', () => {
  const rows = [
    row({ keyCell: 'a%2Fb', versionId: 'v+1' }),
    row({ keyCell: 'c d', versionId: '' }),
    row({ hasSucceeded: true }),
  ];
  assert.equal(startTally(JOB).add(rows), 'data,a%2Fb\ndata,c%20d\n');
  const versions = 'data,a%2Fb,v%2B1\ndata,c%20d,null\n';
  assert.equal(startTally({ ...JOB, versions: true }).add(rows), versions);
  assert.equal(startTally({ ...JOB, manifest: { key: 'k', etag: 'e', versioned: true } }).add(rows), versions);
});
