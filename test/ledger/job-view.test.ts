import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCarriedOut, statusOfJob, viewOfJob } from '../../src/ledger/job-view.ts';

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

test('a wish is carried out when it stands there no more', () => {
  const at = '2026-11-02T10:00:00.000Z';
  assert.equal(isCarriedOut(view({ wish: { what: 'cancel', by: 'eva', at } }), at), false);
  assert.equal(isCarriedOut(view({}), at), true);
});
