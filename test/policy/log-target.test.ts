import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from '../../src/policy/decide.ts';
import type { Decision } from '../../src/policy/decision.ts';
import { parsePolicy } from '../../src/policy/document/document.ts';
import type { Facts } from '../../src/policy/facts.ts';
import { type Encryption, type KeyReading } from '../../src/policy/model.ts';
import { standardId } from '../../src/policy/plan/job-token.ts';
import { policyOf } from '../iam/documents.ts';
import { bucketWith, FOUND, KEY, NOW, NO_KEY, OTHER_KEY, USABLE } from './literals.ts';
import { DEFAULT_OBJECTS } from '../../src/policy/model.ts';

const KMS_STANDARD = { algorithm: 'aws:kms', key: 'alias/reseal' };
const UNDER_OTHER: Encryption = { algorithm: 'aws:kms', keyId: OTHER_KEY, bucketKey: true };
const BALANCER = { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' };
const SWEPT: Facts = { logSources: [{ bucket: 'app', prefix: '' }] };
const BY_POLICY: Facts = {
  history: { kind: 'read', value: { repairs: [], logSources: [] } },
  bucketPolicy: {
    kind: 'read',
    value: policyOf({ Effect: 'Allow', Principal: BALANCER, Action: 's3:PutObject', Resource: 'arn:aws:s3:::logs/*' }),
  },
  acl: { kind: 'read', value: [] },
  keyPolicy: { kind: 'read', value: policyOf() },
  replication: { kind: 'read', value: [] },
  website: { kind: 'read', value: 'none' },
};

function other(change: object = {}): KeyReading {
  return { kind: 'found', key: { ...USABLE, arn: OTHER_KEY, ...change } };
}

function decideOf(rule: Encryption, facts: Facts, standard: object = KMS_STANDARD, rest: object = {}): Decision {
  return decide({
    state: bucketWith(rule),
    kind: 'general-purpose',
    partition: 'aws',
    policy: parsePolicy({ version: 1, standard, ...rest }),
    facts,
    now: NOW,
  });
}

function judged(...given: Parameters<typeof decideOf>): [string, readonly string[]] {
  const decision = decideOf(...given);
  if (decision.kind === 'needs') return [decision.stage, decision.facts];
  return [decision.verdict.kind, decision.verdict.reasons.map(({ code }) => code)];
}

describe('a target of logs that take SSE-S3 only and that is under a key', () => {
  const under = ['hold', ['log-target-under-kms']];

  test('is held, once its own key is known', () => {
    const known = { ...BY_POLICY, key: FOUND };
    assert.deepEqual(judged(UNDER_OTHER, known), ['safety', ['currentKey']]);
    assert.deepEqual(judged(UNDER_OTHER, { ...known, currentKey: other() }), under);
  });

  test('tells what is wrong with that key too', () => {
    const facts = { ...BY_POLICY, key: FOUND, currentKey: other({ state: 'PendingDeletion' }) };
    assert.deepEqual(judged(UNDER_OTHER, facts), ['hold', ['log-target-under-kms', 'key-being-deleted']]);
  });

  test('is held when a sweep saw it, whatever the policy asks', () => {
    const facts = { ...SWEPT, currentKey: other() };
    assert.deepEqual(judged(UNDER_OTHER, facts), under);
    assert.deepEqual(judged(UNDER_OTHER, facts, { algorithm: 'AES256' }), under);
    assert.deepEqual(judged({ algorithm: 'aws:kms:dsse', keyId: OTHER_KEY }, facts), under);
  });

  test('says that the deliveries fail and what to do', () => {
    const state = bucketWith(UNDER_OTHER);
    const policy = parsePolicy({ version: 1, standard: KMS_STANDARD });
    const facts = { ...SWEPT, currentKey: other() };
    const decision = decide({ state, kind: 'general-purpose', partition: 'aws', policy, facts, now: NOW });
    assert.equal(
      decision.kind === 'decided' ? decision.verdict.reasons[0]?.message : undefined,
      'Bucket logs receives the server access logs of app. S3 server access logs can be delivered only to a bucket under SSE-S3, and bucket logs is under aws:kms, so these deliveries fail: ' +
        'put SSE-S3 back by hand (aws s3api put-bucket-encryption), ask for exactly AES256 there by a rule of the policy, or take the permission away where nothing is delivered any more.',
    );
  });

  test('is put back to SSE-S3 where the policy says exactly AES256', () => {
    const exactly = { algorithm: 'AES256', strength: 'exactly' };
    const history: Facts = { history: { kind: 'read', value: { repairs: [], logSources: [] } } };
    assert.deepEqual(judged(UNDER_OTHER, { ...SWEPT, ...history }, exactly), ['repair', ['not-exactly']]);
  });
});

test('a target of logs under SSE-S3 is right as it is, however it is known, and whatever else could not be read', () => {
  const right = ['compliant', ['log-target-sse-s3']];
  assert.deepEqual(judged({ algorithm: 'AES256', bucketKey: false }, SWEPT), right);
  assert.deepEqual(judged({ algorithm: 'AES256', bucketKey: false }, { ...BY_POLICY, key: FOUND }), right);
  const unread = { kind: 'unread', why: 'No.', denied: true } as const;
  const facts: Facts = { ...BY_POLICY, key: FOUND, keyPolicy: unread, website: unread };
  assert.deepEqual(judged({ algorithm: 'AES256', bucketKey: false }, facts), right);
});

test('a target of access logs that the ledger knows of is right, although an earlier rule could not read who writes', () => {
  const unread = { kind: 'unread', why: 'No.', denied: true } as const;
  const logSources = [{ bucket: 'app', prefix: '' }];
  const facts: Facts = { key: FOUND, acl: unread, bucketPolicy: unread };
  const history: Facts['history'] = { kind: 'read', value: { repairs: [], logSources } };
  const right = ['compliant', ['log-target-sse-s3']];
  assert.deepEqual(judged({ algorithm: 'AES256' }, { ...facts, history }), right);
});

test('a bucket of which it is not known who writes is unreadable by name, whatever else was read', () => {
  const unread = { kind: 'unread', why: 'No.', denied: true } as const;
  const facts: Facts = { ...BY_POLICY, key: FOUND, acl: unread, website: unread };
  assert.deepEqual(judged({ algorithm: 'AES256' }, facts), ['unreadable', ['acl-unreadable', 'website-unreadable']]);
});

describe('a permission for access logs alone', () => {
  const statement = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::logs/*' };
  const byName = (Service: string) => ({ ...statement, Principal: { Service } });
  const facts = (...statements: object[]): Facts => ({
    ...BY_POLICY,
    key: FOUND,
    bucketPolicy: { kind: 'read', value: policyOf(...statements) },
  });
  const access = byName('logging.s3.amazonaws.com');
  const balancer = { ...statement, Principal: BALANCER };
  const proven = { logTargets: 'proven' };
  const rows: [what: string, facts: Facts, rest: object, verdict: [string, string[]]][] = [
    ['is a notice', facts(access), {}, ['compliant', ['log-target-sse-s3', 'log-target-unproven']]],
    ['is a hold where the policy asks for proof', facts(access), proven, ['hold', ['log-target-unproven']]],
    [
      'is nothing to speak of beside one for a load balancer',
      facts(access, balancer),
      proven,
      ['compliant', ['log-target-sse-s3', 'log-target-sse-s3']],
    ],
    ['is no matter to load balancers', facts(balancer), proven, ['compliant', ['log-target-sse-s3']]],
    [
      'is proven by a source that a sweep saw',
      { ...facts(access), ...SWEPT },
      proven,
      ['compliant', ['log-target-sse-s3']],
    ],
  ];
  for (const [what, known, rest, verdict] of rows) {
    test(what, () => assert.deepEqual(judged({ algorithm: 'AES256' }, known, KMS_STANDARD, rest), verdict));
  }

  test('says where it was seen and what to do', () => {
    const decision = decideOf({ algorithm: 'AES256' }, facts(access));
    assert.equal(
      decision.kind === 'decided' ? decision.verdict.reasons[1]?.message : undefined,
      'The bucket policy lets logging.s3.amazonaws.com write (statement 1). No sweep saw a bucket whose server access logs go to logs, so nothing but this permission ' +
        'keeps it at SSE-S3: take the permission away where no logs come, or write a rule with AES256 for the bucket.',
    );
  });
});

test('a log target keeps no key in its decision, and has the same standard by event and by sweep', () => {
  const under: Encryption = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true };
  const byPolicy = decideOf(under, { ...BY_POLICY, key: FOUND });
  const bySweep = decideOf(under, { ...SWEPT, currentKey: FOUND });
  const atSseS3 = decideOf({ algorithm: 'AES256' }, { ...BY_POLICY, key: FOUND });
  for (const decision of [byPolicy, bySweep, atSseS3]) {
    assert(decision.kind === 'decided');
    assert.deepEqual(decision.key, NO_KEY);
    assert.deepEqual(decision.standard, {
      algorithm: 'AES256',
      bucketKey: false,
      blockSseC: 'leave',
      ...DEFAULT_OBJECTS,
    });
  }
  assert(byPolicy.kind === 'decided' && bySweep.kind === 'decided');
  assert.equal(standardId(byPolicy), standardId(bySweep));
});

describe('a rule that speaks of log targets applies', () => {
  const nobody: Facts = { ...BY_POLICY, bucketPolicy: { kind: 'read', value: undefined } };
  const rows: [logTarget: boolean, facts: Facts, rule: string][] = [
    [true, BY_POLICY, 'delivered'],
    [true, nobody, 'default'],
    [false, BY_POLICY, 'default'],
    [false, nobody, 'delivered'],
  ];
  for (const [logTarget, facts, rule] of rows) {
    const who = facts === BY_POLICY ? 'a service' : 'nobody';
    test(`as ${rule} where it asks for ${logTarget} and ${who} writes`, () => {
      const rules = [{ name: 'delivered', when: { logTarget }, standard: { algorithm: 'AES256' } }];
      const remembered: Facts['remembered'] = { kind: 'read', value: { repairs: [], logSources: [] } };
      const decision = decideOf({ algorithm: 'AES256' }, { ...facts, key: FOUND, remembered }, KMS_STANDARD, { rules });
      assert(decision.kind === 'decided');
      assert.equal(decision.rule, rule);
      assert.equal(decision.verdict.kind, rule === 'default' && who === 'nobody' ? 'hold' : 'compliant');
    });
  }
});
