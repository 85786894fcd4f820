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
  const item = { notices: [], marks: ['topic a'] };
  assert.deepEqual(announcedItem.parse({ ...item, v: 2, later: true }), item);
  assert.equal(announcedItem.safeParse({ notices: [] }).success, false);
  assert.equal(announcedItem.safeParse({ ...item, finding: { isOpen: 'yes' } }).success, false);
});
