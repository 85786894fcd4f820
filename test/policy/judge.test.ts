import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge } from '../../src/policy/judge.ts';
import type { Encryption, KeyReading, Standard } from '../../src/policy/model.ts';
import { AES, DSSE, FOUND, KEY, KMS, NOW, NO_KEY, OTHER_KEY, bucketWith } from './literals.ts';

interface Row {
  name: string;
  rule: Encryption;
  standard?: Standard;
  key?: KeyReading;
  region?: string;
}

function verdictOf({ rule, standard = KMS, key = FOUND, region }: Row) {
  return judge({ standard, state: bucketWith(rule, region), key, now: NOW });
}

const RIGHT: Encryption = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true };
const BLOCK = { ...KMS, blockSseC: 'on' } as const;
const PLAIN_DSSE = { algorithm: 'aws:kms:dsse', keyId: OTHER_KEY };

describe('a bucket that meets its standard is compliant without a word', () => {
  const rows: Row[] = [
    { name: 'SSE-KMS under our key with a Bucket Key', rule: RIGHT },
    {
      name: 'SSE-KMS without a Bucket Key where none is wanted',
      rule: { ...RIGHT, bucketKey: false },
      standard: { ...KMS, bucketKey: false },
    },
    { name: 'SSE-KMS with a Bucket Key where none is wanted', rule: RIGHT, standard: { ...KMS, bucketKey: false } },
    {
      name: 'SSE-S3 under a standard of SSE-S3',
      rule: { algorithm: 'AES256', bucketKey: false },
      standard: AES,
      key: NO_KEY,
    },
    { name: 'SSE-S3 has no Bucket Key to want', rule: { algorithm: 'AES256' }, standard: AES, key: NO_KEY },
    { name: 'DSSE-KMS under our key', rule: { ...RIGHT, algorithm: 'aws:kms:dsse', bucketKey: false }, standard: DSSE },
    { name: 'SSE-C blocked as wanted', rule: { ...RIGHT, blocked: ['SSE-C'] }, standard: BLOCK },
    { name: 'SSE-C blocked though nobody asked', rule: { ...RIGHT, blocked: ['SSE-C'] } },
    {
      name: 'a key that is known by ARN only, though it cannot be found',
      rule: RIGHT,
      standard: { ...KMS, key: KEY },
      key: { kind: 'missing', asked: KEY, why: 'NotFoundException' },
    },
    { name: 'SSE-C in Bahrain, where S3 cannot block it', rule: RIGHT, standard: BLOCK, region: 'me-south-1' },
    { name: 'SSE-C in the UAE, where S3 cannot block it', rule: RIGHT, standard: BLOCK, region: 'me-central-1' },
  ];
  for (const row of rows) {
    test(row.name, () => assert.deepEqual(verdictOf(row), { kind: 'compliant', reasons: [] }));
  }
});

describe('a bucket that is stronger than its standard is compliant, and its key is told', () => {
  const rows: (Row & { has: string })[] = [
    {
      name: 'DSSE-KMS over SSE-KMS',
      rule: PLAIN_DSSE,
      has: `aws:kms:dsse under the key ${OTHER_KEY}, which is stronger than the standard aws:kms`,
    },
    {
      name: 'DSSE-KMS under the AWS managed key over SSE-KMS',
      rule: { algorithm: 'aws:kms:dsse' },
      has: 'aws:kms:dsse under the AWS managed key aws/s3, which is stronger than the standard aws:kms',
    },
    {
      name: 'SSE-KMS over SSE-S3',
      rule: { algorithm: 'aws:kms', keyId: 'alias/theirs' },
      standard: AES,
      key: NO_KEY,
      has: 'aws:kms under the key alias/theirs, which is stronger than the standard AES256',
    },
    {
      name: 'the AWS managed key over SSE-S3',
      rule: { algorithm: 'aws:kms', keyId: 'arn:aws:kms:eu-west-1:111122223333:alias/aws/s3' },
      standard: AES,
      key: NO_KEY,
      has: 'aws:kms under the AWS managed key aws/s3, which is stronger than the standard AES256',
    },
  ];
  for (const { has, ...row } of rows) {
    test(row.name, () => {
      const message = `Bucket logs has ${has} and stays.`;
      assert.deepEqual(verdictOf(row), { kind: 'compliant', reasons: [{ code: 'stronger-than-standard', message }] });
    });
  }
});

