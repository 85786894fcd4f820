import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasEncryption, otherEncryption } from '../../../src/policy/copy/applied-encryption.ts';
import type { EncryptionTarget } from '../../../src/policy/copy/object-task.ts';

const KMS = { algorithm: 'aws:kms', keyArn: 'arn:k', bucketKey: true } as const;

test('an object has what it shall have, and nothing less', () => {
  const rows: [applied: object, target: EncryptionTarget, has: boolean][] = [
    [{ algorithm: 'aws:kms', keyId: 'arn:k', bucketKey: true }, KMS, true],
    [{ algorithm: 'aws:kms', keyId: 'arn:k' }, KMS, false],
    [{ algorithm: 'aws:kms', keyId: 'arn:k', bucketKey: true }, { ...KMS, bucketKey: false }, true],
    [{ algorithm: 'aws:kms', keyId: 'arn:other', bucketKey: true }, KMS, false],
    [{ algorithm: 'aws:kms:dsse', keyId: 'arn:k' }, { ...KMS, algorithm: 'aws:kms:dsse' }, true],
    [{ algorithm: 'aws:kms:dsse', keyId: 'arn:k' }, KMS, false],
    [{ algorithm: 'AES256' }, { algorithm: 'AES256', bucketKey: true }, true],
    [{}, { algorithm: 'AES256', bucketKey: false }, false],
  ];
  for (const [applied, target, has] of rows)
    assert.equal(hasEncryption({ bucketKey: false, ...applied }, target), has, JSON.stringify([applied, target]));
});

test('an answer of another encryption is named', () => {
  assert.equal(otherEncryption({ algorithm: 'aws:kms', keyId: 'arn:k', bucketKey: true }, KMS), undefined);
  assert.deepEqual(otherEncryption({ bucketKey: false }, KMS), {
    kind: 'failed',
    code: 'EncryptionNotApplied',
    why: 'S3 was asked for aws:kms under arn:k with a bucket key and answers no encryption',
  });
});
