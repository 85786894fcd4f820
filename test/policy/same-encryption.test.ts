import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Encryption } from '../../src/policy/model.ts';
import { changesOnlyBlock, sameEncryption, writesAlike } from '../../src/policy/same-encryption.ts';

const rule: Encryption = { algorithm: 'aws:kms', keyId: 'k', bucketKey: true, blocked: ['SSE-C'] };

describe('rules that mean the same to S3', () => {
  const rows: [string, Encryption, Encryption][] = [
    ['equal ones', rule, { ...rule }],
    ['two empty ones', {}, {}],
    ['a missing Bucket Key and an off one', { algorithm: 'AES256' }, { algorithm: 'AES256', bucketKey: false }],
    [
      'nothing blocked, in three spellings (missing, empty)',
      { algorithm: 'AES256' },
      { algorithm: 'AES256', blocked: [] },
    ],
    [
      'nothing blocked, in three spellings (empty, NONE)',
      { algorithm: 'AES256', blocked: [] },
      { algorithm: 'AES256', blocked: ['NONE'] },
    ],
    ['blocks in another order', { blocked: ['SSE-C', 'SSE-X'] }, { blocked: ['SSE-X', 'SSE-C'] }],
  ];
  for (const [name, a, b] of rows) {
    test(name, () => assert.deepEqual([sameEncryption(a, b), sameEncryption(b, a)], [true, true]));
  }
});

describe('rules that differ', () => {
  const rows: [string, Encryption, Encryption][] = [
    ['in the algorithm', rule, { ...rule, algorithm: 'aws:kms:dsse' }],
    ['in having an algorithm', { algorithm: 'AES256' }, {}],
    ['in the key', rule, { ...rule, keyId: 'other' }],
    ['in the form of the key', { ...rule, keyId: 'alias/reseal' }, rule],
    ['in the Bucket Key', rule, { ...rule, bucketKey: false }],
    ['in the block', rule, { ...rule, blocked: ['NONE'] }],
    ['in one of several blocks', rule, { ...rule, blocked: ['SSE-C', 'SSE-X'] }],
  ];
  for (const [name, a, b] of rows) {
    test(name, () => assert.deepEqual([sameEncryption(a, b), sameEncryption(b, a)], [false, false]));
  }
});

test('a write of the block alone is one that changes it and nothing else', () => {
  const rows: [found: Encryption, write: Encryption, isIt: boolean][] = [
    [rule, { ...rule, blocked: ['NONE'] }, true],
    [{ ...rule, blocked: [] }, rule, true],
    [rule, { ...rule, blocked: ['SSE-C', 'SSE-X'] }, true],
    [rule, { ...rule }, false],
    [rule, { ...rule, keyId: 'other' }, false],
    [rule, { ...rule, keyId: 'other', blocked: [] }, false],
    [rule, { ...rule, bucketKey: false, blocked: [] }, false],
    [{}, { algorithm: 'AES256', blocked: ['SSE-C'] }, false],
  ];
  for (const [found, write, isIt] of rows) assert.equal(changesOnlyBlock(found, write), isIt, JSON.stringify(write));
});

describe('objects under two rules', () => {
  const rows: [string, Encryption, Encryption, boolean][] = [
    ['are alike, whatever the rules block', rule, { ...rule, blocked: [] }, true],
    ['are alike under no rule and under SSE-S3', {}, { algorithm: 'AES256', bucketKey: true, keyId: 'k' }, true],
    [
      'are alike under a missing Bucket Key and an off one',
      { algorithm: 'aws:kms' },
      { algorithm: 'aws:kms', bucketKey: false },
      true,
    ],
    ['differ by the key', rule, { ...rule, keyId: 'other' }, false],
    ['differ by the Bucket Key', rule, { ...rule, bucketKey: false }, false],
    ['differ by the algorithm', rule, { ...rule, algorithm: 'aws:kms:dsse' }, false],
  ];
  for (const [name, a, b, alike] of rows) {
    test(name, () => assert.deepEqual([writesAlike(a, b), writesAlike(b, a)], [alike, alike]));
  }
});
