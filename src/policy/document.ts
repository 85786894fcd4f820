import * as z from 'zod/mini';
import { ResealError } from '../errors.ts';
import { type Problem, problemLine, problemsOf } from '../problem.ts';
import { contradictions } from './contradictions.ts';
import { ALIAS_NAME, GOOD_KEY, KEY_ARN, isAwsManagedAlias } from './key-form.ts';
import { ALGORITHMS, REENCRYPT } from './model.ts';

const OWN_KEY = `a key of your own, because the AWS managed key can be neither shared nor granted: ${GOOD_KEY}`;

const standard = strictMapping(
  {
    algorithm: z
      .enum(ALGORITHMS, { error: oneOf(ALGORITHMS) })
      .check(z.describe('AES256 is SSE-S3, aws:kms is SSE-KMS, aws:kms:dsse is DSSE-KMS.')),
    key: z.exactOptional(
      z.string({ error: GOOD_KEY }).check(
        z.regex(new RegExp(`${ALIAS_NAME.source}|${KEY_ARN.source}`), {
          error: (issue) => (isAwsManagedAlias(issue.input) ? OWN_KEY : GOOD_KEY),
        }),
        z.describe("alias/NAME, looked up in each bucket's own account and Region, or a full key ARN."),
      ),
    ),
    bucketKey: z
      ._default(z.boolean({ error: 'true or false' }), true)
      .check(z.describe('true demands an S3 Bucket Key under aws:kms; false never turns one off.')),
    blockSseC: z
      ._default(z.enum(['on', 'leave'], { error: oneOf(['on', 'leave']) }), 'leave')
      .check(z.describe('on demands that the bucket refuses SSE-C writes; leave keeps what the bucket has.')),
  },
  'a mapping with algorithm and, for KMS, key',
).check(z.describe('The default encryption that every bucket shall have at least.'));

const objects = strictMapping(
  {
    reencrypt: z
      ._default(z.enum(REENCRYPT, { error: oneOf(REENCRYPT) }), 'drifted')
      .check(
        z.describe(
          'Which existing objects to re-encrypt after a repair: none, those written in the drift window, or all.',
        ),
      ),
  },
  'a mapping with reencrypt',
);

const EXACT_NAME = 'the exact name of one bucket (3 to 255 letters, digits, dots, hyphens or underscores)';
const REAL_DATE = 'a date of the calendar as YYYY-MM-DD (for example 2027-12-31)';

const exception = strictMapping(
  {
    bucket: z
      .string({ error: EXACT_NAME })
      .check(
        z.regex(/^[A-Za-z0-9._-]{3,255}$/, { error: EXACT_NAME }),
        z.describe('The exact name of one bucket; no patterns.'),
      ),
    reason: sentence('why the bucket is exempt, in words').check(z.describe('Why the bucket is exempt.')),
    owner: sentence('who answers for the exception').check(z.describe('Who answers for the exception.')),
    until: z.iso
      .date({ error: REAL_DATE })
      .check(z.describe('Last day of the exception (UTC); after it the bucket is judged like every other.')),
  },
  'a mapping with bucket, reason, owner and until',
);

/** The policy language, version 1 (docs/policy.md). Unknown keys are refused everywhere; defaults are filled in. */
export const policyDocument = strictMapping(
  {
    version: z
      .literal(1, { error: '1, the only version of the policy language there is' })
      .check(z.describe('Version of the policy language.')),
    mode: z
      ._default(z.enum(['enforce', 'observe'], { error: oneOf(['enforce', 'observe']) }), 'enforce')
      .check(z.describe('enforce repairs; observe judges and records, and changes nothing.')),
    standard,
    objects: z._default(objects, { reencrypt: 'drifted' }),
    exceptions: z._default(z.array(exception, { error: 'a list of exceptions' }), []),
  },
  'a mapping with version and standard',
);

export type PolicyDocument = z.output<typeof policyDocument>;
export type Exception = PolicyDocument['exceptions'][number];

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

function strictMapping<const Shape extends z.core.$ZodLooseShape>(shape: Shape, expected: string) {
  const known = oneOf(Object.keys(shape));
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : expected),
  });
}

function sentence(expected: string) {
  return z.string({ error: expected }).check(z.regex(/\S/, { error: expected }));
}

function oneOf(values: readonly string[]): string {
  return `one of ${values.join(', ')}`;
}
