import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { behindAll, compareKeys, isKey, middleKey, sharedLength } from '../../../src/policy/copy/key-space.ts';
import { anyKey, sortedKeys } from './sorted-keys.ts';

/** Recorded, so that a failure is the same failure tomorrow. */
const RUNS = { seed: 20_261_130, numRuns: 3_000 };

describe('the order of keys', () => {
  test('is that of their bytes, where an emoji is behind U+FFFF', () => {
    const keys = ['\u0001', 'A', 'a', 'a\u0001', 'a/', 'é', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}'];
    assert.deepEqual(keys.toReversed().sort(compareKeys), keys);
    assert.notDeepEqual(keys.toSorted(), keys);
  });

  test('has what is behind all that begin with a text', () => {
    const behind = ['a', 'a~', 'a\u{10ffff}', 'a\ud7ff', '\u{10ffff}', ''].map(behindAll);
    assert.deepEqual(behind, ['b', 'a\u007f', 'b', 'a\ue000', undefined, undefined]);
    fc.assert(
      fc.property(anyKey, anyKey, (prefix, key) => {
        const end = behindAll(prefix);
        const isBehind = end !== undefined && compareKeys(key, end) >= 0;
        assert.equal(compareKeys(key, prefix) >= 0 && !isBehind, key.startsWith(prefix));
      }),
      RUNS,
    );
  });

  test('counts what two begin with alike by characters', () => {
    assert.equal(sharedLength(Array.from('a😀b'), Array.from('a😀c')), 2);
    assert.equal(sharedLength('ab', 'abc'), 2);
  });
});

test('a key has 1 to 1,024 bytes of UTF-8', () => {
  const texts = ['', 'a', 'é'.repeat(512), `${'é'.repeat(512)}a`, '\ud83d'];
  assert.deepEqual(texts.map(isKey), [false, true, true, false, false]);
});

describe('a middle key', () => {
  const cases: [after: string, until: string | undefined, middle: string | undefined][] = [
    ['2024/11/30', '2026/02/01', '2025'],
    ['2026-01-15', '2026-11-30', '2026-06'],
    ['img-0100000', 'img-0900000', 'img-05'],
    ['9fff', 'b000', 'a7ff8'],
    ['9FFF', 'B000', 'A7FF8'],
    ['logs/abbey', 'logs/zoo', 'logs/mu'],
    ['папка/а', 'папка/я', 'папка/п'],
    ['a', 'a\u0001', undefined],
    ['a', 'a\u0001\u0001', 'a\u0001'],
    ['b', 'a', undefined],
    ['a', 'a', undefined],
    ['\ud7ff', '\ue000\u0001', '\ud7ff\ue000'],
    ['a'.repeat(1_024), 'b', 'ad'],
    ['a'.repeat(1_024), `${'a'.repeat(1_023)}b`, undefined],
    ['\u{10ffff}'.repeat(256), undefined, undefined],
  ];
  for (const [after, until, middle] of cases)
    test(`of ${after.slice(0, 20)} and ${until?.slice(0, 20)} is ${middle}`, () => {
      const found = middleKey(after, until);
      assert.equal(found?.startsWith(middle ?? ''), middle === undefined ? undefined : true, found);
    });

  test('is a key, behind the one and before the other', () => {
    fc.assert(
      fc.property(anyKey, fc.option(anyKey, { nil: undefined }), (after, until) => {
        const middle = middleKey(after, until);
        if (middle === undefined) return;
        assert.ok(isKey(middle));
        assert.ok(compareKeys(after, middle) < 0 && (until === undefined || compareKeys(middle, until) < 0));
      }),
      RUNS,
    );
  });

  test('is there whenever some key is', () => {
    fc.assert(
      fc.property(sortedKeys({ minLength: 3, maxLength: 3 }), ([after = '', , until]) => {
        assert.notEqual(middleKey(after, until), undefined);
      }),
      RUNS,
    );
  });
});
