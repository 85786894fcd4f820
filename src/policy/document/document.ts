import * as z from 'zod/mini';
import { ResealError } from '../../errors.ts';
import { type Problem, problemLine, problemsOf } from '../../problem.ts';
import { contradictions } from './contradictions.ts';
import { exception, exceptionRequests } from './document-exceptions.ts';
import { defaultObjects, defaultStandard, ruleObjects, ruleStandard } from './document-standard.ts';
import { when } from './document-when.ts';
import { strictMapping, text, word } from './document-words.ts';

const RULE_NAME = 'a name of 1 to 64 letters, digits, spaces, dots, hyphens or underscores';

const rule = strictMapping(
  {
    name: text(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/, RULE_NAME).check(
      z.describe('Its name in verdicts, the ledger and logs; no two rules have the same.'),
    ),
    when,
    standard: z.exactOptional(ruleStandard),
    objects: z.exactOptional(ruleObjects),
    mode: z.exactOptional(
      z
        .literal('observe', { error: 'observe, or nothing: a rule enforces where the policy does' })
        .check(z.describe('observe judges and records the buckets of this rule, and changes none.')),
    ),
  },
  'a mapping with name, when and standard',
);

const limits = strictMapping(
  {
    flapping: z._default(
      strictMapping(
        {
          repairs: z
            ._default(whole(2, 50), 3)
            .check(z.describe('So many repairs of drift by one principal within `hours` hold the bucket.')),
          hours: z._default(whole(1, 168), 24).check(z.describe('How far back repairs are counted.')),
        },
        'a mapping with repairs and hours',
      ),
      { repairs: 3, hours: 24 },
    ),
  },
  'a mapping with flapping',
);

/** The policy language, version 1 (docs/policy.md). Unknown keys are refused everywhere; defaults are filled in. */
export const policyDocument = strictMapping(
  {
    version: z
      .literal(1, { error: '1, the only version of the policy language there is' })
      .check(z.describe('Version of the policy language.')),
    mode: z
      ._default(word(['enforce', 'observe']), 'enforce')
      .check(z.describe('enforce repairs; observe judges and records, and changes nothing.')),
    standard: defaultStandard,
    objects: z._default(defaultObjects, { reencrypt: 'drifted' }),
    rules: z
      ._default(z.array(rule, { error: 'a list of rules' }), [])
      .check(z.describe('The first rule whose `when` holds says what is otherwise than the default standard.')),
    exceptions: z
      ._default(z.array(exception, { error: 'a list of exceptions' }), [])
      .check(z.describe('Buckets that are left alone for a time.')),
    exceptionRequests: z.exactOptional(exceptionRequests),
    limits: z._default(limits, { flapping: { repairs: 3, hours: 24 } }),
  },
  'a mapping with version and standard',
);

export type PolicyDocument = z.output<typeof policyDocument>;
export type Rule = PolicyDocument['rules'][number];
export type { Exception } from './document-exceptions.ts';

/** The document with its defaults, or every problem in it at once. */
export function checkPolicy(json: unknown): { document: PolicyDocument } | { problems: Problem[] } {
  const parsed = policyDocument.safeParse(json);
  const problems = [...(parsed.success ? [] : problemsOf(parsed.error, json)), ...contradictions(json)];
  return parsed.success && problems.length === 0 ? { document: parsed.data } : { problems };
}

/** Checks a policy that was read as JSON. Throws `invalid-policy` with one line for each problem: `PATH: expected X, found Y`. */
export function parsePolicy(json: unknown): PolicyDocument {
  const checked = checkPolicy(json);
  if ('document' in checked) return checked.document;
  throw new ResealError(
    'invalid-policy',
    checked.problems.map((problem) => problemLine(problem, 'the policy')).join('\n'),
  );
}

function whole(from: number, to: number) {
  const error = `a whole number from ${from} to ${to}`;
  return z.int({ error }).check(z.gte(from, { error }), z.lte(to, { error }));
}
