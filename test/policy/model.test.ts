import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOf } from '../../src/policy/model.ts';

for (const [bucket, kind] of [
  ['data', 'general-purpose'],
  ['data--euw1-az1--x-s3', 'directory'],
  ['data--x-s3-old', 'general-purpose'],
  ['--x-s3', 'directory'],
  ['', 'general-purpose'],
] as const) {
  test(`bucket "${bucket}" is ${kind}`, () => assert.equal(kindOf(bucket), kind));
}
