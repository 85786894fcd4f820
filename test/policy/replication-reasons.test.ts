import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReplicationRule } from '../../src/policy/facts.ts';
import { replicationReasons } from '../../src/policy/replication-reasons.ts';
import type { KeyChange } from '../../src/policy/safety.ts';
import { statementsOf } from '../iam/documents.ts';
import { bucketWith, FOREIGN_KEY, KEY, OTHER_KEY, safetyWith, USABLE } from './literals.ts';

const RULE: ReplicationRule = {
  id: 'to-copies',
  enabled: true,
  destinationBucket: 'copies',
  replicatesKms: true,
  replicaKeyId: KEY,
  role: 'arn:aws:iam::111122223333:role/replicate',
};
const state = bucketWith({ algorithm: 'AES256' });
const ROOT = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:*', Resource: '*' };
const given = { state, key: USABLE, partition: 'aws', bucketKey: true };
const safetyOf = (replication: ReplicationRule[], ...Statement: object[]): KeyChange['safety'] =>
  safetyWith({ replication, keyPolicy: statementsOf({ Statement }) });
const holdsFor = (...rules: ReplicationRule[]) => replicationReasons({ ...given, safety: safetyOf(rules, ROOT) });

test('a bucket that is no source, or whose rules take SSE-KMS objects or are off, loses nothing', () => {
  const off = { ...RULE, enabled: false, replicatesKms: false };
  assert.deepEqual([holdsFor(), holdsFor(RULE, off)], [[], []]);
});

test('a rule that skips SSE-KMS objects is named with its destination and what to set', () => {
  assert.deepEqual(holdsFor({ ...RULE, replicatesKms: false }), [
    {
      code: 'replication-skips-kms',
      message:
        'Replication rule to-copies copies bucket logs to copies and skips SSE-KMS objects, so new objects would no longer be copied: ' +
        'set SourceSelectionCriteria.SseKmsEncryptedObjects to Enabled and a ReplicaKmsKeyID in the rule, and let its role ' +
        "arn:aws:iam::111122223333:role/replicate decrypt with the bucket's key and encrypt with the replica's.",
    },
  ]);
});

test('a rule without a key for the replicas is named too', () => {
  const { replicaKeyId: _, ...withoutKey } = RULE;
  const problems = holdsFor(withoutKey, { ...RULE, id: 'other', replicatesKms: false });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['replication-no-replica-key', 'replication-skips-kms'],
  );
});

describe('the role of a rule that takes SSE-KMS objects', () => {
  const holdsOf = (change: Partial<KeyChange>, ...statements: object[]) => {
    return replicationReasons({ ...given, safety: safetyOf([RULE], ...statements), ...change });
  };
  const NAMED = { ...ROOT, Principal: { AWS: RULE.role }, Action: 'kms:Decrypt' };
  const DENY = {
    ...ROOT,
    Sid: 'NotForReplication',
    Effect: 'Deny',
    Principal: '*',
    Condition: { ArnEquals: { 'aws:PrincipalArn': RULE.role } },
  };
  const under = (keyId: string) => ({ state: bucketWith({ algorithm: 'aws:kms', keyId }) });

  test('is let in by the IAM of its account', () => assert.deepEqual(holdsOf({}, ROOT), []));

  test('is missing in the key policy, and the statement that is given mends it', () => {
    const [hold, ...more] = holdsOf({});
    assert.deepEqual([hold?.code, more], ['replication-role-denied', []]);
    assert.deepEqual(holdsOf({}, JSON.parse(hold?.paste ?? '{}')), []);
  });

  test('is denied by the key policy, which no statement mends', () => {
    assert.deepEqual(holdsOf({}, ROOT, DENY), [
      {
        code: 'replication-role-denied',
        message:
          `Replication rule to-copies copies the SSE-KMS objects of bucket logs as role ${RULE.role}, and the policy of key ${KEY} does ` +
          'not clearly allow it to decrypt with that key: exclude the role from the Deny statement that blocks it (statement NotForReplication).',
      },
    ]);
  });

  test('is known to IAM by the old key alone, until the key policy names it', () => {
    const [hold, ...more] = holdsOf(under(OTHER_KEY), ROOT);
    assert.deepEqual(more, []);
    assert.equal(
      hold?.message,
      `Replication rule to-copies copies the SSE-KMS objects of bucket logs as role ${RULE.role}, under the key ${OTHER_KEY}, which ${KEY} would replace, and Reseal cannot see whether IAM allows the role to decrypt with the new key: add the statement below (reseal policy explain shows it too) to the policy of key ${KEY}.`,
    );
    assert.deepEqual(holdsOf(under(OTHER_KEY), ROOT, JSON.parse(hold?.paste ?? '{}')), []);
    assert.deepEqual(holdsOf(under(OTHER_KEY), NAMED), []);
    assert.deepEqual(
      holdsOf({ state: bucketWith({ algorithm: 'aws:kms' }) }, ROOT).map(({ code }) => code),
      ['replication-key-changes'],
    );
  });

  test('loses nothing more where its rule skips SSE-KMS objects of another key already', () => {
    const safety = safetyOf([{ ...RULE, replicatesKms: false }]);
    assert.deepEqual(holdsOf({ ...under(OTHER_KEY), safety }), []);
  });

  test("cannot be seen in another account's key, which matters only where the key changes", () => {
    const key = { ...USABLE, arn: FOREIGN_KEY, account: '444455556666' };
    const safety = safetyWith({ replication: [RULE] });
    const codes = (change: object) => holdsOf({ key, safety, ...change }).map(({ code, paste }) => [code, paste]);
    assert.deepEqual([codes({}), codes(under(OTHER_KEY))], [[], [['replication-key-changes', undefined]]]);
  });
});
