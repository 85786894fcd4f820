import assert from 'node:assert/strict';
import { test } from 'node:test';
import { standardForKind } from '../../src/policy/kinds.ts';
import { DSSE, KMS } from './literals.ts';

test('a general purpose bucket has the standard as it is', () => {
  assert.deepEqual(standardForKind(DSSE, 'general-purpose'), { standard: DSSE, notes: [] });
});

const asked = { ...DSSE, bucketKey: false, blockSseC: 'on' } as const;

for (const [kind, bucketKey, code, plural] of [
  ['directory', true, 'directory-no-dsse', 'Directory buckets'],
  ['table', false, 'table-no-dsse', 'Table buckets'],
  ['vector', false, 'vector-no-dsse', 'Vector buckets'],
] as const) {
  test(`a ${kind} bucket has no DSSE-KMS and no SSE-C, and its Bucket Key is ${bucketKey ? 'always on' : 'none'}`, () => {
    const message = `${plural} have no DSSE-KMS, so this one is judged by aws:kms under the same key.`;
    assert.deepEqual(standardForKind(asked, kind), {
      standard: { ...DSSE, algorithm: 'aws:kms', bucketKey, blockSseC: 'leave' },
      notes: [{ code, message }],
    });
    assert.deepEqual(standardForKind(KMS, kind), { standard: { ...KMS, bucketKey, blockSseC: 'leave' }, notes: [] });
  });
}
