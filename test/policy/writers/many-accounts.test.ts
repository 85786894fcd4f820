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

test('a policy of 500 accounts and 300 sources against a key policy of 300 patterns is judged to its end, and how long that took is printed', (t) => {
  const id = (at: number) => `${100_000_000_000 + at}`;
  const arns = Array.from({ length: 300 }, (_, at) => `arn:aws:logs:*:${id(at)}:*`);
  const delivery = { Principal: { Service: 'delivery.logs.amazonaws.com' } };
  const sources = {
    StringEquals: { 'aws:SourceAccount': Array.from({ length: 500 }, (_, at) => id(at)) },
    ArnLike: { 'aws:SourceArn': arns },
  };
  const started = performance.now();
  // The same operator with the same values lets in whom the bucket policy lets in.
  for (const [operator, held] of [
    ['StringLike', 1],
    ['ArnLike', 0],
    ['StringEquals', 1],
  ] as const) {
    const grant = { ...ALLOW, ...delivery, Action: 'kms:*', Condition: { [operator]: { 'aws:SourceArn': arns } } };
    assert.equal(holdsOf({ ...delivery, Condition: sources }, grant).length, held, operator);
  }
  t.diagnostic(`three judgements took ${Math.round(performance.now() - started)} ms`);
});
