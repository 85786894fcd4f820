import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Reason } from '../../../src/policy/model.ts';
import { policyWriters } from '../../../src/policy/writers/policy-writers.ts';
import type { Writer } from '../../../src/policy/writers/writer.ts';
import { writerReasons } from '../../../src/policy/writers/writer-reasons.ts';
import { statementsOf } from '../../iam/documents.ts';
import { ACCOUNT, bucketWith, KEY, safetyWith, USABLE } from '../literals.ts';

const ADMIN = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
const TRAIL = { Service: 'cloudtrail.amazonaws.com' };
const GENERATE = {
  Effect: 'Allow',
  Principal: TRAIL,
  Action: 'kms:GenerateDataKey*',
  Resource: '*',
};
const DECRYPT = { ...GENERATE, Action: 'kms:Decrypt' };
const BOTH = { ...GENERATE, Action: ['kms:GenerateDataKey*', 'kms:Decrypt'] };
const CLOUDFRONT = { CanonicalUser: 'c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0' };

const ONLY = { algorithm: 'aws:kms', onlyBucketKey: true } as const;

function problems(keyStatements: object[], writers: Writer[]): Reason[] {
  return writerReasons({
    ...ONLY,
    writers,
    state: bucketWith({ algorithm: 'aws:kms', keyId: KEY }),
    partition: 'aws',
    key: USABLE,
    safety: safetyWith({ keyPolicy: statementsOf({ Statement: [ADMIN, ...keyStatements] }) }),
  });
}

function writtenBy(principal: object): Writer[] {
  const statement = {
    Sid: 'W',
    Effect: 'Allow',
    Principal: principal,
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::logs/AWSLogs/${ACCOUNT}/*`,
  };
  const place = { bucket: 'logs', account: ACCOUNT, partition: 'aws' };
  return policyWriters(statementsOf({ Statement: statement }), place);
}

function codes(keyStatements: object[], principal: object): string[] {
  return problems(keyStatements, writtenBy(principal)).map(({ code }) => code);
}

describe('who writes matters only where a service may generate data keys and may be kept from decrypting', () => {
  const denial = { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*' };
  const rows: [name: string, statements: object[], matters: boolean][] = [
    ['no service at all', [], false],
    ['a service that has both', [BOTH], false],
    ['a service that only decrypts', [DECRYPT], false],
    ['a service that only generates', [GENERATE], true],
    ['one that has both and is denied one', [BOTH, denial], true],
    ['everyone', [{ ...GENERATE, Principal: '*' }], true],
  ];
  for (const [name, statements, matters] of rows) {
    test(name, () => {
      assert.equal(problems(statements, writtenBy(TRAIL)).length > 0, matters);
    });
  }

  test('and never under a key whose policy nobody here can see', () => {
    const state = bucketWith({ algorithm: 'aws:kms', keyId: KEY });
    const given = { state, partition: 'aws', key: USABLE, safety: safetyWith({}), writers: writtenBy(TRAIL) };
    assert.deepEqual(writerReasons({ ...given, ...ONLY }), []);
  });
});

describe('a bucket key stops the writers that have no kms:Decrypt', () => {
  test('and the sentence says so', () => {
    const found = problems([GENERATE], writtenBy(TRAIL));
    assert.equal(found.length, 1);
    assert.equal(
      found[0]?.message,
      'The bucket policy lets cloudtrail.amazonaws.com write (statement W, under AWSLogs/111122223333/*). ' +
        `So bucket logs receives CloudTrail logs, and the policy of key ${KEY} does not let cloudtrail.amazonaws.com call kms:Decrypt: add the statement below (reseal policy explain shows it too) to the key policy, or leave the Bucket Key off by a rule of the policy.`,
    );
  });

  const delivery = { ...GENERATE, Principal: { Service: 'delivery.logs.amazonaws.com' } };
  const unknown = { Service: 'new.amazonaws.com' };
  const guard = { Service: 'guardduty.amazonaws.com' };
  const rows: [name: string, statements: object[], principal: object, codes: string[]][] = [
    ['CloudFront logs', [delivery], CLOUDFRONT, ['key-policy-lacks-writer']],
    ['a trail that may decrypt by another statement', [GENERATE, DECRYPT], TRAIL, []],
    [
      'a service that needs no more than before',
      [{ ...GENERATE, Principal: { Service: 's3.amazonaws.com' } }],
      { Service: 's3.amazonaws.com' },
      [],
    ],
    ['a service of which nobody knows', [{ ...GENERATE, Principal: unknown }], unknown, ['writer-unknown']],
    ['such a service that may decrypt, beside a trail', [GENERATE, { ...BOTH, Principal: unknown }], unknown, []],
    [
      'such a service that may decrypt, beside whoever may only generate',
      [
        { ...GENERATE, Principal: '*' },
        { ...BOTH, Principal: unknown },
      ],
      unknown,
      [],
    ],
    ['a service that brings its own key', [{ ...GENERATE, Principal: guard }], guard, []],
    [
      'logs that the key stops already, which change the standard',
      [GENERATE],
      { Service: 'logging.s3.amazonaws.com' },
      [],
    ],
  ];
  for (const [name, statements, principal, expected] of rows) {
    test(name, () => {
      assert.deepEqual(codes(statements, principal), expected);
    });
  }
});
