import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreed, allOf, anyOf, negated, type Three } from '../../src/iam/three-valued.ts';

const rows: [values: Three[], all: Three, any: Three][] = [
  [[], 'yes', 'no'],
  [['yes'], 'yes', 'yes'],
  [['no'], 'no', 'no'],
  [['unknown'], 'unknown', 'unknown'],
  [['yes', 'no'], 'no', 'yes'],
  [['yes', 'unknown'], 'unknown', 'yes'],
  [['no', 'unknown'], 'no', 'unknown'],
  [['unknown', 'yes', 'no'], 'no', 'yes'],
];
for (const [values, all, any] of rows) {
  test(`of [${values.join()}]: all ${all}, any ${any}`, () => {
    assert.deepEqual([allOf(values), anyOf(values)], [all, any]);
    assert.deepEqual([allOf(values.toReversed()), anyOf(values.toReversed())], [all, any], 'in any order');
  });
}

test('of several that may be so only what all agree on is known', () => {
  const found = (['yes', 'no', 'unknown'] as const).map((one) => agreed([one, one]));
  assert.deepEqual(found, ['yes', 'no', 'unknown']);
  assert.deepEqual([agreed([]), agreed(['yes', 'no']), agreed(['no', 'unknown'])], ['unknown', 'unknown', 'unknown']);
});

test('what is not known is not known when it is negated', () => {
  assert.deepEqual((['yes', 'no', 'unknown'] as const).map(negated), ['no', 'yes', 'unknown']);
});
