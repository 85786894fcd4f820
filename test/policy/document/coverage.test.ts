import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { coverings, narrows } from '../../../src/policy/document/coverage.ts';
import type { When } from '../../../src/policy/document/document-when.ts';
import type { Facts } from '../../../src/policy/facts.ts';
import { matching } from '../../../src/policy/ruling/matching.ts';

/** Recorded, so that a failure is the same failure tomorrow. */
const RUNS = { seed: 20_261_102, numRuns: 2000 };

test('each is covered by the first that holds wherever it holds, and by none that is said not to count', () => {
  const whens: When[] = [
    { buckets: ['b'] },
    { buckets: ['a*'] },
    { buckets: ['a*', 'b'] },
    { buckets: ['ab'] },
    {},
    { buckets: ['z'] },
  ];
  assert.deepEqual(coverings(whens), [undefined, undefined, undefined, 1, undefined, 4]);
  assert.deepEqual(coverings(whens, (earlier) => earlier !== 1)[3], 2);
  assert.deepEqual(coverings([]), []);
  // Under its own mark it finds the third, under that of everybody the second, and the first is told.
  assert.deepEqual(coverings([{ regions: ['eu-west-1'] }, {}, { buckets: ['a'] }, { buckets: ['a'] }])[3], 1);
});

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const some = (...values: string[]) => fc.subarray(values, { minLength: 1 });
const PATHS = ['o-1', 'o-1/r-1', 'o-1/r-1/ou-1-1', 'o-1/r-1/ou-1-11', 'o-1/r-1/ou-1-1/ou-1-2/'];
const tag = fc.record({ key: fc.constantFrom('a', 'b'), value: optional(fc.constantFrom('1', '2')) }).map(defined);
const when: fc.Arbitrary<When> = fc
  .record({
    accounts: optional(some('111111111111', '222222222222')),
    regions: optional(some('eu-west-1', 'eu-west-2')),
    ou: optional(some(...PATHS)),
    buckets: optional(some('a', 'ab', 'a*', '*b', '?b', 'a?', '*', 'a*b')),
    tags: optional(fc.array(tag, { minLength: 1, maxLength: 2 })),
    kind: optional(fc.constantFrom('general-purpose', 'directory')),
    logTarget: optional(fc.boolean()),
    createdBefore: optional(fc.constantFrom('2026-02-01', '2026-03-01')),
    createdAfter: optional(fc.constantFrom('2026-01-01', '2026-01-15')),
  })
  .map((members) => defined(members));
const bucket = fc.record({
  state: fc.record({
    bucket: fc.constantFrom('a', 'b', 'ab', 'abb', 'ba'),
    account: fc.constantFrom('111111111111', '222222222222'),
    region: fc.constantFrom('eu-west-1', 'eu-west-2'),
  }),
  kind: fc.constantFrom('general-purpose' as const, 'directory' as const),
  tags: fc.array(fc.record({ key: fc.constantFrom('a', 'b'), value: fc.constantFrom('1', '2') }), { maxLength: 2 }),
  createdAt: fc.constantFrom(
    '2025-12-31T23:59:59Z',
    '2026-01-01T00:00:00Z',
    '2026-01-20T00:00:00Z',
    '2026-02-15T00:00:00Z',
  ),
  ouPath: fc.constantFrom(...PATHS),
  isTarget: fc.boolean(),
});

const SOURCE = { bucket: 'app', prefix: '' };

test('whatever the rules and the bucket: a rule that is called unreachable never decides', () => {
  fc.assert(
    fc.property(
      fc.array(when, { minLength: 2, maxLength: 6 }),
      fc.array(bucket, { minLength: 1, maxLength: 8 }),
      (whens, buckets) => {
        const unreachable = coverings(whens).flatMap((earlier, later) => (earlier === undefined ? [] : [later]));
        for (const { state, kind, isTarget, tags, createdAt, ouPath } of buckets) {
          const facts: Facts = {
            tags: { kind: 'read', value: tags },
            createdAt: { kind: 'read', value: createdAt },
            ouPath: { kind: 'read', value: ouPath },
            remembered: { kind: 'read', value: { repairs: [], logSources: isTarget ? [SOURCE] : [] } },
            bucketPolicy: { kind: 'read', value: undefined },
            acl: { kind: 'read', value: [] },
          };
          const subject = { state, kind, partition: 'aws', facts };
          const first = whens.findIndex((each) => {
            const found = matching(each, subject, 'it');
            return found.kind === 'sure' && found.value;
          });
          assert.equal(unreachable.includes(first), false);
        }
      },
    ),
    RUNS,
  );
});

test('whatever the rules: the first that covers one is found, as by comparing each with each', () => {
  fc.assert(
    fc.property(fc.array(when, { minLength: 2, maxLength: 6 }), (whens) => {
      const plainly = whens.map((narrow, later) => {
        const first = whens.findIndex((wide, earlier) => earlier < later && narrows(narrow, wide));
        return first < 0 ? undefined : first;
      });
      assert.deepEqual(coverings(whens), plainly);
    }),
    RUNS,
  );
});

const LONG = Array.from({ length: 800 }, (_, n) => String(n));
/** Of every member one rule that is long to compare. */
const LONG_RULES: When[] = [
  { accounts: LONG },
  { regions: LONG },
  { tags: LONG.map((key) => ({ key })) },
  { buckets: ['a*', ...LONG] },
];

test('rules that are long to compare are compared the fewer times, whatever makes them long', () => {
  for (const rule of LONG_RULES) {
    let compared = 0;
    coverings(Array(600).fill(rule), () => {
      compared += 1;
      return false;
    });
    // 800 x 800 values or more for each, of 64,000,000 at most.
    assert(compared >= 1 && compared <= 100, `${Object.keys(rule).join()}: ${compared}`);
  }
});

test('thousands of rules that only whole comparison can tell apart are not all compared with each other', () => {
  const rules = Array.from({ length: 5000 }, (_, index) => ({
    buckets: [`*-${index}-*`],
    createdBefore: '2027-01-01',
  }));
  let looks = 0;
  const counted = new Proxy(rules, {
    get(target, member) {
      looks += 1;
      return Reflect.get(target, member);
    },
  });
  coverings(counted);
  // Every pair would be 12.5 million looks.
  assert(looks < 1_100_000, `${looks} looks at a rule`);
});

function defined<T extends object>(members: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]: Exclude<T[Name], undefined> };
}
