import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { commandByHand } from '../../../cli/explain/by-hand.ts';
import { encryptionDiff } from '../../../cli/explain/encryption-diff.ts';

const RULE = {
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:aws:kms:eu-west-1:1:key/k' },
  BucketKeyEnabled: true,
  BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
};

describe('the command by hand', () => {
  const where = { bucket: 'orders', account: '111122223333', region: 'eu-west-1' };

  test('is one that a shell takes apart into the words of the AWS CLI', () => {
    assert.deepEqual(words(commandByHand(where, RULE)), [
      ...'s3api put-bucket-encryption --region eu-west-1 --bucket orders'.split(' '),
      ...'--expected-bucket-owner 111122223333 --server-side-encryption-configuration'.split(' '),
      JSON.stringify({ Rules: [RULE] }),
    ]);
  });

  test('for a directory bucket names no owner', () => {
    const bucket = 'features--euw1-az1--x-s3';
    assert.equal(words(commandByHand({ ...where, bucket }, RULE)).includes('--expected-bucket-owner'), false);
  });

  test('for a table bucket is one of S3 Tables', () => {
    const bucket = 'arn:aws:s3tables:eu-west-1:111122223333:bucket/lake';
    const rule = { sseAlgorithm: 'AES256' };
    assert.deepEqual(words(commandByHand({ ...where, bucket }, rule)), [
      ...`s3tables put-table-bucket-encryption --region eu-west-1 --table-bucket-arn ${bucket}`.split(' '),
      '--encryption-configuration',
      '{"sseAlgorithm":"AES256"}',
    ]);
  });

  test('keeps a quote within a word', () => {
    assert.equal(words(commandByHand(where, { id: "o'neil" })).at(-1), `{"Rules":[{"id":"o'neil"}]}`);
  });
});

/** What a shell makes of a command line, with `aws` as a function that prints its arguments. */
function words(command: string): string[] {
  const script = `aws() { for word; do printf '%s\\0' "$word"; done; }\n${command}\n`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('the diff of a rule shows its members by the names of S3, and what stays', () => {
  const before = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
    BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
  };
  assert.deepEqual(encryptionDiff(before, RULE), [
    '- SSEAlgorithm: AES256',
    '+ SSEAlgorithm: aws:kms',
    '+ KMSMasterKeyID: arn:aws:kms:eu-west-1:1:key/k',
    '+ BucketKeyEnabled: true',
    '  BlockedEncryptionTypes: SSE-C',
  ]);
  assert.deepEqual(encryptionDiff(RULE, before).slice(-2), [
    '- KMSMasterKeyID: arn:aws:kms:eu-west-1:1:key/k',
    '- BucketKeyEnabled: true',
  ]);
});
