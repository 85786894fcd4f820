import fc from 'fast-check';
import type { Act } from './acts.ts';
import { FOR_EVER } from './batch-tasks.ts';
import type { History } from './play.ts';
import { POLICIES } from './policies.ts';
import type { Twist } from './scheduler.ts';
import { RULES, type RuleName } from './world.ts';

const ruleName = fc.constantFrom(...(Object.keys(RULES) as RuleName[]));
const named = (wanted: string) => POLICIES.findIndex(({ name }) => name === wanted);
const MOSTLY = [
  'drifted',
  'all',
  'all versions',
  'all versions',
  'people are asked',
  'own copies alone',
  'own copies too',
  'inline',
  'own copies, people are asked',
  'second key, own copies',
].map(named);
const policy = fc.nat(POLICIES.length - 1);

/** Weighted: what weakens a bucket and what is written to it most of all. */
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: ruleName.map((rule) => ({ kind: 'put', rule }) as const) },
  { weight: 4, arbitrary: fc.constant({ kind: 'delete-encryption' } as const) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(0, 0, 0, 1, 2, FOR_EVER).map((fails) => ({ kind: 'write', fails }) as const),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom('overwrite', 'overwrite', 'remove'), fc.nat(5))
      .map(([kind, nth]) => ({ kind, nth }) as const),
  },
  { weight: 2, arbitrary: fc.constantFrom({ kind: 'create' } as const, { kind: 'delete' } as const) },
  { weight: 1, arbitrary: policy.map((each) => ({ kind: 'publish', policy: each }) as const) },
  { weight: 1, arbitrary: fc.boolean().map((enabled) => ({ kind: 'key', enabled }) as const) },
  { weight: 2, arbitrary: fc.constantFrom({ kind: 'sweep' } as const, { kind: 'observing-sweep' } as const) },
  { weight: 1, arbitrary: fc.nat(9).map((event) => ({ kind: 'tell-again', event }) as const) },
  {
    weight: 3,
    arbitrary: fc.constantFrom('cancel-job', 'confirm-jobs', 'ask-open-jobs').map((kind) => ({ kind }) as const),
  },
  { weight: 2, arbitrary: fc.constantFrom({ kind: 'rollback' } as const, { kind: 'acknowledge' } as const) },
);

const afterSeconds = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0, 1, 2, 30, 61, 90) },
  { weight: 2, arbitrary: fc.constantFrom(600, 3_600, 90_000) },
  { weight: 1, arbitrary: fc.constant(31 * 86_400) },
);

const seconds = fc.constantFrom(1, 6, 30, 59, 80, 400);
const twist: fc.Arbitrary<Twist> = fc.oneof(
  simple('fail'),
  simple('deny'),
  simple('lose'),
  simple('twice'),
  simple('die'),
  simple('die-after'),
  simple('act'),
  simple('act'),
  simple('other'),
  simple('other'),
  simple('rotate'),
  simple('last-first'),
  seconds.map((each) => ({ kind: 'slow', seconds: each }) as const),
  seconds.map((each) => ({ kind: 'slow-after', seconds: each }) as const),
);

function simple<K extends Exclude<Twist['kind'], 'slow' | 'slow-after'>>(kind: K): fc.Arbitrary<Twist> {
  return fc.constant({ kind } as Twist);
}

/** The calls of reencrypt-object, between which anything may happen. */
const CALLS = [
  'CopyObject reads',
  'CopyObject writes',
  'UpdateObjectEncryptionCommand',
  'HeadObjectCommand',
  'ListObjectsV2Command',
  'pieces.begin',
  'pieces.begun',
  'pieces.add',
  'pieces.keep',
  'pieces.end',
  'pieces.take',
  'sendPieces',
  'askToClose',
];
const aimed: fc.Arbitrary<History['aimed'][number]['twist']> = fc.oneof(
  ...(['fail', 'deny', 'lose', 'twice', 'die', 'die-after'] as const).map(simple),
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom('overwrite', 'overwrite', 'remove'), fc.nat(3))
      .map(([kind, nth]) => ({ kind, nth }) as const),
  },
);

const skewSeconds = fc.constantFrom(0, 0, -900, -300, 300, 900);

/** Whole stories of one bucket. Each begins with a bucket that is made, mostly one that was seen right afterwards. */
export const imaginedHistory: fc.Arbitrary<History> = fc.record({
  policy: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...MOSTLY) }, { weight: 1, arbitrary: policy }),
  acts: fc
    .tuple(fc.boolean(), fc.array(fc.record({ afterSeconds, act }), { maxLength: 12 }))
    .map(([isSeen, acts]) => [...(isSeen ? SEEN : MADE), ...acts]),
  twists: fc.array(fc.record({ after: fc.nat(20), twist }), { maxLength: 8 }),
  aimed: fc.array(fc.record({ call: fc.constantFrom(...CALLS), nth: fc.nat(4), twist: aimed }), { maxLength: 6 }),
  oddities: fc.array(fc.record({ invocation: fc.nat(12), skewSeconds, staleBy: fc.constantFrom(0, 0, 1, 2) }), {
    maxLength: 2,
  }),
  lateness: fc.array(
    fc.record({ seconds: fc.constantFrom(0, 0, 0, 5, 120, 3_600, 100_000), copies: fc.constantFrom(1, 1, 1, 2) }),
    { maxLength: 4 },
  ),
  jobNews: fc.array(fc.record({ seconds: fc.constantFrom(0, 0, 5, 3_600), copies: fc.constantFrom(0, 1, 1, 2) }), {
    maxLength: 3,
  }),
  mostActive: fc.constantFrom(1, 1, 2, 6),
  isVersioned: fc.boolean(),
  listsVersions: fc.constantFrom(false, false, false, true),
  old: fc.array(
    fc.record({
      storageClass: fc.constantFrom('STANDARD', 'STANDARD_IA'),
      fails: fc.constantFrom(0, 0, 1, FOR_EVER),
      older: fc.constantFrom(0, 0, 1, 2),
    }),
    { maxLength: 4 },
  ),
  replay: fc.array(fc.nat(99), { maxLength: 12 }),
});

const MADE: History['acts'] = [{ afterSeconds: 0, act: { kind: 'create' } }];
const SEEN: History['acts'] = [
  ...MADE,
  { afterSeconds: 1, act: { kind: 'put', rule: 'standard' } },
  { afterSeconds: 3_600, act: { kind: 'sweep' } },
  { afterSeconds: 600, act: { kind: 'write', fails: 0 } },
];
