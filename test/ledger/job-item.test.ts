import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closedJob, jobKey, recordedJob, startedJob } from '../../src/ledger/job-item.ts';

const PLACE = { bucket: 'orders', account: '111122223333', region: 'eu-west-1' };
const CLOSED = {
  ...PLACE,
  token: 't',
  jobId: 'j',
  closedAt: '2026-11-02T10:20:00.000Z',
  status: 'complete',
  total: 1,
  succeeded: 1,
  failed: 0,
  failedKeys: [],
};

test('a job is kept by its token', () => {
  assert.deepEqual(jobKey('t'), { pk: 'JOB#t', sk: 'JOB' });
});

test('a job that an older version closed, which counted failures by another shape, has none that are known', () => {
  assert.deepEqual(closedJob.parse({ ...CLOSED, failuresByCode: { AccessDenied: 1 } }), { ...CLOSED, failures: [] });
});

test('which job it is can be read of an open one and of a closed one', () => {
  const { token, jobId, bucket } = CLOSED;
  const opening = { objectClass: 'SSE-S3', method: 'update', createdAt: 'x', causeId: 'e' };
  const open = startedJob.parse({ ...PLACE, token, jobId, ...opening, open: 'OPEN' });
  assert.deepEqual(
    [open, CLOSED].map((item) => recordedJob.parse(item)),
    [
      { ...PLACE, token, jobId, bucket },
      { ...PLACE, token, jobId, bucket },
    ],
  );
  assert.equal(startedJob.safeParse(CLOSED).success, false);
});
