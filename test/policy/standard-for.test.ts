import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicy } from '../../src/policy/document.ts';
import { standardFor } from '../../src/policy/standard-for.ts';

const exception = { bucket: 'logs', reason: 'Old importer', owner: 'data@example.com', until: '2020-01-01' };
const policy = parsePolicy({
  version: 1,
  mode: 'observe',
  standard: { algorithm: 'aws:kms', key: 'alias/reseal', blockSseC: 'on' },
  objects: { reencrypt: 'all' },
  exceptions: [exception],
});
const standard = { algorithm: 'aws:kms', key: 'alias/reseal', bucketKey: true, blockSseC: 'on', reencrypt: 'all' };

test('every bucket has the standard of the policy', () => {
  assert.deepEqual(standardFor(policy, { bucket: 'data', own: false }), { standard, rule: 'default', observe: true });
});

test('a policy that enforces does not observe', () => {
  const enforcing = parsePolicy({ version: 1, standard: { algorithm: 'AES256' } });
  assert.deepEqual(standardFor(enforcing, { bucket: 'data', own: false }), {
    standard: { algorithm: 'AES256', bucketKey: true, blockSseC: 'leave', reencrypt: 'drifted' },
    rule: 'default',
    observe: false,
  });
});

test('an exception comes along, in force or not, for its exact name only', () => {
  assert.deepEqual(standardFor(policy, { bucket: 'logs', own: false }), {
    standard,
    rule: 'default',
    observe: true,
    exception,
  });
  assert.equal(standardFor(policy, { bucket: 'logs-2', own: false }).exception, undefined);
});

test("no policy reaches Reseal's own buckets: neither its standard, nor an exception, nor observe", () => {
  assert.deepEqual(standardFor(policy, { bucket: 'logs', own: true }), {
    standard: { algorithm: 'AES256', bucketKey: false, blockSseC: 'leave', reencrypt: 'none' },
    rule: 'built-in: own bucket',
    observe: false,
  });
});
