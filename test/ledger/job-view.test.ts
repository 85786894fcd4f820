import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeOfWish, statusOfJob, viewOfJob } from '../../src/ledger/job-view.ts';

const PLACE = { token: 't', bucket: 'b', account: '111122223333', region: 'eu-west-1' };

function view(over: object) {
  const found = viewOfJob({ ...PLACE, ...over });
  assert.ok(found);
  return found;
}

test('an item stands at the stage that its attributes say, whatever version wrote it', () => {
  const rows: [over: object, stage: string, status: string][] = [
    [{}, 'queued', 'queued'],
    [{ status: 'queued' }, 'queued', 'queued'],
    [{ jobId: 'j', status: 'open' }, 'open', 'open'],
    [{ jobId: 'j', status: 'suspended' }, 'suspended', 'suspended'],
    [{ jobId: 'j', status: 'failed', closedAt: '2026-11-02T10:00:00.000Z' }, 'closed', 'failed'],
    [{ closedAt: '2026-11-02T10:00:00.000Z' }, 'closed', 'closed'],
  ];
  for (const [over, stage, status] of rows) {
    const job = view(over);
    assert.deepEqual([job.stage, statusOfJob(job), job.failures], [stage, status, []]);
  }
});

test('what is no job, or has another shape, is not shown', () => {
  assert.equal(viewOfJob({ token: 't' }), undefined);
  assert.equal(viewOfJob({ ...PLACE, failures: 'many' }), undefined);
});

test('what became of a wish, the job says once the wish is gone', () => {
  const at = '2026-11-02T10:00:00.000Z';
  const closed = (status: string) => ({ status, jobId: 'j', closedAt: at });
  const rows: [what: 'confirm' | 'cancel' | 'retry', over: object, became: string][] = [
    ['cancel', { wish: { what: 'cancel', by: 'eva', at } }, 'waits'],
    ['cancel', { jobId: 'j', status: 'open' }, 'waits'],
    ['cancel', closed('cancelled'), 'done'],
    ['cancel', closed('complete'), 'nothing'],
    ['confirm', {}, 'done'],
    ['confirm', { needsConfirmation: 'dear' }, 'nothing'],
    ['confirm', { jobId: 'j', status: 'suspended' }, 'nothing'],
    ['confirm', { jobId: 'j', status: 'open', needsConfirmation: 'dear' }, 'done'],
    ['confirm', closed('complete-with-failures'), 'done'],
    ['confirm', closed('expired'), 'nothing'],
    ['retry', { ...closed('failed'), nextToken: 'next' }, 'done'],
    ['retry', closed('failed'), 'nothing'],
  ];
  for (const [what, over, became] of rows)
    assert.equal(outcomeOfWish(what, view(over), at), became, JSON.stringify(over));
});
