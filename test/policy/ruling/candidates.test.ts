import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nameOf } from '../../../src/bucket-id.ts';
import type { When } from '../../../src/policy/document/document-when.ts';
import { type PolicyDocument, parsePolicy } from '../../../src/policy/document/document.ts';
import { isInForce } from '../../../src/policy/ruling/exceptions.ts';
import { type Answer, openTogether } from '../../../src/policy/ruling/answer.ts';
import { candidates } from '../../../src/policy/ruling/candidates.ts';
import { matching } from '../../../src/policy/ruling/matching.ts';
import { type RulingCase, rulingFor } from '../../../src/policy/ruling/ruling.ts';

/** Recorded, so that a failure is the same failure tomorrow. */
const RUNS = { seed: 20_261_130, numRuns: 2000 };
const NOW = new Date('2026-11-02T10:15:30Z');
const ACCOUNTS = ['111122223333', '444455556666'];
const REGIONS = ['eu-west-1', 'us-east-1'];
const read = <T>(value: T) => ({ kind: 'read', value }) as const;
const UNREAD = { kind: 'unread', why: 'It was denied.', denied: true } as const;

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1 });
/** Few letters, so that names and patterns meet often. */
const name = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 3, maxLength: 3 });
const glob = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '-', '*', '?'), minLength: 1, maxLength: 4 }),
  name,
  name.map((start) => `${start}*`),
  name.map((end) => `*${end}`),
);
const ou = fc.constantFrom('o-a', 'o-a/', 'o-a/r-aa', 'o-a/r-aa/ou-aa-1', 'o-a/r-aa/ou-aa-12/');
const tag = fc.record(
  { key: fc.constantFrom('data', 'data=x', 'team'), value: fc.constantFrom('x', 'x=x', '') },
  { requiredKeys: ['key'] },
);
const when: fc.Arbitrary<When> = fc.record(
  {
    buckets: fc.array(glob, { minLength: 1, maxLength: 3 }),
    accounts: some(...ACCOUNTS),
    regions: some(...REGIONS),
    ou: fc.oneof(ou, fc.array(ou, { minLength: 1, maxLength: 2 })),
    tags: fc.array(tag, { minLength: 1, maxLength: 2 }),
    kind: fc.constantFrom('general-purpose', 'directory', 'table'),
    createdBefore: fc.constantFrom('2026-01-01', '2026-06-01'),
  },
  { requiredKeys: [] },
);
const until = fc.constantFrom('2026-12-31', '2026-11-10', '2026-01-01');
const text = { reason: fc.constant('r'), owner: fc.constant('o'), until };
const policy = fc
  .record({
    rules: fc.array(fc.record({ when }), { maxLength: 12 }),
    exceptions: fc.array(fc.oneof(fc.record({ bucket: name, ...text }), fc.record({ when, ...text })), {
      maxLength: 6,
    }),
  })
  .map(({ rules, exceptions }): PolicyDocument => ({
    ...parsePolicy({ version: 1, standard: { algorithm: 'AES256' } }),
    rules: rules.map((rule, n) => ({ ...rule, name: `r${n}` })),
    exceptions,
  }));
const tags = fc.array(
  fc.record({ key: fc.constantFrom('data', 'data=x', 'team'), value: fc.constantFrom('x', 'x=x', '') }),
  {
    maxLength: 3,
  },
);
const facts = fc
  .record({
    tags: maybe(fc.oneof(tags.map(read), fc.constant(UNREAD))),
    ouPath: maybe(
      fc.oneof(fc.constantFrom('o-a/r-aa/ou-aa-1', 'o-a/r-aa/ou-aa-12/', 'o-b').map(read), fc.constant(UNREAD)),
    ),
    createdAt: maybe(fc.oneof(fc.constant(read('2026-03-01T00:00:00Z')), fc.constant(UNREAD))),
  })
  .map(
    (each) =>
      Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)) as RulingCase['facts'],
  );
const question: fc.Arbitrary<RulingCase> = fc.record({
  policy,
  facts,
  kind: fc.constantFrom('general-purpose' as const, 'directory' as const, 'table' as const),
  partition: fc.constant('aws'),
  now: fc.constant(NOW),
  state: fc.record({
    bucket: fc.oneof(
      name,
      name.map((one) => `arn:aws:s3tables:eu-west-1:111122223333:bucket/${one}`),
    ),
    account: fc.constantFrom(...ACCOUNTS),
    region: fc.constantFrom(...REGIONS),
    own: fc.constant(false),
  }),
});

