import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkedItem } from '../../src/ledger/shapes.ts';
import { sweepItem, sweepKey } from '../../src/ledger/sweep-item.ts';

const BEGUN = { sweep: 'sweep-1', at: '2026-11-02T10:00:00Z', observe: false };

test('the sweeps of one account and Region are in one place, by their ids', () => {
  const place = { account: '111111111111', region: 'eu-west-1' };
  assert.deepEqual(sweepKey(place, 'sweep-1'), { pk: 'SWEEP#111111111111/eu-west-1', sk: 'SWEEP#sweep-1' });
});

test('an item tells whether its sweep has ended, and passes over what it does not know', () => {
  assert.deepEqual(checkedItem(sweepItem, { ...BEGUN, later: 1 }), BEGUN);
  const ended = { ...BEGUN, endedAt: '2026-11-02T10:05:00Z', buckets: 3, missing: [], unlisted: 1 };
  assert.deepEqual(checkedItem(sweepItem, ended), ended);
  const message =
    'ledger item SWEEP#x: buckets: expected a number, found "3". Was the table written by another version?';
  assert.throws(() => checkedItem(sweepItem, { pk: 'SWEEP#x', ...ended, buckets: '3' }), { message });
});
