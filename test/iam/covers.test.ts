import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { covers, coversArn } from '../../src/iam/covers.ts';

/** Recorded, so that a failure is the same failure tomorrow. */
const RUNS = { seed: 20_261_102, numRuns: 5000 };

const glob = fc.array(fc.constantFrom('a', 'b', '.', '*', '?'), { maxLength: 8 }).map((parts) => parts.join(''));
const name = fc.array(fc.constantFrom('a', 'b', '.'), { maxLength: 8 }).map((parts) => parts.join(''));

test('a glob matches what the same pattern matches as a regular expression', () => {
  fc.assert(
    fc.property(glob, name, (pattern, text) => {
      const expression = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
      assert.equal(covers(pattern, text), new RegExp(`^${expression}$`).test(text));
    }),
    RUNS,
  );
});

test('a glob that covers another matches whatever that one matches', () => {
  fc.assert(
    fc.property(glob, glob, name, (wide, narrow, text) => {
      if (covers(wide, narrow) && covers(narrow, text)) assert.equal(covers(wide, text), true);
    }),
    RUNS,
  );
});

describe('a glob is its own bound', () => {
  for (const [wide, narrow, expected] of [
    ['app-*', 'app-payments-*', true],
    ['app-*', 'app-', true],
    ['*', '?', true],
    ['?', '*', false],
    ['??', '?*', false],
    ['a*b', 'a*c*b', true],
    ['app-?', 'app-12', false],
    ['App', 'app', false],
    ['', '', true],
    ['', 'a', false],
  ] as const) {
    test(`${wide} ${expected ? 'covers' : 'does not cover'} ${narrow}`, () =>
      assert.equal(covers(wide, narrow), expected));
  }
});

test('a glob made to be slow is not', () => {
  const started = performance.now();
  for (let time = 0; time < 1000; time += 1) covers(`${'a*'.repeat(100)}b`, 'a'.repeat(63));
  assert(performance.now() - started < 2000);
});

test('in an ARN a wildcard never reaches past a colon', () => {
  const admin = 'arn:aws:iam::*:role/admin';
  assert.equal(coversArn(admin, 'arn:aws:iam::111122223333:role/admin'), true);
  assert.equal(coversArn(admin, 'arn:aws:iam::111122223333:role/x:role/admin'), false);
  assert.equal(coversArn('arn:aws:iam::111122223333:role/*', 'arn:aws:iam::111122223333:role/path/name'), true);
  assert.equal(coversArn('arn:aws:iam::111122223333:role/*', 'arn:aws:iam::111122223333:user/name'), false);
});
