import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, dollars, rounded } from '../../../src/policy/plan/dollars.ts';

test('an amount has cents below a hundred dollars, and none from there on: what is more is a dollar more', () => {
  assert.deepEqual([0, 0.005, 1.005, 99.994, 99.996, 100, 100.4].map(rounded), [0, 0.01, 1.01, 99.99, 100, 100, 101]);
  assert.deepEqual([0, 1.5, 99.99, 100, 294_735].map(dollars), ['$0.00', '$1.50', '$99.99', '$100', '$294,735']);
});

test('a number has its noun', () => {
  assert.deepEqual([counted(1, 'job'), counted(1_200, 'job')], ['1 job', '1,200 jobs']);
});
