import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readJobItem } from '../../src/ledger/read-job-item.ts';
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