describe('a bucket below its standard is repaired for named reasons', () => {
  const raised = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true };
  const rows: (Row & { codes: string[]; write: Encryption })[] = [
    { name: 'no default encryption', rule: {}, codes: ['not-encrypted'], write: raised },
    {
      name: 'only a block, no default encryption',
      rule: { blocked: ['SSE-C'] },
      codes: ['not-encrypted'],
      write: { ...raised, blocked: ['SSE-C'] },
    },
    { name: 'SSE-S3', rule: { algorithm: 'AES256', bucketKey: false }, codes: ['weaker-algorithm'], write: raised },
    {
      name: 'SSE-S3 keeps its block',
      rule: { algorithm: 'AES256', blocked: ['SSE-C'] },
      codes: ['weaker-algorithm'],
      write: { ...raised, blocked: ['SSE-C'] },
    },
    {
      name: 'SSE-S3 keeps an explicit NONE',
      rule: { algorithm: 'AES256', blocked: ['NONE'] },
      codes: ['weaker-algorithm'],
      write: { ...raised, blocked: ['NONE'] },
    },
    {
      name: 'SSE-S3 keeps its Bucket Key where none is wanted',
      rule: { algorithm: 'AES256', bucketKey: true },
      standard: { ...KMS, bucketKey: false },
      codes: ['weaker-algorithm'],
      write: raised,
    },
    {
      name: 'no Bucket Key is turned on where none is wanted',
      rule: { algorithm: 'AES256' },
      standard: { ...KMS, bucketKey: false },
      codes: ['weaker-algorithm'],
      write: { ...raised, bucketKey: false },
    },
    {
      name: 'the AWS managed key, by silence',
      rule: { algorithm: 'aws:kms', bucketKey: true },
      codes: ['key-aws-default'],
      write: raised,
    },
    {
      name: 'the AWS managed key, by alias',
      rule: { algorithm: 'aws:kms', keyId: 'alias/aws/s3', bucketKey: true },
      codes: ['key-aws-default'],
      write: raised,
    },
    {
      name: 'another customer key',
      rule: { algorithm: 'aws:kms', keyId: OTHER_KEY, bucketKey: true },
      codes: ['key-other'],
      write: raised,
    },
    {
      name: 'another customer key by its bare id',
      rule: { algorithm: 'aws:kms', keyId: '0987dcba-09fe-87dc-65ba-ab0987654321', bucketKey: true },
      codes: ['key-other'],
      write: raised,
    },
    {
      name: 'our key by its bare id',
      rule: { ...RIGHT, keyId: '1234abcd-12ab-34cd-56ef-1234567890ab' },
      codes: ['key-not-by-arn'],
      write: raised,
    },
    {
      name: 'our key by its alias',
      rule: { ...RIGHT, keyId: 'alias/reseal' },
      codes: ['key-not-by-arn'],
      write: raised,
    },
    {
      name: 'our key by the ARN of its alias',
      rule: { ...RIGHT, keyId: 'arn:aws:kms:eu-west-1:111122223333:alias/reseal' },
      codes: ['key-not-by-arn'],
      write: raised,
    },
    {
      name: 'the key of another account whose alias is called as ours',
      rule: { ...RIGHT, keyId: 'arn:aws:kms:eu-west-1:444455556666:alias/reseal' },
      codes: ['key-other'],
      write: raised,
    },
    {
      name: 'the key of another Region whose alias is called as ours',
      rule: { ...RIGHT, keyId: 'arn:aws:kms:us-east-1:111122223333:alias/reseal' },
      codes: ['key-other'],
      write: raised,
    },
    {
      name: 'some key by some alias',
      rule: { ...RIGHT, keyId: 'alias/theirs' },
      codes: ['key-not-by-arn'],
      write: raised,
    },
    { name: 'no Bucket Key', rule: { ...RIGHT, bucketKey: false }, codes: ['bucket-key-off'], write: raised },
    {
      name: 'another key and no Bucket Key',
      rule: { algorithm: 'aws:kms', keyId: OTHER_KEY },
      codes: ['key-other', 'bucket-key-off'],
      write: raised,
    },
    {
      name: 'SSE-C accepted',
      rule: { ...RIGHT, blocked: ['NONE'] },
      standard: BLOCK,
      codes: ['sse-c-not-blocked'],
      write: { ...raised, blocked: ['SSE-C'] },
    },
    {
      name: 'SSE-C neither blocked nor allowed',
      rule: RIGHT,
      standard: BLOCK,
      codes: ['sse-c-not-blocked'],
      write: { ...raised, blocked: ['SSE-C'] },
    },
    {
      name: 'an unknown block is kept beside SSE-C',
      rule: { ...RIGHT, blocked: ['SSE-X'] },
      standard: BLOCK,
      codes: ['sse-c-not-blocked'],
      write: { ...raised, blocked: ['SSE-X', 'SSE-C'] },
    },
    {
      name: 'DSSE-KMS that accepts SSE-C stays DSSE-KMS under its key',
      rule: PLAIN_DSSE,
      standard: BLOCK,
      codes: ['sse-c-not-blocked'],
      write: { ...PLAIN_DSSE, bucketKey: false, blocked: ['SSE-C'] },
    },
    {
      name: 'SSE-KMS that accepts SSE-C stays SSE-KMS under a standard of SSE-S3',
      rule: RIGHT,
      standard: { ...AES, blockSseC: 'on' },
      key: NO_KEY,
      codes: ['sse-c-not-blocked'],
      write: { ...raised, blocked: ['SSE-C'] },
    },
    {
      name: 'no default encryption under a standard of SSE-S3',
      rule: {},
      standard: AES,
      key: NO_KEY,
      codes: ['not-encrypted'],
      write: { algorithm: 'AES256', bucketKey: false },
    },
    {
      name: 'SSE-KMS under our key where DSSE-KMS is wanted',
      rule: RIGHT,
      standard: DSSE,
      codes: ['weaker-algorithm'],
      write: { algorithm: 'aws:kms:dsse', keyId: KEY, bucketKey: false },
    },
    {
      name: 'DSSE-KMS under our key by alias',
      rule: { algorithm: 'aws:kms:dsse', keyId: 'alias/reseal' },
      standard: DSSE,
      codes: ['key-not-by-arn'],
      write: { algorithm: 'aws:kms:dsse', keyId: KEY, bucketKey: false },
    },
  ];
  for (const { codes, write, ...row } of rows) {
    test(row.name, () => {
      const verdict = verdictOf(row);
      assert.deepEqual(
        { ...verdict, reasons: verdict.reasons.map(({ code }) => code) },
        { kind: 'repair', reasons: codes, write },
      );
    });
  }
});

