import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from '../../src/policy/decide.ts';
import type { Known } from '../../src/policy/decision.ts';
import { parsePolicy } from '../../src/policy/document/document.ts';
import type { Facts, History } from '../../src/policy/facts.ts';
import { judge } from '../../src/policy/judge.ts';
import { sweptLogTarget } from '../../src/policy/log-target.ts';
import type { Encryption, Standard } from '../../src/policy/model.ts';
import { AES, bucketWith, DSSE, FOUND, KMS, NO_KEY, NOW, OTHER_KEY } from './literals.ts';
import { DEFAULT_OBJECTS } from '../../src/policy/model.ts';

/** The verdict of `decide` where one part of the policy or of what is known decides. */

const UNREAD = { kind: 'unread', why: 'It was denied.', denied: true } as const;
const SWEPT = [{ bucket: 'app', prefix: '' }];
const ROLLED_BACK = { at: '2026-11-01T00:00:00Z', by: 'somebody' };

function known(rule: Encryption, facts: Facts, policy: object = {}, change: Partial<Known> = {}): Known {
  const document = parsePolicy({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' }, ...policy });
  const state = bucketWith(rule);
  return { state, kind: 'general-purpose', partition: 'aws', policy: document, facts, now: NOW, ...change };
}

function told(...given: Parameters<typeof known>): string[] {
  const decision = decide(known(...given));
  if (decision.kind === 'needs') return [decision.stage, ...decision.facts];
  return [decision.verdict.kind, ...decision.verdict.reasons.map(({ code }) => code)];
}

function history(change: Partial<History> = {}): Facts {
  return { history: { kind: 'read', value: { repairs: [], logSources: [], ...change } } };
}

describe('which rule applies', () => {
  const policy = { rules: [{ name: 'tagged', when: { tags: [{ key: 'a' }] } }] };

  test('is the first stage, in which nothing may be changed', () => {
    const { more: _, ...needs } = { more: undefined, ...decide(known({}, {}, policy)) };
    assert.deepEqual(needs, { kind: 'needs', stage: 'ruling', facts: ['tags'], keys: {}, observe: true });
  });

  test('and cannot be found out: the bucket is unreadable under no rule, and nothing is done with it', () => {
    const message = 'It was denied. Rule tagged of the policy asks for it.';
    assert.deepEqual(decide(known({}, { tags: UNREAD }, policy)), {
      kind: 'decided',
      verdict: { kind: 'unreadable', reasons: [{ code: 'tags-unreadable', message }] },
      rule: 'unknown',
      observe: true,
      standard: { algorithm: 'AES256', bucketKey: false, blockSseC: 'leave', ...DEFAULT_OBJECTS, reencrypt: 'none' },
      key: NO_KEY,
    });
  });
});

describe('key: keep', () => {
  const policy = { rules: [{ name: 'kept', when: {}, standard: { key: 'keep' } }] };
  const rows: [what: string, rule: Encryption, key: string][] = [
    ['keeps the customer key of the bucket', { algorithm: 'aws:kms', keyId: OTHER_KEY }, OTHER_KEY],
    ['keeps it under DSSE-KMS', { algorithm: 'aws:kms:dsse', keyId: OTHER_KEY }, OTHER_KEY],
    ['brings the default key where there is none', { algorithm: 'aws:kms' }, 'alias/reseal'],
    ['and where that of AWS is named', { algorithm: 'aws:kms', keyId: 'alias/aws/s3' }, 'alias/reseal'],
    ['and under SSE-S3, whatever key is named there', { algorithm: 'AES256', keyId: OTHER_KEY }, 'alias/reseal'],
  ];
  for (const [what, rule, key] of rows) {
    test(what, () => {
      const decision = decide(known(rule, {}, policy));
      assert(decision.kind === 'needs');
      assert.deepEqual([decision.stage, decision.keys.key], ['key', key]);
    });
  }

  test('is said of nothing else: another policy looks its own key up', () => {
    const decision = decide(known({ algorithm: 'aws:kms', keyId: OTHER_KEY }, {}));
    assert(decision.kind === 'needs');
    assert.equal(decision.keys.key, 'alias/reseal');
  });
});

test('what cannot be read of the key or of the past is unreadable by name', () => {
  assert.deepEqual(told({}, { key: UNREAD }), ['unreadable', 'key-unreadable']);
  assert.deepEqual(told({}, { key: FOUND }), ['history', 'history']);
  assert.deepEqual(told({}, { key: FOUND, history: UNREAD }), ['unreadable', 'history-unreadable']);
});

test('an algorithm that nobody here knows is held before anything is read of the past', () => {
  assert.deepEqual(told({ algorithm: 'aws:fsx' }, { key: FOUND }), ['hold', 'algorithm-unknown']);
  const missing = { kind: 'missing', asked: 'alias/reseal', why: 'No.' } as const;
  assert.deepEqual(told({}, { key: missing }), ['history', 'history']);
});

test('what people put back is left, but for a bucket of our own', () => {
  const facts = { key: FOUND, ...history({ rolledBack: ROLLED_BACK }) };
  assert.deepEqual(told({}, facts), ['hold', 'rolled-back', 'not-encrypted']);
  const own = { state: { ...bucketWith({}), own: true } };
  assert.deepEqual(told({}, facts, {}, own), ['repair', 'not-encrypted']);
});

describe('a log target that a sweep has just seen', () => {
  const block = { standard: { algorithm: 'aws:kms', key: 'alias/reseal', blockSseC: 'on' } };
  const target = (facts: Facts = {}) => told({ algorithm: 'AES256' }, { logSources: SWEPT, ...facts }, block);

  test('gets its block as any repair is made: with what is known of the past', () => {
    assert.deepEqual(target(), ['history', 'history']);
    assert.deepEqual(target(history({ logSources: SWEPT })), ['repair', 'log-target-sse-s3', 'sse-c-not-blocked']);
    const held = history({ logSources: SWEPT, rolledBack: ROLLED_BACK });
    assert.deepEqual(target(held).slice(0, 2), ['hold', 'rolled-back']);
  });

  test('and is under a key lacks that block all the same', () => {
    const facts: Facts = { logSources: SWEPT, currentKey: FOUND };
    const under = { algorithm: 'aws:kms', keyId: OTHER_KEY };
    assert.deepEqual(told(under, facts, block), ['hold', 'log-target-under-kms', 'sse-c-not-blocked']);
    assert.deepEqual(told({ ...under, blocked: ['SSE-C'] }, facts, block), ['hold', 'log-target-under-kms']);
  });

  test('is none where it is our own, a directory bucket, or under no encryption that is known', () => {
    const swept = (change: Partial<Known>, rule: Encryption = { algorithm: 'AES256' }, standard = KMS) =>
      sweptLogTarget({ known: known(rule, { logSources: SWEPT }, {}, change), standard }).length;
    const own = { state: { ...bucketWith({ algorithm: 'AES256' }), own: true } };
    assert.deepEqual([swept({}), swept(own), swept({ kind: 'directory' })], [1, 0, 0]);
    assert.deepEqual(
      [swept({}, {}), swept({}, { algorithm: 'aws:fsx' }), swept({}, { algorithm: 'aws:kms' })],
      [0, 0, 1],
    );
    const exactly = { ...AES, strength: 'exactly' } as const;
    assert.deepEqual([swept({}, { algorithm: 'aws:kms' }, AES), swept({}, { algorithm: 'aws:kms' }, exactly)], [1, 0]);
    assert.equal(swept({}, { algorithm: 'AES256' }, AES), 0);
  });
});

test('a key that the policy names by alias is known by that name where it was not found', () => {
  const under = (keyId: string) => {
    const missing = { kind: 'missing', asked: 'alias/reseal', why: 'No.' } as const;
    const rule = { algorithm: 'aws:kms', keyId, bucketKey: true };
    return judge({ standard: KMS, state: bucketWith(rule), key: missing, now: NOW }).reasons.map(({ code }) => code);
  };
  assert.deepEqual(under('alias/reseal'), ['key-not-found', 'key-not-by-arn']);
  assert.deepEqual(under(OTHER_KEY), ['key-not-found', 'key-other']);
});

test('more than the standard and as much as it are told apart', () => {
  const rule = { algorithm: 'aws:kms:dsse', keyId: OTHER_KEY };
  const message = (standard: Standard) =>
    judge({ standard, state: bucketWith(rule), key: FOUND, now: NOW }).reasons.map((reason) => reason.message);
  const start = `Bucket logs has aws:kms:dsse under the key ${OTHER_KEY}, which is`;
  assert.deepEqual(message(KMS), [`${start} stronger than the standard aws:kms and stays.`]);
  assert.deepEqual(message(DSSE), [`${start} as strong as the standard aws:kms:dsse and stays.`]);
});

test('a stronger encryption that lacks only the block gets no Bucket Key with it', () => {
  const rule = { algorithm: 'aws:kms:dsse', keyId: OTHER_KEY };
  const standard: Standard = { ...KMS, blockSseC: 'on' };
  const verdict = judge({ standard, state: bucketWith(rule), key: FOUND, now: NOW });
  assert(verdict.kind === 'repair');
  assert.deepEqual(verdict.write, { ...rule, bucketKey: false, blocked: ['SSE-C'] });
});

test('an exempt bucket is told with its exception, and with nothing that was read of it', () => {
  const exceptions = [{ bucket: 'logs', reason: 'r', owner: 'o', until: '2027-12-31' }];
  assert.deepEqual(told({}, {}, { exceptions }), ['exempt', 'exception']);
});
