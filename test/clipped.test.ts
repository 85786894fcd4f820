import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clipped } from '../src/problem.ts';

const rows: [text: string, max: number, expected: string][] = [
  ['', 3, ''],
  ['abcdef', 6, 'abcdef'],
  ['abcdefg', 6, 'abc...'],
  ['ab🦀defg', 6, 'ab...'],
  ['a🦀cdefg', 6, 'a🦀...'],
  ['abcdefg', 3, '...'],
];
for (const [text, max, expected] of rows) {
  test(`${text} in ${max} characters is ${expected}`, () => assert.equal(clipped(text, max), expected));
}
