import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Encryption } from '../../../src/policy/model.ts';
import { classesToDo } from '../../../src/policy/plan/object-classes.ts';
import type { PlanInput } from '../../../src/policy/plan/plan-model.ts';
import { AES, DSSE, KEY, KMS, listed, OLD_MS, OTHER_KEY, planInput } from '../literals.ts';

const sources = (change: Partial<PlanInput>) => classesToDo(planInput(change)).map(({ source }) => source);
const window = (replaced: Encryption, from = '2026-11-02T10:15:40Z') => ({
  scope: { kind: 'window', from, replaced } as const,
});
const OLD = { listing: { objects: [listed('STANDARD', OLD_MS)], truncated: false } };
const S3 = { class: 'SSE-S3' };
const KMS_CLASS = { class: 'SSE-KMS' };
const NONE = { class: 'NOT-SSE' };
const ours: Encryption = { algorithm: 'aws:kms', keyId: KEY };

describe('the classes that can be there', () => {
  const rows: [name: string, change: Partial<PlanInput>, expected: object[]][] = [
    ['of new objects', {}, [KMS_CLASS, S3]],
    ['of old ones too', OLD, [KMS_CLASS, S3, NONE]],
    ['of a bucket whose end nobody has seen', { listing: { objects: [], truncated: true } }, [KMS_CLASS, S3, NONE]],
    ['of an empty bucket', { listing: { objects: [], truncated: false } }, []],
    ['where nothing is asked for', { standard: { ...KMS, reencrypt: 'none' } }, []],
    ['under AES256', { standard: AES, ...OLD }, [NONE]],
    [
      'where other keys are kept',
      { standard: { ...KMS, keepKey: true } },
      [{ ...KMS_CLASS, sourceKeyArn: KEY, sourceBucketKey: false }, S3],
    ],
    [
      'where other keys are kept, and aws/s3 is none to keep',
      { standard: { ...KMS, keepKey: true, bucketKey: false }, awsManagedKeyArn: OTHER_KEY },
      [{ ...KMS_CLASS, sourceKeyArn: OTHER_KEY }, S3],
    ],
    [
      'where they are kept and no Bucket Key is wanted',
      { standard: { ...KMS, keepKey: true, bucketKey: false } },
      [S3],
    ],
    ['of a window of nothing', window({}), [S3]],
    ['of a window of SSE-S3', window({ algorithm: 'AES256' }), [S3]],
    [
      'of a window of another key',
      window({ algorithm: 'aws:kms', keyId: OTHER_KEY }),
      [{ ...KMS_CLASS, sourceKeyArn: OTHER_KEY }],
    ],
    ['of a window of a key by its alias', window({ algorithm: 'aws:kms', keyId: 'alias/x' }), [KMS_CLASS]],
    [
      'of a window of our key without Bucket Key',
      window(ours),
      [{ ...KMS_CLASS, sourceKeyArn: KEY, sourceBucketKey: false }],
    ],
    ['of a window of our key with one', window({ ...ours, bucketKey: true }), []],
    [
      'of a window of our key under DSSE-KMS',
      { ...window({ ...ours, bucketKey: true }), standard: DSSE },
      [{ ...KMS_CLASS, sourceKeyArn: KEY }],
    ],
    ['of a window of what is stronger', window({ algorithm: 'aws:kms:dsse', keyId: KEY }), []],
    ['of a window under AES256', { ...window({}), standard: AES }, []],
  ];
  for (const [name, change, expected] of rows) test(name, () => assert.deepEqual(sources(change), expected));
});

test('of a window are the objects of the quarter of an hour before it too, by the whole seconds of S3: clocks differ by so much', () => {
  assert.equal(sources(window({}, '2026-11-02T10:30:40.000Z')).length, 1);
  assert.equal(sources(window({}, '2026-11-02T10:30:40.001Z')).length, 0);
});
