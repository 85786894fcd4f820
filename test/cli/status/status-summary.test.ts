import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusSummary } from '../../../cli/status/status-summary.ts';
import { overviewWith } from './some-overview.ts';

test('a sweep goes on for four days at most: what it goes on with is kept no longer', () => {
  const { sweeps: [sweep] = [] } = overviewWith();
  assert.ok(sweep);
  const { endedAt: _, ...begun } = sweep;
  const young = { ...begun, sweep: 'young', at: '2026-11-30T16:00:00.000Z' };
  const lost = { ...begun, sweep: 'lost', at: '2026-11-26T16:00:00.000Z' };
  assert.deepEqual(statusSummary(overviewWith({ sweeps: [young, sweep, lost] })).running, [
    { id: 'young', at: '2026-11-30T16:00:00.000Z' },
  ]);
});
