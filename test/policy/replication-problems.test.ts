import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReplicationRule } from '../../src/policy/facts.ts';
import { type ReplicationCase, replicationProblems } from '../../src/policy/replication-problems.ts';
import { policyOf } from '../iam/documents.ts';
import { bucketWith, FOREIGN_KEY, KEY, OTHER_KEY, USABLE } from './literals.ts';

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
const given = { state, key: USABLE, named: 'alias/reseal', partition: 'aws', bucketKey: true };
const factsOf = (rules: ReplicationRule[], ...statements: object[]): ReplicationCase['facts'] => ({
  replication: { kind: 'read', value: rules },
  keyPolicy: { kind: 'read', value: policyOf(...statements) },
});
const holdsFor = (...rules: ReplicationRule[]) => replicationProblems({ ...given, facts: factsOf(rules, ROOT) });

test('a bucket that is no source, or whose rules take SSE-KMS objects or are off, loses nothing', () => {
  const off = { ...RULE, enabled: false, replicatesKms: false };
  assert.deepEqual(
    [holdsFor(), holdsFor(RULE, off)],
    [
      { kind: 'known', holds: [] },
      { kind: 'known', holds: [] },
    ],
  );
});

test('a rule that skips SSE-KMS objects is named with its destination and what to set', () => {
  assert.deepEqual(holdsFor({ ...RULE, replicatesKms: false }), {
    kind: 'known',
    holds: [
      {
        code: 'replication-skips-kms',
        message:
          'Replication rule to-copies copies bucket logs to copies and skips SSE-KMS objects, so new objects would no longer be copied: ' +
          'set SourceSelectionCriteria.SseKmsEncryptedObjects to Enabled and a ReplicaKmsKeyID in the rule, and let its role ' +
          "arn:aws:iam::111122223333:role/replicate decrypt with the bucket's key and encrypt with the replica's.",
      },
    ],
  });
});

test('a rule without a key for the replicas is named too', () => {
  const { replicaKeyId: _, ...withoutKey } = RULE;
  const problems = holdsFor(withoutKey, { ...RULE, id: 'other', replicatesKms: false });
  assert.deepEqual(problems.kind === 'known' ? problems.holds.map(({ code }) => code) : problems, [
    'replication-no-replica-key',
    'replication-skips-kms',
  ]);
});

test('a bucket that is under the very key already is not asked, in whatever form it names it', () => {
  for (const keyId of [KEY, KEY.split('/')[1] ?? '', 'alias/reseal']) {
    const under = bucketWith({ algorithm: 'aws:kms', keyId });
    assert.deepEqual(replicationProblems({ ...given, state: under, facts: {} }), { kind: 'known', holds: [] });
  }
});

test('the replication is asked for, and what could not be read is unread by name', () => {
  const unread = { kind: 'unread', why: 'It was denied.', denied: true } as const;
  assert.deepEqual(
    [
      replicationProblems({ ...given, facts: {} }),
      replicationProblems({ ...given, facts: { replication: unread } }),
      replicationProblems({ ...given, facts: { replication: { kind: 'read', value: [RULE] } } }),
      replicationProblems({ ...given, facts: { ...factsOf([RULE]), keyPolicy: unread } }),
    ],
    [
      { kind: 'ask', facts: ['replication'] },
      { kind: 'unread', reasons: [{ code: 'replication-unreadable', message: 'It was denied.' }] },
      { kind: 'ask', facts: ['keyPolicy'] },
      { kind: 'unread', reasons: [{ code: 'key-policy-unreadable', message: 'It was denied.' }] },
    ],
  );
});

describe('the role of a rule that takes SSE-KMS objects', () => {
  const holdsOf = (change: Partial<ReplicationCase>, ...statements: object[]) => {
    const found = replicationProblems({ ...given, facts: factsOf([RULE], ...statements), ...change });
    return found.kind === 'known' ? found.holds : assert.fail(found.kind);
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
          'not surely let it decrypt with that key: except the role in the Deny that stands in its way (statement NotForReplication).',
      },
    ]);
  });

  test('is known to IAM by the old key alone, until the key policy names it', () => {
    const [hold, ...more] = holdsOf(under(OTHER_KEY), ROOT);
    assert.deepEqual(more, []);
    assert.equal(
      hold?.message,
      `Replication rule to-copies copies the SSE-KMS objects of bucket logs as role ${RULE.role}, under the key ${OTHER_KEY}, which ${KEY} would replace, and that IAM lets the role decrypt with the new one cannot be seen: add the statement below (reseal policy explain shows it too) to the policy of key ${KEY}.`,
    );
    assert.deepEqual(holdsOf(under(OTHER_KEY), ROOT, JSON.parse(hold?.paste ?? '{}')), []);
    assert.deepEqual(holdsOf(under(OTHER_KEY), NAMED), []);
    assert.deepEqual(
      holdsOf({ state: bucketWith({ algorithm: 'aws:kms' }) }, ROOT).map(({ code }) => code),
      ['replication-key-changes'],
    );
  });

  test('loses nothing more where its rule skips SSE-KMS objects of another key already', () => {
    const facts = factsOf([{ ...RULE, replicatesKms: false }]);
    assert.deepEqual(holdsOf({ ...under(OTHER_KEY), facts }), []);
  });

  test("cannot be seen in another account's key, which matters only where the key changes", () => {
    const key = { ...USABLE, arn: FOREIGN_KEY, account: '444455556666' };
    const codes = (change: object) => holdsOf({ key, ...change }).map(({ code, paste }) => [code, paste]);
    assert.deepEqual([codes({}), codes(under(OTHER_KEY))], [[], [['replication-key-changes', undefined]]]);
  });
});
