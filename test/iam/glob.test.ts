import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { actionMatch, covers, coversArn, globMatch, hasVariable, isOpen } from '../../src/iam/glob.ts';

describe('patterns', () => {
  const rows: [pattern: string, value: string, match: string][] = [
    ['*', 'anything', 'yes'],
    ['a*c', 'abc', 'yes'],
    ['a?c', 'ac', 'no'],
    ['arn:aws:s3:::logs/*', 'arn:aws:s3:::logs', 'no'],
    ['arn:aws:s3:::logs*', 'arn:aws:s3:::logs/*', 'yes'],
    ['arn:aws:s3:::logs/a/*', 'arn:aws:s3:::logs/*', 'unknown'],
    ['arn:aws:s3:::other/*', 'arn:aws:s3:::logs/*', 'no'],
    ['*/end', 'arn:aws:s3:::logs/*', 'unknown'],
    ['?', '*', 'unknown'],
    ['${aws:username}/*', 'me/1', 'unknown'],
    ['', '', 'yes'],
    // Two open texts that no third can satisfy at once, and two that one can.
    ['*ab*', '?x?', 'no'],
    ['?x?', '*ab*', 'no'],
    ['*ab*', '?a?', 'unknown'],
    ['?b*', 'a?c', 'unknown'],
    ['a?', 'a??', 'no'],
  ];
  for (const [pattern, value, match] of rows) {
    test(`${pattern} on ${value}: ${match}`, () => {
      assert.equal(globMatch(pattern, value), match);
    });
  }

  test('actions compare without case', () => {
    assert.equal(actionMatch('KMS:generatedatakey*', 'kms:GenerateDataKey'), 'yes');
  });

  test('a pattern of many stars takes no longer than the product of both lengths', () => {
    assert.equal(globMatch(`${'*a'.repeat(2_000)}b`, 'a'.repeat(10_000)), 'no');
    assert.equal(globMatch(`${'*a'.repeat(300)}b`, `${'a?'.repeat(300)}*c`), 'no');
  });
});

test('what takes its value from a request, and what stands for more than itself', () => {
  assert.deepEqual(['${aws:username}', '$', '{a}'].map(hasVariable), [true, false, false]);
  assert.deepEqual(['a*', '?', 'a', ''].map(isOpen), [true, true, false, false]);
});

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

test('a glob made to be slow comes to its end, and how long it took is printed', (t) => {
  const started = performance.now();
  for (let time = 0; time < 1000; time += 1) covers(`${'a*'.repeat(100)}b`, 'a'.repeat(63));
  t.diagnostic(`1,000 times took ${Math.round(performance.now() - started)} ms`);
});

test('in an ARN a wildcard never reaches past a colon', () => {
  const admin = 'arn:aws:iam::*:role/admin';
  assert.equal(coversArn(admin, 'arn:aws:iam::111122223333:role/admin'), true);
  assert.equal(coversArn(admin, 'arn:aws:iam::111122223333:role/x:role/admin'), false);
  assert.equal(coversArn('arn:aws:iam::111122223333:role/*', 'arn:aws:iam::111122223333:role/path/name'), true);
  assert.equal(coversArn('arn:aws:iam::111122223333:role/*', 'arn:aws:iam::111122223333:user/name'), false);
});
