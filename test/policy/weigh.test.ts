import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts } from '../../src/policy/facts.ts';
import type { Verdict } from '../../src/policy/model.ts';
import { weigh } from '../../src/policy/weigh.ts';
import { policyOf } from '../iam/documents.ts';
import { judging } from './judging.ts';
import { ACCOUNT, AES, KEY, NO_KEY } from './literals.ts';

const read = <T>(value: T) => ({ kind: 'read', value }) as const;
const IAM = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
const FACTS: Facts = {
  bucketPolicy: read(policyOf()),
  acl: read([]),
  keyPolicy: read(policyOf(IAM)),
  replication: read([]),
  website: read('none'),
};
const WEAKER = { code: 'weaker-algorithm', message: 'Weaker.' } as const;
const REPAIR: Verdict = {
  kind: 'repair',
  reasons: [WEAKER],
  write: { algorithm: 'aws:kms', keyId: KEY, bucketKey: true },
};

function weighed(facts: Facts, verdict: Verdict = REPAIR, given = judging({ algorithm: 'AES256' }, facts)) {
  const decision = weigh(given, verdict, []);
  return decision.kind === 'needs'
    ? decision.facts
    : [decision.verdict.kind, ...decision.verdict.reasons.map(({ code }) => code)];
}

test('a write that brings a key needs everything at once, and then stands', () => {
  assert.deepEqual([...weighed({})].toSorted(), Object.keys(FACTS).toSorted());
  assert.deepEqual(weighed(FACTS), ['repair', 'weaker-algorithm']);
});

test('a write that would break something is held, with why it was wanted', () => {
  assert.deepEqual(weighed({ ...FACTS, keyPolicy: read(policyOf()) }), [
    'hold',
    'key-policy-lacks-account',
    'weaker-algorithm',
  ]);
});

test('what could not be read is never taken for harmless', () => {
  const unread = { kind: 'unread', why: 'It was denied.', denied: true } as const;
  assert.deepEqual(weighed({ ...FACTS, replication: unread }), ['unreadable', 'replication-unreadable']);
});

test('a write that brings no key, and no Bucket Key, depends on nothing', () => {
  const write = { algorithm: 'AES256', bucketKey: false } as const;
  assert.deepEqual(weighed({}, { ...REPAIR, write }, judging({}, {}, NO_KEY, AES)), ['repair', 'weaker-algorithm']);
  const compliant: Verdict = { kind: 'compliant', reasons: [] };
  assert.deepEqual(weighed({}, compliant, judging({ algorithm: 'AES256' }, {}, NO_KEY, AES)), ['compliant']);
});
