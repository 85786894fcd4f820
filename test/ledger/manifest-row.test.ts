import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodedKey, manifestRow } from '../../src/ledger/manifest-row.ts';

test('a key is passed on as the report has it, and encoded where it is not', () => {
  const cells = ['a%20b', 'a+b', '100%25', '100%', 'ü', 'a"b', 'a,b', "it's(1)*", '%F0%9F%94%92', '%zz', 'a b', 'a\nb'];
  assert.deepEqual(
    cells.map((cell) => manifestRow('data', cell)),
    [
      'a%20b',
      'a+b',
      '100%25',
      '100%25',
      '%C3%BC',
      'a%22b',
      'a%2Cb',
      "it's(1)*",
      '%F0%9F%94%92',
      '%25zz',
      'a%20b',
      'a%0Ab',
    ].map((key) => `data,${key}\n`),
  );
});

test('a version stands behind the key', () => {
  assert.equal(manifestRow('data', 'a', 'null'), 'data,a,null\n');
  assert.equal(manifestRow('data', 'a', 'v,1'), 'data,a,v%2C1\n');
});

test('a key is decoded for everybody but a manifest; what is no valid encoding stays', () => {
  const cells = ['a%20b%2Bc', 'plus+stays', '100%', '%ZZ', '%C3', '%F0%9F%A6%80'];
  assert.deepEqual(cells.map(decodedKey), ['a b+c', 'plus+stays', '100%', '%ZZ', '%C3', '\u{1F980}']);
});
