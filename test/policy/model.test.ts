import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOf } from '../../src/policy/model.ts';

for (const [bucket, kind] of [
  ['data', 'general-purpose'],
  ['data--euw1-az1--x-s3', 'directory'],
  ['data--x-s3-old', 'general-purpose'],
  ['--x-s3', 'directory'],
  ['', 'general-purpose'],
  ['arn:aws:s3tables:eu-west-1:111122223333:bucket/data', 'table'],
  ['arn:aws-cn:s3vectors:cn-north-1:111122223333:bucket/data', 'vector'],
  ['arn:aws:s3:::data', 'general-purpose'],
] as const) {
  test(`bucket "${bucket}" is ${kind}`, () => assert.equal(kindOf(bucket), kind));
}
