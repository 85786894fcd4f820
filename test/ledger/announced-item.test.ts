import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announcedItem, announcedKey } from '../../src/ledger/announced-item.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { jobKey } from '../../src/ledger/job-item.ts';

test('what was announced stands beside its subject, and is no bucket and no job', () => {
  const bucket = bucketKey({ account: '111122223333', region: 'eu-west-1', bucket: 'orders' });
  assert.deepEqual(announcedKey(bucket), { pk: bucket.pk, sk: 'TOLD' });
  assert.deepEqual(announcedKey(jobKey('t')), { pk: 'JOB#t', sk: 'TOLD' });
  assert.notEqual(announcedKey(bucket).sk, bucket.sk);
});

test('an item of a later version is read without what it added, and half an item is none', () => {
  const owed = [{ pk: 'BUCKET#a', sk: 'CHANGE#1', at: '2026-11-02T10:00:00.000Z', channels: ['topic'] }];
  const item = { notices: [], owed };
  assert.deepEqual(announcedItem.parse({ ...item, v: 2, later: true }), item);
  assert.equal(announcedItem.safeParse({ owed }).success, false);
  assert.equal(announcedItem.safeParse({ ...item, finding: { isOpen: 'yes' } }).success, false);
});
