import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Encryption, Standard } from '../../src/policy/model.ts';
import { bringsKey, repairedEncryption } from '../../src/policy/repaired-encryption.ts';
import { strengthOf } from '../../src/policy/strength.ts';
import { AES, bucketWith, DSSE, KEY, KMS, OTHER_KEY } from './literals.ts';

const WRITTEN = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true };
const exactly: Standard = { ...KMS, strength: 'exactly', bucketKey: false };

const rows: [name: string, standard: Standard, rule: Encryption, written: Encryption][] = [
  ['nothing gets the standard', KMS, {}, WRITTEN],
  [
    'SSE-S3 keeps its Bucket Key and what it blocks',
    KMS,
    { algorithm: 'AES256', blocked: ['SSE-C'] },
    { ...WRITTEN, blocked: ['SSE-C'] },
  ],
  ['another key is replaced', KMS, { algorithm: 'aws:kms', keyId: OTHER_KEY, bucketKey: false }, WRITTEN],
  ['no Bucket Key under the standard of SSE-S3', AES, {}, { algorithm: 'AES256', bucketKey: false }],
  [
    'what is stronger keeps algorithm and key',
    KMS,
    { algorithm: 'aws:kms:dsse', keyId: OTHER_KEY },
    { algorithm: 'aws:kms:dsse', keyId: OTHER_KEY, bucketKey: false },
  ],
  ['a Bucket Key is not lowered', { ...KMS, bucketKey: false }, { algorithm: 'AES256', bucketKey: true }, WRITTEN],
  [
    'exactly none is none',
    exactly,
    { algorithm: 'aws:kms', keyId: KEY, bucketKey: true },
    { ...WRITTEN, bucketKey: false },
  ],
  [
    'exactly SSE-S3 brings none, whatever its standard says of one',
    { ...AES, strength: 'exactly' },
    { algorithm: 'aws:kms', keyId: KEY },
    { algorithm: 'AES256', bucketKey: false },
  ],
  [
    'nor does exactly DSSE-KMS',
    { ...DSSE, strength: 'exactly' },
    { algorithm: 'aws:kms', keyId: KEY, bucketKey: true },
    { ...WRITTEN, algorithm: 'aws:kms:dsse', bucketKey: false },
  ],
  [
    'DSSE-KMS has none',
    DSSE,
    { algorithm: 'aws:kms', keyId: KEY, bucketKey: true },
    { ...WRITTEN, algorithm: 'aws:kms:dsse', bucketKey: false },
  ],
  [
    'SSE-C is blocked beside others',
    { ...KMS, blockSseC: 'on' },
    { blocked: ['NEW'] },
    { ...WRITTEN, blocked: ['NEW', 'SSE-C'] },
  ],
  [
    'SSE-C is allowed, and others stay blocked',
    { ...KMS, blockSseC: 'off' },
    { blocked: ['NEW', 'SSE-C'] },
    { ...WRITTEN, blocked: ['NEW'] },
  ],
  [
    'SSE-C is allowed, and nothing else was blocked',
    { ...KMS, blockSseC: 'off' },
    { blocked: ['SSE-C'] },
    { ...WRITTEN, blocked: ['NONE'] },
  ],
];
for (const [name, standard, rule, written] of rows) {
  test(name, () => {
    const strength = strengthOf(rule, { named: 'alias/reseal', arn: KEY });
    assert.ok(strength !== undefined);
    const keyArn = standard === AES ? undefined : KEY;
    assert.deepEqual(repairedEncryption({ standard, state: bucketWith(rule), strength }, keyArn), written);
  });
}

test('a key is brought where the bucket does not have it, by whatever name', () => {
  const brought = (rule: Encryption, write: Encryption = WRITTEN) => bringsKey(write, rule);
  assert.deepEqual([brought({}), brought({ algorithm: 'aws:kms', keyId: OTHER_KEY })], [true, true]);
  assert.deepEqual(
    [brought({ ...WRITTEN, bucketKey: false }), brought({ algorithm: 'aws:kms:dsse', keyId: KEY })],
    [false, true],
  );
  assert.equal(brought({}, { algorithm: 'AES256', bucketKey: false }), false);
});
