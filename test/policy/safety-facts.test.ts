import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KeyReading } from '../../src/policy/model.ts';
import { safetyFacts } from '../../src/policy/safety-facts.ts';
import { statementsOf } from '../iam/documents.ts';

import { ACCOUNT, bucketWith, FOREIGN_KEY, FOUND, KEY, KMS, OTHER_KEY, safetyWith, USABLE } from './literals.ts';

type Given = Parameters<typeof safetyFacts>[0];

const SSE_S3 = bucketWith({ algorithm: 'AES256' });
const FOREIGN: KeyReading = { kind: 'found', key: { ...USABLE, arn: FOREIGN_KEY, account: '444455556666' } };
const AWS_MANAGED: KeyReading = { kind: 'found', key: { ...USABLE, manager: 'AWS' } };
const SOURCES = [{ bucket: 'app', prefix: '' }];

function factsFor(purpose: Given['purpose'], change: Partial<Given> = {}): string[] {
  const given = { state: SSE_S3, kind: 'general-purpose', partition: 'aws', standard: KMS, key: FOUND } as const;
  return safetyFacts({ ...given, purpose, sources: [], safety: safetyWith({}), ...change });
}

const delegating = (account: string) => {
  const Condition = { StringEquals: { 's3:DataAccessPointAccount': account } };
  const Statement = { Effect: 'Allow', Principal: '*', Action: '*', Resource: 'arn:aws:s3:::logs/*', Condition };
  return safetyWith({ bucketPolicy: statementsOf({ Statement }) });
};
describe('a bucket that gets a key', () => {
  const ALL = ['bucketPolicy', 'acl', 'keyPolicy', 'website', 'replication'];

  test('rests on five facts at once', () => assert.deepEqual(factsFor('key'), ALL));

  test('rests on access points too where its policy leaves access to those of its own account', () => {
    assert.deepEqual(factsFor('key', { safety: delegating(ACCOUNT) }).includes('accessPoints'), true);
    assert.deepEqual(factsFor('key', { safety: delegating('444455556666') }).includes('accessPoints'), false);
  });

  test('that belongs to another account or to AWS does not rest on its policy, which nobody here can see or change', () => {
    for (const key of [FOREIGN, AWS_MANAGED]) {
      assert.deepEqual(
        factsFor('key', { key }),
        ALL.filter((name) => name !== 'keyPolicy'),
      );
    }
  });

  test('rests on replication whatever key it has, because a Bucket Key may come with the write', () => {
    for (const keyId of [KEY, KEY.split('/')[1] ?? '', 'alias/reseal', OTHER_KEY]) {
      const state = bucketWith({ algorithm: 'aws:kms', keyId });
      assert.equal(factsFor('key', { state }).includes('replication'), true);
    }
  });

  test('rests on nothing where server access logs are known to come', () => {
    assert.deepEqual(factsFor('key', { sources: SOURCES }), []);
  });

  test('and is no general purpose bucket has no list, no website and no replication, and a table bucket no policy of objects', () => {
    assert.deepEqual(factsFor('key', { kind: 'directory' }), ['bucketPolicy', 'keyPolicy']);
    assert.deepEqual(factsFor('key', { kind: 'table' }), ['keyPolicy']);
  });
});

describe('a bucket whose key cannot be used', () => {
  test('rests on what shows whether it is a log target', () => {
    assert.deepEqual(factsFor('held'), ['bucketPolicy', 'acl']);
    assert.deepEqual(factsFor('held', { sources: SOURCES }), []);
    assert.deepEqual(factsFor('held', { kind: 'directory' }), []);
  });
});

describe('a bucket that gets only a Bucket Key', () => {
  const state = bucketWith({ algorithm: 'aws:kms', keyId: KEY });

  /** Whom it replicates to, who replicates into it, and who writes. */
  const OTHERS = ['replication', 'bucketPolicy', 'acl'];

  test('rests on the policy of its key, on replication at both ends and on who writes', () => {
    assert.deepEqual(factsFor('bucket-key', { state }), [...OTHERS, 'keyPolicy']);
    assert.deepEqual(factsFor('bucket-key', { state, sources: SOURCES }), ['replication', 'bucketPolicy', 'keyPolicy']);
  });

  test('rests on no key policy under a key that nobody here can see', () => {
    assert.deepEqual(factsFor('bucket-key', { state, key: FOREIGN }), OTHERS);
    const other = bucketWith({ algorithm: 'aws:kms', keyId: OTHER_KEY });
    assert.deepEqual(factsFor('bucket-key', { state: other }), OTHERS);
  });

  test('and is a directory bucket rests on nothing: it has its Bucket Key always', () => {
    assert.deepEqual(factsFor('bucket-key', { state, kind: 'directory' }), []);
  });
});

test('objects that are encrypted again under the key of their bucket rest on its readers and the policy of the key', () => {
  assert.deepEqual(factsFor('objects'), ['bucketPolicy', 'acl', 'keyPolicy', 'website']);
  assert.deepEqual(factsFor('objects', { kind: 'directory' }), ['bucketPolicy', 'keyPolicy']);
});
