import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { rulePutBy } from '../../src/intake/rule-put.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const request = (Rule: unknown) => ({ bucketName: 'data', ServerSideEncryptionConfiguration: { xmlns: 'x', Rule } });
const rule = (SSEAlgorithm: unknown, KMSMasterKeyID?: unknown, more: object = {}) =>
  request({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID }, ...more });

describe('the rule that an event says was put', () => {
  const rows: [string, unknown, object | undefined][] = [
    ['SSE-S3', rule('AES256'), { algorithm: 'AES256' }],
    ['a key', rule('aws:kms', KEY, { BucketKeyEnabled: true }), { algorithm: 'aws:kms', keyId: KEY, bucketKey: true }],
    [
      'a flag that stayed a text',
      rule('aws:kms', KEY, { BucketKeyEnabled: 'false' }),
      { algorithm: 'aws:kms', keyId: KEY, bucketKey: false },
    ],
    ['a flag that is none', rule('aws:kms', KEY, { BucketKeyEnabled: {} }), { algorithm: 'aws:kms', keyId: KEY }],
    ['no key', rule('aws:kms'), { algorithm: 'aws:kms' }],
    ['an alias', rule('aws:kms:dsse', 'alias/data'), { algorithm: 'aws:kms:dsse', keyId: 'alias/data' }],
    ['a key that is none: any key', rule('aws:kms', { a: 1 }), { algorithm: 'aws:kms' }],
    ['a key with what no key has: any key', rule('aws:kms', 'key\u0000\n'), { algorithm: 'aws:kms' }],
    ['a key longer than any: any key', rule('aws:kms', 'k'.repeat(401)), { algorithm: 'aws:kms' }],
    ['an algorithm that nobody knows', rule('aws:fsx'), undefined],
    ['an algorithm that is none', rule(['AES256']), undefined],
    ['several rules', request([{}, {}]), undefined],
    ['no rule', request(undefined), undefined],
    ['no configuration', { bucketName: 'data' }, undefined],
    ['no request', null, undefined],
    ['a text', 'AES256', undefined],
  ];
  for (const [name, given, expected] of rows) test(name, () => assert.deepEqual(rulePutBy(given), expected));

  test('is a small plain rule or nothing, whatever is in the request', () => {
    const odd = fc.oneof(fc.constantFrom('AES256', 'aws:kms', KEY, true, 'true'), fc.jsonValue());
    fc.assert(
      fc.property(odd, odd, odd, (algorithm, keyId, BucketKeyEnabled) => {
        const put = rulePutBy(rule(algorithm, keyId, { BucketKeyEnabled }));
        assert(put === undefined || JSON.stringify(put).length < 500);
      }),
      { seed: 20_261_130, numRuns: 500 },
    );
  });
});