describe('every reason to repair is one sentence that names the bucket and what it has', () => {
  const rows: (Row & { message: string })[] = [
    { name: 'not-encrypted', rule: {}, message: 'Bucket logs has no default encryption and the standard is aws:kms.' },
    {
      name: 'weaker-algorithm',
      rule: { algorithm: 'AES256' },
      message: 'Bucket logs has AES256 and the standard is aws:kms.',
    },
    {
      name: 'key-aws-default',
      rule: { algorithm: 'aws:kms', bucketKey: true },
      message: "Bucket logs is under the AWS managed key aws/s3 and the standard's key is alias/reseal.",
    },
    {
      name: 'key-other',
      rule: { ...RIGHT, keyId: OTHER_KEY },
      message: `Bucket logs is under the key ${OTHER_KEY} and the standard's key is alias/reseal.`,
    },
    {
      name: 'key-not-by-arn',
      rule: { ...RIGHT, keyId: 'alias/reseal' },
      message:
        "Bucket logs names its key as alias/reseal, which each writer's own account looks up, and not by its full ARN.",
    },
    {
      name: 'bucket-key-off',
      rule: { ...RIGHT, bucketKey: false },
      message: 'Bucket logs has no S3 Bucket Key and the standard wants one.',
    },
    {
      name: 'sse-c-not-blocked',
      rule: RIGHT,
      standard: BLOCK,
      message: 'Bucket logs accepts SSE-C writes and the standard blocks them.',
    },
  ];
  for (const { message, ...row } of rows) {
    test(row.name, () => assert.deepEqual(verdictOf(row).reasons, [{ code: row.name, message }]));
  }
});
