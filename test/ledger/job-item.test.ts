import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closedJob, ENDED_BADLY, ENDED_WELL, jobKey, needsSomebody } from '../../src/ledger/job-item.ts';

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

test('a job needs somebody where it left objects that nothing tries again by itself', () => {
  for (const status of ENDED_WELL) assert.ok(!needsSomebody({ status, failed: 1 }), status);
  for (const status of [...ENDED_BADLY, 'of a later version']) assert.ok(needsSomebody({ status }), status);
  const status = 'complete-with-failures';
  assert.ok(!needsSomebody({ status, failed: 1, nextToken: 'n' }));
  assert.ok(!needsSomebody({ status: 'cancelled', failed: 0, again: 'next-sweep' }));
  assert.ok(needsSomebody({ status, failed: 1, again: 'next-sweep' }));
});
