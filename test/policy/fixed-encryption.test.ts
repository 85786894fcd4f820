import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedEncryption } from '../../src/policy/fixed-encryption.ts';
import type { KeyReading, Standard } from '../../src/policy/model.ts';
import { judging } from './judging.ts';
import { ACCOUNT, AES, FOUND, KEY, KMS, NO_KEY } from './literals.ts';

const BUCKET = `arn:aws:s3vectors:eu-west-1:${ACCOUNT}:bucket/embeddings`;

/** What is pasted for a vector bucket under SSE-S3. */
function pastedFor(standard: Standard, key: KeyReading): object[] {
  const given = judging({ algorithm: 'AES256' }, {}, key, standard);
  const state = { ...given.known.state, bucket: BUCKET };
  const reason = fixedEncryption({ ...given, known: { ...given.known, state, kind: 'vector' } });
  assert.equal(reason.code, 'vector-encryption-fixed');
  return JSON.parse(reason.paste ?? '{}').Statement;
}

const refusing = (Sid: string, Condition: object) => ({
  Sid,
  Effect: 'Deny',
  Action: 's3vectors:CreateVectorBucket',
  Resource: `arn:aws:s3vectors:eu-west-1:${ACCOUNT}:bucket/*`,
  Condition,
});
const WITHOUT_KMS = refusing('VectorBucketsWithoutKms', { StringNotEquals: { 's3vectors:sseType': 'aws:kms' } });

test('the policy asks for SSE-KMS and for the very key, in the account and Region of the bucket', () => {
  const otherKeys = refusing('VectorBucketsUnderOtherKeys', { StringNotEquals: { 's3vectors:kmsKeyArn': KEY } });
  assert.deepEqual(pastedFor(KMS, FOUND), [WITHOUT_KMS, otherKeys]);
});

test('a key that is not known, or any that is there, is not asked for', () => {
  assert.deepEqual(pastedFor(KMS, NO_KEY), [WITHOUT_KMS]);
  assert.deepEqual(pastedFor({ ...KMS, keepKey: true }, FOUND), [WITHOUT_KMS]);
});

test('a standard of SSE-S3 refuses SSE-KMS: a request that says nothing gets SSE-S3', () => {
  assert.deepEqual(pastedFor(AES, NO_KEY), [
    refusing('VectorBucketsUnderKms', { StringEquals: { 's3vectors:sseType': 'aws:kms' } }),
  ]);
});
