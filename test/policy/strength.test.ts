import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Encryption, Standard } from '../../src/policy/model.ts';
import { isKept, isWeaker, strengthAimed, strengthOf, strengthWanted } from '../../src/policy/strength.ts';
import { AES, DSSE, KEY, KMS, OTHER_KEY } from './literals.ts';

const OURS = { named: 'alias/reseal', arn: KEY };
const [kms, dsse] = ['aws:kms', 'aws:kms:dsse'].map((algorithm) => (keyId?: string): Encryption => ({
  algorithm,
  ...(keyId === undefined ? {} : { keyId }),
}));
assert.ok(kms !== undefined && dsse !== undefined);

/** From weakest to strongest. */
const rows: [rule: Encryption, strength: string][] = [
  [{}, 'nothing'],
  [{ algorithm: 'AES256', keyId: KEY }, 'SSE-S3'],
  [kms(), 'SSE-KMS, AWS managed key'],
  [kms(OTHER_KEY), 'SSE-KMS, another key'],
  [kms(KEY), 'SSE-KMS, our key'],
  [dsse('alias/aws/s3'), 'DSSE-KMS, AWS managed key'],
  [dsse(OTHER_KEY), 'DSSE-KMS, another key'],
  [dsse('alias/reseal'), 'DSSE-KMS, our key'],
];

test('each rule has its strength, and each is weaker than all that follow', () => {
  const strengths = rows.map(([rule]) => strengthOf(rule, OURS));
  assert.deepEqual(
    strengths,
    rows.map(([, strength]) => strength),
  );
  for (const [at, one] of strengths.entries()) {
    for (const [other, more] of strengths.entries()) {
      assert.equal(one !== undefined && more !== undefined && isWeaker(one, more), at < other);
    }
  }
});

test('an algorithm that we do not know has no strength', () => {
  for (const algorithm of ['aws:fsx', '', 'constructor']) assert.equal(strengthOf({ algorithm }, OURS), undefined);
});

test('a standard wants at least this, and a repair aims at that', () => {
  const wanted = [AES, KMS, DSSE].map((standard) => [strengthWanted(standard), strengthAimed(standard)]);
  assert.deepEqual(wanted, [
    ['SSE-S3', 'SSE-S3'],
    ['SSE-KMS, our key', 'SSE-KMS, our key'],
    ['DSSE-KMS, another key', 'DSSE-KMS, our key'],
  ]);
});

test('what is enough by something else keeps its key, but for "exactly"', () => {
  const exactly: Standard = { ...KMS, strength: 'exactly' };
  assert.deepEqual(
    [
      isKept(AES, 'SSE-KMS, AWS managed key'),
      isKept(KMS, 'DSSE-KMS, another key'),
      isKept(DSSE, 'DSSE-KMS, another key'),
      isKept(KMS, 'SSE-KMS, our key'),
      isKept(KMS, 'SSE-KMS, another key'),
      isKept(exactly, 'DSSE-KMS, another key'),
    ],
    [true, true, true, false, false, false],
  );
});