test('a ruling is the one that asking every rule and every exception in turn gives', () => {
  fc.assert(
    fc.property(question, (given) => {
      // Then with nothing read, because what is built for the one must not serve the other.
      for (const known of [given.facts, {}]) {
        const asked = { ...given, facts: known };
        assert.deepEqual(outline(rulingFor(asked)), plainly(asked));
      }
    }),
    RUNS,
  );
});

test('of thousands of entries the few with the literal part of a bucket are asked, in their order', () => {
  const rows: [of: string, one: (n: number) => When, here: When][] = [
    ['name', (n) => ({ buckets: [`team-${n}`, `old-${n}`] }), { buckets: ['x', 'data'] }],
    ['beginning', (n) => ({ buckets: [`team-${n}-*`] }), { buckets: ['da?a'] }],
    ['end', (n) => ({ buckets: [`*-${n}`] }), { buckets: ['?ata'] }],
    ['account', (n) => ({ accounts: [String(100_000_000_000 + n)], buckets: ['d*'] }), { accounts: ['111122223333'] }],
    ['Region', (n) => ({ regions: [`eu-far-${n}`] }), { regions: ['eu-west-1'] }],
    ['OU', (n) => ({ ou: `o-a/r-aa/ou-aa-x${n}` }), { ou: 'o-a/r-aa' }],
    ['tag', (n) => ({ tags: [{ key: 'team', value: `t${n}` }], buckets: ['d*'] }), { tags: [{ key: 'team' }] }],
  ];
  for (const [of, one, here] of rows) {
    const entries = [...Array.from({ length: 2000 }, (_, n) => ({ when: one(n) })), { when: here }, { when: {} }];
    const found = candidates(entries, {
      state: { bucket: 'data', account: '111122223333', region: 'eu-west-1' },
      kind: 'general-purpose',
      partition: 'aws',
      facts: { tags: read([{ key: 'team', value: 'a' }]), ouPath: read('o-a/r-aa/ou-aa-1') },
    });
    assert.deepEqual(found, [2000, 2001], of);
  }
});

/** What the two searches find: which rule, which exception, how many notices, what is lacking and why nobody can say. */
function outline(found: ReturnType<typeof rulingFor>): object {
  if (found.kind === 'open') return { lacks: found.lacks, reasons: found.reasons };
  const { rule, exception, notices } = found.value;
  return { rule, until: exception?.until, notices: notices.map(({ code }) => code) };
}

/** The same without an index. */
function plainly(given: RulingCase): object {
  const choice = plainRule(given);
  const exemption = plainExemption(given);
  if ('until' in exemption) {
    const soon = exemption.until === '2026-11-10' ? ['exception-ending'] : [];
    return { rule: 'rule' in choice ? choice.rule : 'built-in: exempt', until: exemption.until, notices: soon };
  }
  const open = openTogether([exemption, choice].flatMap((each) => ('open' in each ? [each.open] : [])));
  if (open !== undefined) return { lacks: open.lacks, reasons: open.reasons };
  assert('rule' in choice && 'ended' in exemption);
  return { rule: choice.rule, until: undefined, notices: Array(exemption.ended).fill('exception-expired') };
}

type Plain = { open: Answer<unknown> };

function plainRule(given: RulingCase): Plain | { rule: string } {
  const open: Answer<unknown>[] = [];
  for (const rule of given.policy.rules) {
    const found = matching(rule.when, given, `Rule ${rule.name} of the policy`);
    if (found.kind === 'open') open.push(found);
    const ends = found.kind === 'sure' ? found.value : found.lacks.length === 0;
    if (ends) return opened(open) ?? { rule: rule.name };
  }
  return opened(open) ?? { rule: 'default' };
}

function plainExemption(given: RulingCase): Plain | { until: string } | { ended: number } {
  const open: Answer<unknown>[] = [];
  let ended = 0;
  for (const [index, each] of given.policy.exceptions.entries()) {
    const found = holds(each, given, index);
    if (found.kind === 'open' && isInForce(each, NOW)) open.push(found);
    if (found.kind === 'open' || !found.value) continue;
    if (isInForce(each, NOW)) return { until: each.until };
    ended += 1;
  }
  return opened(open) ?? { ended };
}

function holds(each: PolicyDocument['exceptions'][number], given: RulingCase, index: number): Answer<boolean> {
  if (each.bucket !== undefined) return { kind: 'sure', value: each.bucket === nameOf(given.state.bucket) };
  return matching(each.when ?? {}, given, `Exception ${index + 1} of the policy`);
}

function opened(answers: Answer<unknown>[]): Plain | undefined {
  const open = openTogether(answers);
  return open && { open };
}
