import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { KeyIndex } from '../../../local/s3/key-index.ts';

const SEED = 20261122;

function keysOf(index: KeyIndex<unknown>, from = ''): string[] {
  return [...index.from(from)].map(({ key }) => key);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

describe('the order of keys', () => {
  test('is that of UTF-8 bytes, where UTF-16 and locales differ', () => {
    const index = new KeyIndex();
    for (const key of ['\u{1f600}', '\uff5e', 'ä', 'b', 'Z', 'a', 'a b', 'a/b', 'a-b']) index.ensure(key);
    assert.deepEqual(keysOf(index), ['Z', 'a', 'a b', 'a-b', 'a/b', 'b', 'ä', '\uff5e', '\u{1f600}']);
  });

  test('holds for any keys in any order of arrival, with some removed again', () => {
    const keys = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 6 }));
    fc.assert(
      fc.property(keys, fc.string({ unit: 'binary', maxLength: 6 }), (all, start) => {
        const index = new KeyIndex();
        for (const key of all) index.ensure(key);
        const removed = all.filter((_, position) => position % 3 === 0);
        for (const key of removed) index.remove(key);
        const left = all.filter((key) => !removed.includes(key)).toSorted(byBytes);
        assert.deepEqual(keysOf(index), left);
        assert.deepEqual(
          keysOf(index, start),
          left.filter((key) => byBytes(key, start) >= 0),
        );
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
