import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyPin } from '../../src/ledger/policy-pin.ts';

test('a pin that was written before publications were counted is the first, after the one that it replaced', () => {
  const version = { bucket: 'policies', key: 'policy/policy.json', versionId: 'v2', sha256: 'b' };
  const previous = { ...version, versionId: 'v1', sha256: 'a' };
  assert.deepEqual(policyPin.parse({ pk: 'POLICY', sk: 'PIN', ...version, previous }), {
    ...version,
    order: 1,
    previous: { ...previous, order: 0 },
  });
  assert.deepEqual(policyPin.parse({ ...version, order: 7, v: 2, later: true }), { ...version, order: 7 });
});
