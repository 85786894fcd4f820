import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplicationRule } from '../../src/policy/facts.ts';
import { replicationProblems } from '../../src/policy/replication-problems.ts';
import { bucketWith, KEY } from './literals.ts';

const RULE: ReplicationRule = {
  id: 'to-copies',
  enabled: true,
  destinationBucket: 'copies',
  replicatesKms: true,
  replicaKeyId: KEY,
  role: 'arn:aws:iam::111122223333:role/replicate',
};
const state = bucketWith({ algorithm: 'AES256' });
const holdsFor = (...rules: ReplicationRule[]) =>
  replicationProblems({ state, facts: { replication: { kind: 'read', value: rules } } });

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

test('a bucket that is under SSE-KMS already is not asked', () => {
  assert.deepEqual(replicationProblems({ state: bucketWith({ algorithm: 'aws:kms' }), facts: {} }), {
    kind: 'known',
    holds: [],
  });
});

test('the replication is asked for, and what could not be read is unread by name', () => {
  const unread = { kind: 'unread', why: 'It was denied.', denied: true } as const;
  assert.deepEqual(
    [replicationProblems({ state, facts: {} }), replicationProblems({ state, facts: { replication: unread } })],
    [
      { kind: 'ask', facts: ['replication'] },
      { kind: 'unread', reasons: [{ code: 'replication-unreadable', message: 'It was denied.' }] },
    ],
  );
});
