import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownQueueOf, queueOf, waitsQueued } from '../../src/ledger/job-queues.ts';
import { aJob } from './a-job.ts';

test('jobs of S3 wait by priority and account, and those that Reseal runs itself apart from all of them', () => {
  const job = aJob({ priority: 20, account: '111122223333' });
  assert.equal(queueOf(job), 'QUEUED#20#111122223333');
  const own = queueOf({ ...job, own: { does: ['own-copy'] } });
  assert.deepEqual([own, ownQueueOf('111122223333')], ['QUEUED#own#111122223333', own]);
});

test('a job that Reseal runs itself waits for people in its queue, as long as they are to be asked', () => {
  const asks = { method: 'own-copy', needsConfirmation: 'It costs more than the policy lets pass.' };
  assert.equal(waitsQueued(asks), true);
  const others = [
    { method: 'own-copy' },
    { ...asks, method: 'copy' },
    { ...asks, jobId: 't' },
    { ...asks, closedAt: '2026-11-02T10:00:00.000Z' },
  ];
  for (const job of others) assert.equal(waitsQueued(job), false);
});
