import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Encryption, Standard } from '../../src/policy/model.ts';
import { repairedEncryption } from '../../src/policy/repaired-encryption.ts';
import { type Measured, standardReasons, wantsBlock } from '../../src/policy/standard-reasons.ts';
import { strengthOf } from '../../src/policy/strength.ts';
import { AES, bucketWith, DSSE, KEY, KMS, OTHER_KEY } from './literals.ts';

const OURS = { named: 'alias/reseal', arn: KEY };
const RIGHT: Encryption = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true };
const exactly = (standard: Standard): Standard => ({ ...standard, strength: 'exactly' });
const blocking = (blockSseC: Standard['blockSseC'], standard = KMS): Standard => ({ ...standard, blockSseC });

function measured(standard: Standard, rule: Encryption, region?: string): Measured {
  const strength = strengthOf(rule, OURS);
  assert.ok(strength !== undefined);
  return { standard, state: bucketWith(rule, region), strength };
}

const rows: [name: string, standard: Standard, rule: Encryption, codes: string[]][] = [
  ['the standard', KMS, RIGHT, []],
  ['nothing', KMS, {}, ['not-encrypted']],
  ['SSE-S3', KMS, { algorithm: 'AES256' }, ['weaker-algorithm']],
  ['SSE-KMS under DSSE-KMS', DSSE, RIGHT, ['weaker-algorithm']],
  ['DSSE-KMS with another key', KMS, { algorithm: 'aws:kms:dsse', keyId: OTHER_KEY }, []],
  ['the AWS managed key', KMS, { algorithm: 'aws:kms', bucketKey: true }, ['key-aws-default']],
  ['another key', KMS, { ...RIGHT, keyId: OTHER_KEY }, ['key-other']],
  ['the key by its alias', KMS, { ...RIGHT, keyId: 'alias/reseal' }, ['key-not-by-arn']],
  ['another alias of this place', KMS, { ...RIGHT, keyId: 'alias/other' }, ['key-not-by-arn']],
  ['an alias of elsewhere', KMS, { ...RIGHT, keyId: 'arn:aws:kms:eu-west-1:444455556666:alias/reseal' }, ['key-other']],
  ['the key by its id', KMS, { ...RIGHT, keyId: KEY.split('/')[1] ?? '' }, ['key-not-by-arn']],
  ['no Bucket Key', KMS, { ...RIGHT, bucketKey: false }, ['bucket-key-off']],
  ['a Bucket Key that nobody wants', { ...KMS, bucketKey: false }, RIGHT, []],
  ['a Bucket Key, where exactly none is wanted', exactly({ ...KMS, bucketKey: false }), RIGHT, ['bucket-key-on']],
  ['more than exactly the standard', exactly(AES), RIGHT, ['not-exactly']],
  ['less than exactly the standard', exactly(KMS), {}, ['not-exactly']],
  ['exactly the standard', exactly(KMS), RIGHT, []],
  ['SSE-C that is to be blocked', blocking('on'), RIGHT, ['sse-c-not-blocked']],
  ['SSE-C that is blocked', blocking('on'), { ...RIGHT, blocked: ['SSE-C'] }, []],
  ['SSE-C that is to be allowed', blocking('off'), { ...RIGHT, blocked: ['SSE-C'] }, ['sse-c-blocked']],
  ['SSE-C that is to be allowed and is', blocking('off'), RIGHT, []],
  ['exactly no Bucket Key', exactly({ ...KMS, bucketKey: false }), { ...RIGHT, bucketKey: false }, []],
  [
    'an alias of this place by its ARN',
    KMS,
    { ...RIGHT, keyId: 'arn:aws:kms:eu-west-1:111122223333:alias/other' },
    ['key-not-by-arn'],
  ],
  ['two standardReasons', blocking('on'), { ...RIGHT, bucketKey: false }, ['bucket-key-off', 'sse-c-not-blocked']],
];

describe('a bucket falls short by', () => {
  for (const [name, standard, rule, codes] of rows) {
    test(name, () => {
      const found = standardReasons(measured(standard, rule));
      assert.deepEqual(
        found.map(({ code }) => code),
        codes,
      );
      for (const { message } of found) assert.match(message, /^Bucket logs .*\.$/);
    });
  }
});

test('whatever falls short, the rule that a repair writes falls short of nothing', () => {
  for (const [name, standard, rule] of rows) {
    const written = repairedEncryption(measured(standard, rule), standard === AES ? undefined : KEY);
    assert.deepEqual(standardReasons(measured(standard, written)), [], name);
  }
});

test('two Regions cannot block SSE-C, and nobody is blamed for that', () => {
  assert.deepEqual(
    ['eu-west-1', 'me-south-1', 'me-central-1'].map((region) => wantsBlock(blocking('on'), region)),
    [true, false, false],
  );
  assert.deepEqual(standardReasons(measured(blocking('on'), RIGHT, 'me-south-1')), []);
  assert.equal(wantsBlock(blocking('leave'), 'eu-west-1'), false);
});
