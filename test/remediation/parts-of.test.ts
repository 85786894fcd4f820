import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { partsOf } from '../../src/remediation/parts-of.ts';
import type { PartOfSweep } from '../../src/ledger/sweep-item.ts';

const holds = ({ prefixes, names }: PartOfSweep, name: string) =>
  names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix));

test('a small account is one part', () => {
  assert.deepEqual(partsOf(['alpha', 'beta'], 2), [{ prefixes: [''], names: [] }]);
  assert.deepEqual(partsOf(['logs-a'], 2, 'logs-'), [{ prefixes: ['logs-'], names: [] }]);
  assert.deepEqual(partsOf([], 2), [{ prefixes: [''], names: [] }]);
});

test('a large one is split by the beginnings of its names, and small parts are put together', () => {
  const names = ['abc', 'abcd', 'abce', 'abcf', 'b-1', 'b-2', 'c-1'];
  assert.deepEqual(partsOf(names, 3), [
    { prefixes: ['abcd', 'abce'], names: ['abc'] },
    { prefixes: ['abcf', 'b'], names: [] },
    { prefixes: ['c'], names: [] },
  ]);
});

test('every bucket is in exactly one part, and no part is too large', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 3, maxLength: 9 });
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (names, most) => {
      const parts = partsOf(names.toSorted(), most);
      for (const each of names) assert.equal(parts.filter((part) => holds(part, each)).length, 1, each);
      for (const part of parts) assert.ok(names.filter((each) => holds(part, each)).length <= most);
    }),
    { seed: 4, numRuns: 300 },
  );
});
