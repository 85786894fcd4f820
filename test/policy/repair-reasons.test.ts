import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { repairReasonsOf, objectReasons, objectsLack, type Weighed } from '../../src/policy/repair-reasons.ts';
import type { Facts } from '../../src/policy/facts.ts';
import type { Encryption } from '../../src/policy/model.ts';
import { policyOf, statementsOf } from '../iam/documents.ts';
import { judging } from './judging.ts';
import { ACCOUNT, KEY, NO_KEY, OTHER_KEY, safetyWith } from './literals.ts';

const IAM = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
const PARTNER = {
  Effect: 'Allow',
  Principal: { AWS: '444455556666' },
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::logs/*',
};
const WRITE = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true };
const read = <T>(value: T) => ({ kind: 'read', value }) as const;
const codes = (reasons: readonly { code: string }[]) => reasons.map(({ code }) => code);

describe('what a write would break', () => {
  const weighed = (over: Partial<Weighed>): Weighed => {
    const safety = safetyWith({
      keyPolicy: statementsOf({ Statement: [IAM] }),
      bucketPolicy: statementsOf({ Statement: [PARTNER] }),
    });
    return { ...judging({}), purpose: 'key', write: WRITE, safety, writers: [], ...over };
  };

  test('a new key: whoever reads and has no part in it', () => {
    assert.deepEqual(codes(repairReasonsOf(weighed({}))), ['reader-other-account']);
  });

  test('a new key: its policy is asked with the context that the Bucket Key brings', () => {
    const Condition = { StringEquals: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::logs' } };
    const keyPolicy = statementsOf({ Statement: [{ ...IAM, Condition }] });
    const reasons = (bucketKey: boolean) =>
      codes(repairReasonsOf(weighed({ safety: safetyWith({ keyPolicy }), write: { ...WRITE, bucketKey } })));
    assert.deepEqual([reasons(true), reasons(false)], [[], ['key-policy-lacks-account']]);
  });

  test('a Bucket Key alone: no reader, who has the key already', () => {
    assert.deepEqual(repairReasonsOf(weighed({ purpose: 'bucket-key' })), []);
  });

  const COPIES = {
    id: 'dr',
    enabled: true,
    destinationBucket: 'copies',
    replicatesKms: true,
    replicaKeyId: KEY,
    usesSourceKey: false,
    role: `arn:aws:iam::${ACCOUNT}:role/replicate`,
  };
  const replicated = (rule: Encryption, over: Partial<Weighed>) => {
    const safety = safetyWith({ keyPolicy: statementsOf({ Statement: [IAM] }), replication: [COPIES] });
    return codes(repairReasonsOf(weighed({ ...judging(rule), safety, ...over })));
  };

  test('a Bucket Key alone: the role that replicates, whose rights may name objects', () => {
    const rule = { algorithm: 'aws:kms', keyId: KEY };
    assert.deepEqual(replicated(rule, { purpose: 'bucket-key' }), ['replication-key-changes']);
    assert.deepEqual(replicated({ ...rule, bucketKey: true }, { purpose: 'bucket-key' }), []);
  });

  test('a Bucket Key of a key that is not known here: that it is not, and nothing of another key', () => {
    const rule = { algorithm: 'aws:kms', keyId: OTHER_KEY };
    const write = { ...rule, bucketKey: true };
    assert.deepEqual(replicated(rule, { purpose: 'bucket-key', write }), ['key-policy-not-ours']);
  });

  test('nothing, where there is no key', () => assert.deepEqual(repairReasonsOf(weighed({ key: NO_KEY })), []));

  test('everything at once', () => {
    const statements = statementsOf({ Statement: [] });
    const writers = [{ service: 'x', evidence: 'Seen.', takes: 'unknown', requests: [] } as const];
    const found = codes(
      repairReasonsOf(weighed({ safety: { ...weighed({}).safety, keyPolicy: statements }, writers })),
    );
    assert.deepEqual(found.toSorted(), ['key-policy-lacks-account', 'reader-other-account', 'writer-unknown']);
  });
});

describe('objects of a bucket that has its key', () => {
  const facts: Facts = {
    bucketPolicy: read(policyOf(PARTNER)),
    acl: read([]),
    keyPolicy: read(policyOf(IAM)),
    website: read('none'),
  };

  test('are left where a reader has no part in the key', () => {
    assert.deepEqual(codes(objectReasons(judging(WRITE, facts))), ['reader-other-account']);
    assert.deepEqual(objectReasons(judging(WRITE, { ...facts, bucketPolicy: read(policyOf()) })), []);
  });

  test('are left where that could not be read', () => {
    const unread = { kind: 'unread', why: 'It was denied.', denied: true } as const;
    assert.deepEqual(codes(objectReasons(judging(WRITE, { ...facts, acl: unread }))), ['acl-unreadable']);
  });

  test('need all that was not read yet, and nothing more once it is', () => {
    const lacks = objectsLack(judging(WRITE), {});
    assert.ok(lacks.includes('bucketPolicy') && lacks.includes('keyPolicy') && lacks.includes('acl'), lacks.join());
    assert.deepEqual(objectsLack(judging(WRITE), facts), []);
  });

  test('are in no danger without a key', () => assert.deepEqual(objectReasons(judging(WRITE, facts, NO_KEY)), []));
});
