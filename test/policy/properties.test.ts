import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ResealError } from '../../src/errors.ts';
import { parsePolicy } from '../../src/policy/document/document.ts';
import { type Case, judge } from '../../src/policy/judge.ts';
import type { BucketState, KeyReading, Standard, Verdict } from '../../src/policy/model.ts';
import { imaginedRule } from './imagined-encryption.ts';
import { ACCOUNT, AES, DSSE, FOREIGN_KEY, KEY, KMS, NOW, NO_KEY, OTHER_KEY, USABLE } from './literals.ts';

/** Recorded, so that a failure is the same failure tomorrow. */
const RUNS = { seed: 20_261_102, numRuns: 2000 };

const rule = imaginedRule([
  undefined,
  KEY,
  OTHER_KEY,
  FOREIGN_KEY,
  'alias/reseal',
  'alias/theirs',
  'alias/aws/s3',
  'arn:aws:kms:eu-west-1:111122223333:alias/reseal',
  'arn:aws:kms:eu-west-1:111122223333:alias/aws/s3',
  '1234abcd-12ab-34cd-56ef-1234567890ab',
  '0987dcba-09fe-87dc-65ba-ab0987654321',
]);

const given: fc.Arbitrary<Case> = fc
  .record({
    standard: fc.constantFrom(AES, KMS, DSSE, { ...KMS, key: KEY }),
    wants: fc.record({ bucketKey: fc.boolean(), blockSseC: fc.constantFrom('on' as const, 'leave' as const) }),
    region: fc.constantFrom('eu-west-1', 'me-south-1'),
    rule,
  })
  .map(({ standard, wants, region, rule: read }) => {
    const state: BucketState = { bucket: 'logs', account: ACCOUNT, region, rule: read, own: false };
    const key: KeyReading = { kind: 'found', key: { ...USABLE, region } };
    return { standard: { ...standard, ...wants }, state, key: standard === AES ? NO_KEY : key, now: NOW };
  });

describe('whatever a bucket has, and whatever the standard', () => {
  test('a repair never lowers the algorithm, and never trades a key but for our own', () => {
    forEveryRepair(({ state, standard }, { write }) => {
      assert(rank(write.algorithm) >= rank(state.rule.algorithm));
      assert(rank(write.algorithm) >= rank(standard.algorithm));
      assert(write.keyId === state.rule.keyId || write.keyId === KEY);
    });
  });

  test('a repair never drops a member of the rule', () => {
    forEveryRepair(({ state }, { write }) => {
      const becomesDsse = write.algorithm === 'aws:kms:dsse' && state.rule.algorithm !== 'aws:kms:dsse';
      const missing = (state.rule.blocked ?? []).filter((type) => type !== 'NONE' && !write.blocked?.includes(type));
      assert.deepEqual(missing, []);
      assert.equal('blocked' in state.rule && !('blocked' in write), false);
      assert.equal('keyId' in state.rule && !('keyId' in write), false);
      // DSSE-KMS has no Bucket Key: the one thing that a raise may turn off.
      assert.equal(state.rule.bucketKey === true && !write.bucketKey && !becomesDsse, false);
    });
  });

  test('the result of a repair is compliant', () => {
    forEveryRepair((it, { write }) => {
      assert.equal(judge({ ...it, state: { ...it.state, rule: write } }).kind, 'compliant');
    });
  });

  test('judging changes nothing that it was given and always says the same', () => {
    fc.assert(
      fc.property(given, (it) => {
        const before = structuredClone(it);
        assert.deepEqual(judge(it), judge(structuredClone(it)));
        assert.deepEqual(it, before);
      }),
      RUNS,
    );
  });

  test('compliant means at least the standard, and only an unknown algorithm is held while the key is usable', () => {
    fc.assert(
      fc.property(given, (it) => {
        const { kind } = judge(it);
        const { algorithm } = it.state.rule;
        assert.equal(kind === 'hold', rank(algorithm) === UNKNOWN);
        assert(kind !== 'compliant' || rank(algorithm) >= rank(it.standard.algorithm));
      }),
      RUNS,
    );
  });
});

describe('whatever JSON it is given', () => {
  const good = {
    version: 1,
    mode: 'enforce',
    standard: { algorithm: 'aws:kms', key: 'alias/reseal', bucketKey: true, blockSseC: 'on' },
    objects: { reencrypt: 'all' },
    exceptions: [{ bucket: 'logs', reason: 'r', owner: 'o', until: '2027-12-31' }],
  };
  const step = fc.constantFrom(...Object.keys(good), ...Object.keys(good.standard), 'bucket', 'until', '0', 'odd\nkey');
  const broken = fc.tuple(fc.array(step, { minLength: 1, maxLength: 3 }), fc.jsonValue()).map(([path, value]) => {
    const json: unknown = structuredClone(good);
    return replaced(json, path, value);
  });

  test('a policy is taken, or refused line by line with what was expected and what was found', () => {
    fc.assert(fc.property(fc.oneof(broken, fc.jsonValue()), isTakenOrRefused), RUNS);
  });
});

function isTakenOrRefused(json: unknown): void {
  try {
    // What was taken is taken again unchanged: the defaults are filled in once.
    const document = parsePolicy(json);
    assert.deepEqual(parsePolicy(document), document);
  } catch (error) {
    assert(error instanceof ResealError);
    assert.equal(error.code, 'invalid-policy');
    for (const line of error.message.split('\n')) assert.match(line, /^\S.*: expected .+, found .+$/);
  }
}

function forEveryRepair(check: (it: Case, verdict: Extract<Verdict, { kind: 'repair' }>) => void): void {
  let repairs = 0;
  fc.assert(
    fc.property(given, (it) => {
      const verdict = judge(it);
      if (verdict.kind !== 'repair') return;
      repairs += 1;
      check(it, verdict);
    }),
    RUNS,
  );
  assert(repairs > 400, `only ${repairs} of ${RUNS.numRuns} cases were repairs`);
}

const UNKNOWN = -1;
const ORDER: readonly (Standard['algorithm'] | undefined)[] = [undefined, 'AES256', 'aws:kms', 'aws:kms:dsse'];

/** The order of the algorithms, said here once more and not taken from what is tested. */
function rank(algorithm: string | undefined): number {
  return ORDER.findIndex((known) => known === algorithm);
}

function replaced(json: unknown, [first, ...rest]: string[], value: unknown): unknown {
  if (first === undefined) return value;
  if (Array.isArray(json)) return json.map((item) => replaced(item, rest, value));
  if (typeof json !== 'object' || json === null) return value;
  return { ...json, [first]: replaced(Reflect.get(json, first), rest, value) };
}
