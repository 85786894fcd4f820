import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FACT_NAMES, type Facts, missingOf, unreadReason } from '../../src/policy/facts.ts';

test('a fact that could not be read is not missing: it is not asked for again', () => {
  const facts: Facts = { tags: { kind: 'read', value: [] }, acl: { kind: 'unread', why: 'denied', denied: true } };
  assert.deepEqual(missingOf(['acl', 'website', 'tags', 'bucketPolicy'], facts), ['website', 'bucketPolicy']);
  assert.deepEqual(missingOf([], facts), []);
  assert.deepEqual(missingOf(FACT_NAMES, {}), FACT_NAMES);
});

test('every fact has a reason for where it cannot be read', () => {
  for (const fact of FACT_NAMES) assert.match(unreadReason(fact, 'Why.').code, /^[a-z-]+-unreadable$/, fact);
});

test('what could not be read is named, whichever of two ways it was asked for', () => {
  assert.deepEqual(unreadReason('bucketPolicy', 'Denied.'), { code: 'bucket-policy-unreadable', message: 'Denied.' });
  assert.equal(unreadReason('remembered', '').code, unreadReason('history', '').code);
  assert.equal(unreadReason('currentKey', '').code, unreadReason('key', '').code);
});
