import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closedJob, ENDED_BADLY, ENDED_WELL, jobKey, needsSomebody, readJobItem } from '../../src/ledger/job-item.ts';
import { A_VIA, aJob, anEnd } from './a-job.ts';

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

test('a job that an older version started is open, and is neither proven nor tried again by itself', () => {
  const { token, bucket, account, region, objectClass, method, createdAt, causeId } = aJob();
  const item = { v: 1, token, bucket, account, region, objectClass, method, createdAt, causeId, jobId: 'j' };
  const read = readJobItem({ ...item, status: 'open', open: 'OPEN' });
  assert.ok(read.stands === 'open');
  const { isEarlier, attempt, sample, launchedAt, jobId } = read.job;
  assert.deepEqual([isEarlier, attempt, sample, launchedAt, jobId], [true, 2, 0, createdAt, 'j']);
  assert.throws(() => readJobItem({ ...item, status: 'open', via: A_VIA }), { code: 'ledger-failed' });
});

test('a job is known by how it stands', () => {
  const job = aJob();
  const at = '2026-11-02T10:17:00.000Z';
  assert.equal(readJobItem({ ...job }).stands, 'queued');
  assert.equal(readJobItem({ ...job, status: 'open', jobId: 'j', via: A_VIA, launchedAt: at }).stands, 'open');
  const ended = readJobItem({ ...job, ...anEnd(job), wish: { what: 'retry', by: 'ada', at } });
  assert.ok(ended.stands === 'closed');
  assert.deepEqual([ended.request, ended.wish?.what], [job, 'retry']);
  const strange = readJobItem(CLOSED);
  assert.ok(strange.stands === 'closed');
  assert.deepEqual([strange.request, strange.wish], [undefined, undefined]);
});

test('a job needs somebody where it left objects that nothing tries again by itself', () => {
  for (const status of ENDED_WELL) assert.ok(!needsSomebody({ status, failed: 1 }), status);
  for (const status of [...ENDED_BADLY, 'of a later version']) assert.ok(needsSomebody({ status }), status);
  const status = 'complete-with-failures';
  assert.ok(!needsSomebody({ status, failed: 1, nextToken: 'n' }));
  assert.ok(!needsSomebody({ status: 'cancelled', failed: 0, again: 'next-sweep' }));
  assert.ok(needsSomebody({ status, failed: 1, again: 'next-sweep' }));
});
