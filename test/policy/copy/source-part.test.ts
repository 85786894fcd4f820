import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyRange, partOfRange, tooLargePart } from '../../../src/policy/copy/source-part.ts';

test('a part is copied by its range, and the whole without one', () => {
  assert.equal(copyRange({ number: 2, first: 5, sizeBytes: 3 }, 9), 'bytes=5-7');
  assert.equal(copyRange({ number: 1, first: 0, sizeBytes: 9 }, 9), undefined);
});

test('the range of an answer tells where a part begins', () => {
  assert.deepEqual(partOfRange(2, 'bytes 5-7/9', 3), { number: 2, first: 5, sizeBytes: 3 });
  for (const none of [undefined, '', 'bytes */9']) assert.equal(partOfRange(2, none, 3), undefined);
});

test('a part over 5 GiB is named', () => {
  const limit = 5 * 1024 ** 3;
  assert.equal(tooLargePart({ number: 3, first: 0, sizeBytes: limit }), undefined);
  assert.equal(
    tooLargePart({ number: 3, first: 0, sizeBytes: limit + 1 }),
    'part 3 has 5368709121 bytes, larger than the 5 GiB of a part that is copied',
  );
});
