import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Facts } from '../../../src/policy/facts.ts';
import { bucketKeyWriterProblems } from '../../../src/policy/writers/bucket-key-writers.ts';
import { policyOf } from '../../iam/documents.ts';
import { ACCOUNT, bucketWith, FOREIGN_KEY, KEY, USABLE } from '../literals.ts';

const ADMIN = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
const TRAIL = { Service: 'cloudtrail.amazonaws.com' };
const GENERATE = {
  Effect: 'Allow',
  Principal: TRAIL,
  Action: ['kms:GenerateDataKey*', 'kms:DescribeKey'],
  Resource: '*',
};
const DECRYPT = { ...GENERATE, Action: 'kms:Decrypt' };
const BOTH = { ...GENERATE, Action: ['kms:GenerateDataKey*', 'kms:Decrypt'] };
const CLOUDFRONT = { CanonicalUser: 'c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0' };

function problems(keyStatements: object[] | undefined, facts: Facts = {}, key = USABLE) {
  const keyPolicy: Facts =
    keyStatements === undefined ? {} : { keyPolicy: { kind: 'read', value: policyOf(ADMIN, ...keyStatements) } };
  return bucketKeyWriterProblems({
    state: bucketWith({ algorithm: 'aws:kms', keyId: KEY }),
    kind: 'general-purpose',
    partition: 'aws',
    key,
    facts: { ...keyPolicy, ...facts },
  });
}

function writtenBy(principal: object): Facts {
  const statement = {
    Sid: 'W',
    Effect: 'Allow',
    Principal: principal,
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::logs/*',
  };
  return {
    history: { kind: 'read', value: { repairs: [], logSources: [] } },
    bucketPolicy: { kind: 'read', value: policyOf(statement) },
    acl: { kind: 'read', value: [] },
  };
}

function codes(keyStatements: object[], principal: object): string[] {
  const found = problems(keyStatements, writtenBy(principal));
  return found.kind === 'known' ? found.holds.map(({ code }) => code) : [found.kind];
}

describe('who writes is asked only where a service may generate data keys and may be kept from decrypting', () => {
  const denial = { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*' };
  const rows: [name: string, statements: object[], asks: boolean][] = [
    ['no service at all', [], false],
    ['a service that has both', [BOTH], false],
    ['a service that only decrypts', [DECRYPT], false],
    ['a service that only generates', [GENERATE], true],
    ['one that has both and is denied one', [BOTH, denial], true],
    ['everyone', [{ ...GENERATE, Principal: '*' }], true],
  ];
  for (const [name, statements, asks] of rows) {
    test(name, () => {
      const expected = asks ? { kind: 'ask', facts: ['history'] } : { kind: 'known', holds: [] };
      assert.deepEqual(problems(statements), expected);
    });
  }

  test('the key policy itself is asked first, but not of a key that nobody here can see', () => {
    assert.deepEqual(problems(undefined), { kind: 'ask', facts: ['keyPolicy'] });
    const foreign = { ...USABLE, arn: FOREIGN_KEY, account: '444455556666' };
    assert.deepEqual(problems(undefined, {}, foreign), { kind: 'known', holds: [] });
  });
});

describe('a bucket key stops the writers that have no kms:Decrypt', () => {
  test('and the sentence says so', () => {
    const found = problems([GENERATE], writtenBy(TRAIL));
    assert.equal(found.kind === 'known' && found.holds.length, 1);
    assert.equal(
      found.kind === 'known' ? found.holds[0]?.message : undefined,
      `Bucket logs receives CloudTrail logs, and the policy of key ${KEY} does not let cloudtrail.amazonaws.com call kms:Decrypt, which it needs where a bucket has a Bucket Key. ` +
        'The bucket policy lets cloudtrail.amazonaws.com write (statement W). Add the statement below (reseal policy explain shows it too) to the key policy, or leave the Bucket Key off by a rule of the policy.',
    );
  });

  const delivery = { ...GENERATE, Principal: { Service: 'delivery.logs.amazonaws.com' } };
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
    ['a service of which nobody knows', [{ ...GENERATE, Principal: guard }], guard, ['writer-unknown']],
    ['such a service that may decrypt, beside a trail', [GENERATE, { ...BOTH, Principal: guard }], guard, []],
    ['logs that the key stops already', [GENERATE], { Service: 'logging.s3.amazonaws.com' }, ['log-target-under-kms']],
  ];
  for (const [name, statements, principal, expected] of rows) {
    test(name, () => {
      assert.deepEqual(codes(statements, principal), expected);
    });
  }
});
