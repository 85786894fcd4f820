import * as z from 'zod/mini';
import { someOf, strictMapping, whole, word } from '../../src/policy/document/document-words.ts';
import {
  ALGORITHMS,
  BLOCK_SSE_C,
  METHODS,
  REENCRYPT,
  STRENGTH_RULES,
  type Standard,
  UPLOADS,
  VERSIONS,
} from '../../src/policy/model.ts';
import { REASONS } from '../../src/policy/reasons.ts';
import type { Problem } from '../../src/problem.ts';
import type { Explanation } from '../explain/explanation.ts';

const text = (expected: string) => z.string({ error: expected });
const flag = z.boolean({ error: 'true or false' });

const expectedStandard = strictMapping(
  {
    algorithm: z.exactOptional(word(ALGORITHMS)),
    key: z.exactOptional(text('the key as the policy names it, or none')),
    keepKey: z.exactOptional(flag),
    bucketKey: z.exactOptional(flag),
    blockSseC: z.exactOptional(word(BLOCK_SSE_C)),
    strength: z.exactOptional(word(STRENGTH_RULES)),
    reencrypt: z.exactOptional(word(REENCRYPT)),
    versions: z.exactOptional(word(VERSIONS)),
    uploads: z.exactOptional(word(UPLOADS)),
    methods: z.exactOptional(someOf(word(METHODS), `a list of ${METHODS.join(', ')}`)),
    inlineUpTo: z.exactOptional(whole(0, 1_000)),
  },
  'a mapping with any of algorithm, key, keepKey, bucketKey, blockSseC, strength, reencrypt, versions, uploads, methods and inlineUpTo',
);

const CODE = 'a reason code of docs/reasons.md';
const code = text(CODE).check(z.refine((value) => Object.hasOwn(REASONS, value), { error: CODE }));

/** What a test expects of a verdict; what it does not name may be anything. */
export const expectation = strictMapping(
  {
    verdict: word(['compliant', 'repair', 'exempt', 'hold', 'unreadable']),
    rule: z.exactOptional(text('the name of a rule, or default')),
    mode: z.exactOptional(word(['enforce', 'observe'])),
    reasons: z.exactOptional(z.union([z.array(code, { error: CODE }).check(z.maxLength(0)), someOf(code, CODE)])),
    standard: z.exactOptional(expectedStandard),
  },
  'a mapping with verdict and, where they matter, rule, mode, reasons and standard',
);

export type Expectation = z.output<typeof expectation>;

/** Where a verdict is another one than expected. */
export function differences(expected: Expectation, explained: Explanation): Problem[] {
  const { verdict, rule = 'unknown', observe, reasons, standard } = explained;
  const codes = reasons.map((reason) => reason.code);
  const why = reasons.map(({ code: one, message }) => `${one}: ${message}`).join(' ');
  const isSame = (wanted: readonly string[]) => wanted.toSorted().join() === codes.toSorted().join();
  return [
    differs(['verdict'], expected.verdict, verdict, why === '' ? '' : ` (${why})`),
    differs(['rule'], expected.rule, rule),
    differs(['mode'], expected.mode, observe ? 'observe' : 'enforce'),
    expected.reasons === undefined || isSame(expected.reasons)
      ? undefined
      : { path: ['reasons'], expected: listed(expected.reasons), found: listed(codes) },
    ...(standard === undefined ? [] : standardDifferences(expected.standard ?? {}, standard)),
  ].filter((problem) => problem !== undefined);
}

function standardDifferences(expected: z.output<typeof expectedStandard>, standard: Standard) {
  const found = new Map<string, unknown>(
    Object.entries({ key: 'none', keepKey: false, strength: 'atLeast', ...standard }),
  );
  return Object.entries(expected).map(([name, wanted]) =>
    differs(['standard', name], plain(wanted), plain(found.get(name))),
  );
}

type Plain = string | number | boolean | undefined;

/** Lists here have no order that matters. */
function plain(value: unknown): Plain {
  return Array.isArray(value) ? METHODS.filter((each) => value.includes(each)).join(', ') : (value as Plain);
}

function differs(path: string[], wanted: Plain, found: Plain, why = ''): Problem | undefined {
  if (wanted === undefined || wanted === found) return undefined;
  return { path, expected: String(wanted), found: `${String(found)}${why}` };
}

function listed(codes: readonly string[]): string {
  return codes.length === 0 ? 'none' : codes.join(', ');
}
