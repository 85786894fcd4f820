import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Access, commonAccess, isSome } from '../../../src/policy/readers/reader.ts';

const access = (reads: boolean, writes: boolean): Access => ({ reads, writes });

test('two leave what both allow', () => {
  assert.deepEqual(commonAccess(access(true, true), access(true, false)), access(true, false));
  assert.deepEqual(commonAccess(access(false, true), access(true, true)), access(false, true));
  assert.deepEqual(commonAccess(access(true, false), access(false, true)), access(false, false));
});

test('to read or to write is some access', () => {
  const all = [access(true, true), access(true, false), access(false, true), access(false, false)];
  assert.deepEqual(all.map(isSome), [true, true, true, false]);
});
