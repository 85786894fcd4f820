import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Reason } from '../../../src/policy/model.ts';
import { policyWriters } from '../../../src/policy/writers/policy-writers.ts';
import { writerReasons } from '../../../src/policy/writers/writer-reasons.ts';
import { statementsOf } from '../../iam/documents.ts';
import { ACCOUNT, bucketWith, safetyWith, USABLE } from '../literals.ts';

const ALLOW = { Effect: 'Allow', Resource: '*' };

function holdsOf(statement: object, ...keyStatements: object[]): Reason[] {
  const bucketPolicy = statementsOf({ Statement: { ...ALLOW, Action: 's3:PutObject', ...statement } });
  const writers = policyWriters(bucketPolicy, { bucket: 'logs', account: ACCOUNT, partition: 'aws' });
  assert.equal(writers.length > 0, true);
  return writerReasons({
    writers,
    key: USABLE,
    safety: safetyWith({ keyPolicy: statementsOf({ Statement: keyStatements }) }),
    algorithm: 'aws:kms',
    state: bucketWith({ algorithm: 'AES256' }),
    partition: 'aws',
  });
}

const CONFIG = { Principal: { Service: 'config.amazonaws.com' } };
const MANY = { ...CONFIG, Resource: 'arn:aws:s3:::logs/AWSLogs/*/Config/*' };

describe('a log bucket of many accounts', () => {
  const use = { ...ALLOW, ...CONFIG, Action: ['kms:Decrypt', 'kms:GenerateDataKey'] };
  const ownOnly = { ...use, Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } };

  test('is not served by a grant for the own account, and nothing that would let in every account is given to paste', () => {
    const [hold] = holdsOf(MANY, ownOnly);
    assert.deepEqual([hold?.code, hold?.paste], ['key-policy-unclear', undefined]);
    assert.match(
      hold?.message ?? '',
      /because it depends on aws:SourceAccount \(statement 1\): say for which accounts it writes /,
    );
    assert.equal(holdsOf(MANY)[0]?.paste, undefined);
  });

  test('is served by a grant for whichever account', () => {
    assert.deepEqual(holdsOf(MANY, use), []);
  });

  test('of an organization is mended by a grant for that organization', () => {
    const trail = {
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Resource: 'arn:aws:s3:::logs/AWSLogs/o-a1b2c3d4e5/*',
    };
    const [hold] = holdsOf(trail);
    assert.equal(hold?.code, 'key-policy-lacks-writer');
    assert.deepEqual(holdsOf(trail, JSON.parse(hold?.paste ?? 'null')), []);
  });
});

describe('a policy of 500 accounts and 300 sources against a key policy of 300 patterns', () => {
  const id = (at: number) => `${100_000_000_000 + at}`;
  const arns = Array.from({ length: 300 }, (_, at) => `arn:aws:logs:*:${id(at)}:*`);
  const delivery = { Principal: { Service: 'delivery.logs.amazonaws.com' } };
  const condition = (accounts: number) => ({
    StringEquals: { 'aws:SourceAccount': Array.from({ length: accounts }, (_, at) => id(at)) },
    ArnLike: { 'aws:SourceArn': arns },
  });
  const grant = (operator: string) => ({
    ...ALLOW,
    ...delivery,
    Action: 'kms:*',
    Condition: { [operator]: { 'aws:SourceArn': arns } },
  });
  const codes = (accounts: number, operator: string) =>
    holdsOf({ ...delivery, Condition: condition(accounts) }, grant(operator)).map(({ code }) => code);

  test('is judged to its end: whom the bucket policy lets in by the same condition, the key policy does', () => {
    assert.deepEqual(codes(500, 'ArnLike'), []);
    for (const operator of ['ArnLike', 'StringLike']) assert.deepEqual(codes(600, operator), [], operator);
  });

  test('is judged to its end where 200 are not let in', () => {
    const others = grant('ArnLike');
    others.Condition['ArnLike'] = { 'aws:SourceArn': arns.slice(1) };
    const found = holdsOf({ ...delivery, Condition: condition(500) }, others);
    assert.deepEqual(
      found.map(({ code }) => code),
      ['key-policy-lacks-writer'],
    );
  });

  test('is held by that name where it is too much to compare', () => {
    const groups = arns.map((arn) => arn.replace(/\*$/, 'log-group:*'));
    const letting = { ...delivery, Condition: { ArnLike: { 'aws:SourceArn': groups } } };
    for (const operator of ['StringLike', 'StringEquals']) {
      const found = holdsOf(letting, grant(operator));
      assert.deepEqual(
        found.map(({ code }) => code),
        ['too-complex'],
      );
    }
  });
});
