import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeItem, placeKey } from '../../src/ledger/place-item.ts';
import { checkedItem } from '../../src/ledger/shapes.ts';

const PLACE = { account: '111111111111', region: 'eu-west-1' };

test('all places are under one key', () => {
  assert.deepEqual(placeKey(PLACE), { pk: 'PLACES', sk: 'PLACE#111111111111/eu-west-1' });
});

test('a place may be known by its events alone, and what a later version wrote is passed over', () => {
  const heard = { ...PLACE, heardAt: '2026-11-02T10:00:00Z' };
  assert.deepEqual(checkedItem(placeItem, { ...heard, later: 1 }), heard);
  assert.throws(() => checkedItem(placeItem, { pk: 'PLACES', ...heard, buckets: '3' }), {
    code: 'ledger-failed',
    message: 'ledger item PLACES: buckets: expected a number, found "3". Was the table written by another version?',
  });
});
