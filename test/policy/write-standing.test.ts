import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnownApplied, ruleOfWrite, writeStanding } from '../../src/policy/write-standing.ts';

test('a write is below where what S3 applied is weaker than the standard, whatever asked for it', () => {
  const rows: [applied: string, wanted: string | undefined, standing: string][] = [
    ['SSE_S3', 'AES256', 'right'],
    ['SSE_S3', 'aws:kms', 'below'],
    ['SSE_S3', 'aws:kms:dsse', 'below'],
    ['SSE_KMS', 'aws:kms', 'right'],
    ['SSE_KMS', 'aws:kms:dsse', 'below'],
    ['DSSE_KMS', 'aws:kms:dsse', 'right'],
    ['SSE_C', 'AES256', 'customer-key'],
    ['SSE_C', undefined, 'customer-key'],
    ['SSE_S3', undefined, 'unjudged'],
    ['SSE_S3', '', 'unjudged'],
    ['SSE_QUANTUM', 'aws:kms', 'unjudged'],
    ['not-said', 'aws:kms', 'unjudged'],
    ['__proto__', 'aws:kms', 'unjudged'],
  ];
  for (const [applied, wanted, standing] of rows)
    assert.equal(writeStanding(applied, wanted), standing, `${applied} ${wanted}`);
});

test('a job looks for what a write left under the rule that S3 applied, and for what is not known under that of S3', () => {
  const rules = ['SSE_S3', 'SSE_KMS', 'not-said', 'SSE_QUANTUM', 'SSE_C', 'DSSE_KMS'].map(
    (applied) => ruleOfWrite(applied)?.algorithm,
  );
  assert.deepEqual(rules, ['AES256', 'aws:kms', 'AES256', 'AES256', undefined, undefined]);
  assert.deepEqual(['SSE_C', 'SSE_S3', 'not-said', 'constructor'].map(isKnownApplied), [true, true, false, false]);
});
