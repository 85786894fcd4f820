import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBelowStandard } from '../../src/policy/below-standard.ts';
import type { Encryption, KeyReading, Standard } from '../../src/policy/model.ts';
import { AES, bucketWith, DSSE, FOUND, KEY, KMS, NO_KEY, NOW, OTHER_KEY } from './literals.ts';

const kms = (keyId?: string, bucketKey = true): Encryption => ({
  algorithm: 'aws:kms',
  bucketKey,
  ...(keyId === undefined ? {} : { keyId }),
});
const BLOCKS: Standard = { ...KMS, blockSseC: 'on' };
const KEEPS: Standard = { ...KMS, keepKey: true };
const MISSING: KeyReading = { kind: 'missing', asked: 'alias/reseal', why: 'it is not there' };

const rows: [name: string, rule: Encryption, standard: Standard, isBelow: boolean, key?: KeyReading][] = [
  ['SSE-S3', { algorithm: 'AES256' }, KMS, true],
  ['no rule', {}, KMS, true],
  ['the standard', kms(KEY), KMS, false],
  ['the standard, by its alias', kms('alias/reseal'), KMS, true],
  ['the key without its Bucket Key', kms(KEY, false), KMS, true],
  ['another key', kms(OTHER_KEY), KMS, true],
  ['another key, where keys are kept', kms(OTHER_KEY), KEEPS, false],
  ['the AWS managed key, where keys are kept', kms(), KEEPS, true],
  ['SSE-S3, where keys are kept', { algorithm: 'AES256' }, KEEPS, true],
  ['DSSE-KMS', { algorithm: 'aws:kms:dsse', keyId: OTHER_KEY }, KMS, false],
  ['SSE-KMS under DSSE-KMS', kms(KEY), DSSE, true],
  ['SSE-S3 under AES256', { algorithm: 'AES256', bucketKey: true }, AES, false],
  ['a rule that says nothing of SSE-C, in a bucket that blocks it', kms(KEY), BLOCKS, false],
  ['whatever, where nobody knows the key', kms(KEY), KMS, true, MISSING],
];
for (const [name, rule, standard, expected, key = standard.algorithm === 'AES256' ? NO_KEY : FOUND] of rows) {
  test(`${name}: ${expected ? 'below' : 'not below'} the standard`, () => {
    const state = bucketWith({ ...kms(KEY), blocked: ['SSE-C'] });
    assert.equal(isBelowStandard(rule, { standard, key }, { state, now: NOW }), expected);
  });
}
