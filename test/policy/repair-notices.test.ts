import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Encryption } from '../../src/policy/model.ts';
import { repairNotices } from '../../src/policy/repair-notices.ts';
import type { Weighed } from '../../src/policy/repair-reasons.ts';
import { statementsOf } from '../iam/documents.ts';
import { judging } from './judging.ts';
import { KEY, OTHER_KEY, safetyWith } from './literals.ts';

const WRITE = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true };
const HEADER = 's3:x-amz-server-side-encryption';

function noticesOf(rule: Encryption, bucketPolicy: object[] = [], over: Partial<Weighed> = {}) {
  const safety = safetyWith({ bucketPolicy: statementsOf({ Statement: bucketPolicy }) });
  return repairNotices({ ...judging(rule), purpose: 'key', write: WRITE, safety, writers: [], ...over });
}

const codesOf = (...given: Parameters<typeof noticesOf>) => noticesOf(...given).map(({ code }) => code);

describe('the encryption context changes where a bucket under a customer key gets a Bucket Key', () => {
  const rows: [name: string, rule: Encryption, write: Encryption, told: boolean][] = [
    ['of the same key', { algorithm: 'aws:kms', keyId: KEY, bucketKey: false }, WRITE, true],
    ['where nothing was said of one', { algorithm: 'aws:kms', keyId: KEY }, WRITE, true],
    ['of another key', { algorithm: 'aws:kms', keyId: OTHER_KEY }, WRITE, true],
    ['by an alias', { algorithm: 'aws:kms', keyId: 'alias/reseal' }, WRITE, true],
    ['not where it had one', { algorithm: 'aws:kms', keyId: KEY, bucketKey: true }, WRITE, false],
    ['not where it gets none', { algorithm: 'aws:kms', keyId: KEY }, { ...WRITE, bucketKey: false }, false],
    ['not under the key that AWS manages', { algorithm: 'aws:kms' }, WRITE, false],
    ['not under its alias', { algorithm: 'aws:kms', keyId: 'alias/aws/s3' }, WRITE, false],
    ['not under SSE-S3', { algorithm: 'AES256' }, WRITE, false],
    ['not under DSSE-KMS, which has none', { algorithm: 'aws:kms:dsse', keyId: KEY }, WRITE, false],
  ];
  for (const [name, rule, write, told] of rows) {
    test(name, () => assert.deepEqual(codesOf(rule, [], { write }), told ? ['bucket-key-context'] : []));
  }

  test('also where the Bucket Key is all that is written', () => {
    const rule = { algorithm: 'aws:kms', keyId: KEY };
    assert.deepEqual(codesOf(rule, [], { purpose: 'bucket-key' }), ['bucket-key-context']);
  });

  test('and the sentence says what no longer matches, and what to do', () => {
    assert.deepEqual(noticesOf({ algorithm: 'aws:kms', keyId: KEY }), [
      {
        code: 'bucket-key-context',
        message:
          "With the Bucket Key S3 sends the ARN of bucket logs as the encryption context in place of each object ARN: IAM policies with a condition on object ARNs in kms:EncryptionContext:aws:s3:arn no longer match, so name the bucket's ARN there too.",
      },
    ]);
  });
});

describe('uploads that must name AES256 go round the default', () => {
  const deny = (Condition: object, more: object = {}) => ({
    Sid: 'Header',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::logs/*',
    Condition,
    ...more,
  });
  const AES: Encryption = { algorithm: 'AES256' };
  const unless = (...values: string[]) => deny({ StringNotEquals: { [HEADER]: values } });
  const missing = deny({ Null: { [HEADER]: 'true' } }, { Sid: 'None' });
  const rows: [name: string, policy: object[], told: boolean][] = [
    ['without a policy: not', [], false],
    ['a Deny unless AES256', [unless('AES256')], true],
    ['and one where there is no header', [unless('AES256'), missing], true],
    ['a Deny unless AES256 or aws:kms', [unless('AES256', 'aws:kms')], true],
    ['one where there is no header alone: AES256 is taken', [missing], true],
    ['a Deny unless aws:kms: not', [unless('aws:kms')], false],
    ['with one where there is no header: not', [unless('aws:kms'), missing], false],
    ['a header that is only forbidden: not', [deny({ Null: { [HEADER]: 'false' } })], false],
    ['AES256 alone forbidden: not', [deny({ StringEquals: { [HEADER]: 'AES256' } })], false],
    [
      'a Deny that lets no header pass: not',
      [deny({ StringNotEqualsIfExists: { [HEADER]: 'AES256' }, Null: { [HEADER]: 'false' } })],
      false,
    ],
    [
      'a demand for another key by name beside it: not',
      [unless('aws:kms'), deny({ StringNotEquals: { [`${HEADER}-aws-kms-key-id`]: KEY } })],
      false,
    ],
    [
      'a demand for some key by name beside it: not',
      [unless('AES256'), deny({ Null: { [`${HEADER}-aws-kms-key-id`]: 'true' } })],
      false,
    ],
    [
      'of another bucket: not',
      [deny({ StringNotEquals: { [HEADER]: 'AES256' } }, { Resource: 'arn:aws:s3:::other/*' })],
      false,
    ],
    ['of reading: not', [deny({ StringNotEquals: { [HEADER]: 'AES256' } }, { Action: 's3:GetObject' })], false],
    ['of everything', [deny({ StringNotEquals: { [HEADER]: 'AES256' } }, { Action: 's3:*' })], true],
    [
      'of one role: not',
      [
        deny({
          StringNotEquals: { [HEADER]: 'AES256' },
          ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/x' },
        }),
      ],
      false,
    ],
    [
      'of all but the own account: not',
      [
        deny({
          StringNotEquals: { [HEADER]: 'AES256' },
          ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' },
        }),
      ],
      false,
    ],
    [
      'of all but another account',
      [
        deny({
          StringNotEquals: { [HEADER]: 'AES256' },
          ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:role/*' },
        }),
      ],
      true,
    ],
    ['of uploads that nobody may make anyhow: not', [unless('AES256'), deny({})], false],
  ];
  for (const [name, policy, told] of rows) {
    test(name, () => assert.deepEqual(codesOf(AES, policy), told ? ['uploads-name-encryption'] : []));
  }

  test('is told with the statement, what follows and what to do', () => {
    assert.deepEqual(noticesOf(AES, [unless('AES256')]), [
      {
        code: 'uploads-name-encryption',
        message:
          'The policy of bucket logs refuses uploads without the header x-amz-server-side-encryption and takes AES256 there (statement Header), so no upload will use the new default, and uploads stay under SSE-S3: change that statement to the standard, or take it away.',
      },
    ]);
  });

  test('is no matter where only a Bucket Key is written, nor of a directory bucket', () => {
    const rule = { algorithm: 'aws:kms', keyId: KEY };
    assert.deepEqual(codesOf(rule, [unless('AES256')], { purpose: 'bucket-key' }), ['bucket-key-context']);
    const { known, ...rest } = judging(AES);
    const directory = { ...rest, known: { ...known, kind: 'directory' as const } };
    assert.deepEqual(codesOf(AES, [unless('AES256')], directory), []);
  });

  test('both are told where both are so', () => {
    const rule = { algorithm: 'aws:kms', keyId: OTHER_KEY };
    assert.deepEqual(codesOf(rule, [unless('AES256')]), ['bucket-key-context', 'uploads-name-encryption']);
  });
});
