import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decided, needed } from '../../src/policy/decision.ts';
import type { Verdict } from '../../src/policy/model.ts';
import { judging } from './judging.ts';
import { FOUND, KEY, KMS, NO_KEY, OTHER_KEY } from './literals.ts';

const UNDER_OTHER = { algorithm: 'aws:kms', keyId: OTHER_KEY };

test('a verdict carries what it rests on', () => {
  const verdict: Verdict = { kind: 'compliant', reasons: [] };
  const expected = { kind: 'decided', verdict, rule: 'default', observe: false, standard: KMS, key: FOUND };
  assert.deepEqual(decided(judging({}), verdict), expected);
});

test('a stage names every key that its facts are read of, as far as they are known', () => {
  const { more, ...needs } = needed(judging(UNDER_OTHER), 'safety', ['keyPolicy']);
  assert.deepEqual(needs, {
    kind: 'needs',
    stage: 'safety',
    facts: ['keyPolicy'],
    keys: { key: 'alias/reseal', currentKey: OTHER_KEY, keyPolicy: KEY },
    observe: false,
  });
  assert.deepEqual(more({}), [], 'and lacks nothing more');
});

test('a key that is not there is not asked for', () => {
  const { key: _, ...keyless } = KMS;
  assert.deepEqual(needed(judging({}, {}, NO_KEY, keyless), 'key', ['key']).keys, {});
});

test('what further is known goes with it', () => {
  const { more } = needed(judging({}), 'history', [], () => ['acl'] as const);
  assert.deepEqual(more({}), ['acl']);
});
