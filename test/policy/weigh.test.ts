import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Facts } from '../../src/policy/facts.ts';
import type { Verdict } from '../../src/policy/model.ts';
import { weigh } from '../../src/policy/weigh.ts';
import { policyOf } from '../iam/documents.ts';
import { judging } from './judging.ts';
import { ACCOUNT, AES, KEY, NO_KEY, OTHER_KEY, USABLE } from './literals.ts';

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

describe('a bucket under a key that stays under it', () => {
  const rule = { algorithm: 'aws:kms', keyId: KEY } as const;
  const LOGS = policyOf({
    Effect: 'Allow',
    Principal: { Service: 'logging.s3.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::logs/*',
  });
  const unread = { kind: 'unread', why: 'It was denied.', denied: true } as const;
  const blocking = (keyId = KEY): Verdict => {
    return { ...REPAIR, write: { ...rule, keyId, bucketKey: true, blocked: ['SSE-C'] } };
  };
  const under = (facts: Facts, keyId = KEY) => judging({ ...rule, keyId, bucketKey: true }, facts);
  const kept = (facts: Facts, keyId?: string) => weighed(facts, blocking(keyId), under(facts, keyId));

  test('by a write of the block alone: only whether a log service writes to it counts', () => {
    assert.deepEqual(kept({}), ['bucketPolicy']);
    assert.deepEqual(kept({ bucketPolicy: read(policyOf()) }), ['repair', 'weaker-algorithm']);
    assert.deepEqual(kept({ bucketPolicy: unread }), ['unreadable', 'bucket-policy-unreadable']);
    assert.deepEqual(kept({ bucketPolicy: read(LOGS) }), ['hold', 'log-target-under-kms']);
  });

  test('and is another than that of the standard is asked for once it is seen that a log service writes', () => {
    assert.deepEqual(kept({ bucketPolicy: read(policyOf()) }, OTHER_KEY), ['repair', 'weaker-algorithm']);
    assert.deepEqual(kept({ bucketPolicy: read(LOGS) }, OTHER_KEY), ['currentKey']);
    const currentKey = { kind: 'found', key: { ...USABLE, arn: OTHER_KEY, state: 'Disabled' } } as const;
    assert.deepEqual(kept({ bucketPolicy: read(LOGS), currentKey }, OTHER_KEY), [
      'hold',
      'log-target-under-kms',
      'key-not-usable',
    ]);
  });

  test('by a write of its Bucket Key: whoever writes and replicates counts', () => {
    const asked = ['replication', 'bucketPolicy', 'acl', 'keyPolicy'];
    assert.deepEqual(weighed({}, REPAIR, judging(rule, {})), asked);
    assert.deepEqual(weighed(FACTS, REPAIR, judging(rule, FACTS)), [
      'repair',
      'weaker-algorithm',
      'bucket-key-context',
    ]);
    const logs = { ...FACTS, bucketPolicy: read(LOGS) };
    assert.deepEqual(weighed(logs, REPAIR, judging(rule, logs)), ['hold', 'log-target-under-kms']);
  });

  test('by a hold: whether it is a log target counts, and sources that are known settle it', () => {
    const hold: Verdict = { kind: 'hold', reasons: [WEAKER] };
    assert.deepEqual(weighed({}, hold, under({})), ['bucketPolicy', 'acl']);
    const facts = { bucketPolicy: read(policyOf()), acl: read([]) };
    assert.deepEqual(weighed(facts, hold, under(facts)), ['hold', 'weaker-algorithm']);
    const decision = weigh(under({}), hold, [{ bucket: 'app', prefix: '' }]);
    assert(decision.kind === 'decided');
    assert.deepEqual(
      decision.verdict.reasons.map(({ code }) => code),
      ['log-target-under-kms'],
    );
  });
});
