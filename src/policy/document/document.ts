import * as z from 'zod/mini';
import { ResealError } from '../../errors.ts';
import { type Problem, problemLine, problemsOf } from '../../problem.ts';
import { DEFAULT_OBJECTS } from '../model.ts';
import { lastDay, lastsLonger } from '../ruling/exceptions.ts';
import { contradictions } from './contradictions.ts';
import { exception, exceptionRequests } from './document-exceptions.ts';
import { defaultObjects, defaultStandard, ruleObjects, ruleStandard } from './document-standard.ts';
import { when } from './document-when.ts';
import { described, optional, strictMapping, matchingText, whole, word } from './document-words.ts';

const MODES = ['enforce', 'observe'] as const;

/** What the functions and the checks were measured with; a team that has more can split its buckets by tags or key maps. */
const MOST = 5_000;

/** A list that may be missing, and has an end. */
function listOf<Item extends z.core.SomeType>(item: Item, what: string, first: string) {
  const most = `at most 5,000 ${what}: take several buckets together by names with *, by tags, by OU or by a key map`;
  return z._default(
    z
      .array(item, { error: `a list of ${what}, with - in front of each (- ${first})` })
      .check(z.maxLength(MOST, { error: most })),
    [],
  );
}

const RULE_NAME = 'a name of 1 to 64 letters, digits, spaces, dots, hyphens or underscores';

const rule = strictMapping(
  {
    name: described(
      matchingText(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/, RULE_NAME),
      'Its name in verdicts, the ledger and logs; no two rules have the same.',
    ),
    when,
    standard: z.exactOptional(ruleStandard),
    objects: z.exactOptional(ruleObjects),
    mode: optional(
      word(MODES),
      'enforce repairs the buckets of this rule, observe judges and records them and changes none; without it the mode of the policy holds.',
    ),
  },
  'a mapping with name, when and standard',
);

const REPAIRS = 'How many repairs of drift by one principal within `hours` hold the bucket.';
const FLAPPING = { repairs: 3, hours: 24 };

const flapping = strictMapping(
  {
    repairs: described(z._default(whole(2, 50), FLAPPING.repairs), REPAIRS),
    hours: described(z._default(whole(1, 168), FLAPPING.hours), 'How far back repairs are counted.'),
  },
  'a mapping with repairs and hours',
);
const limits = strictMapping(
  {
    flapping: z._default(flapping, FLAPPING),
    exceptionDays: optional(
      whole(1, 3_650, 'whole days from 1 to 3650'),
      'The longest that any exception may last: of the policy counted from today, of a tag from when it was set.',
    ),
  },
  'a mapping with flapping and exceptionDays',
);

/** The policy language, version 1 (docs/policy.md). Unknown keys are refused everywhere; defaults are filled in. */
export const policyDocument = strictMapping(
  {
    version: described(
      z.literal(1, { error: '1, the only version of the policy language there is' }),
      'Version of the policy language.',
    ),
    mode: described(
      z._default(word(MODES), 'enforce'),
      'enforce repairs; observe judges and records, and changes nothing but what a rule with mode: enforce takes.',
    ),
    standard: defaultStandard,
    objects: z._default(defaultObjects, { ...DEFAULT_OBJECTS, methods: [...DEFAULT_OBJECTS.methods] }),
    rules: described(
      listOf(rule, 'rules', 'name: NAME'),
      'Overrides for some buckets: the first rule whose `when` matches wins.',
    ),
    exceptions: described(listOf(exception, 'exceptions', 'bucket: NAME'), 'Buckets that are left alone until a date.'),
    exceptionRequests: z.exactOptional(exceptionRequests),
    logTargets: optional(
      z.literal('proven', { error: 'proven, or nothing: a permission for access logs is enough where it is not said' }),
      'proven holds a bucket that only a permission for server access logs keeps at SSE-S3, where no bucket sends any.',
    ),
    limits: z._default(limits, { flapping: FLAPPING }),
  },
  'a mapping with version and standard',
);

export type PolicyDocument = z.output<typeof policyDocument>;
export type Rule = PolicyDocument['rules'][number];
export type { Exception } from './document-exceptions.ts';

/**
 * The document with its defaults, or every problem in it at once. `now`: whoever writes a policy is told of exceptions that last too long;
 * who reads one later leaves them out of force.
 */
export function checkPolicy(json: unknown, now?: Date): { document: PolicyDocument } | { problems: Problem[] } {
  const parsed = policyDocument.safeParse(json);
  const tooLong = parsed.success && now !== undefined ? exceptionsTooLong(parsed.data, now) : [];
  const problems = [...(parsed.success ? [] : problemsOf(parsed.error, json)), ...contradictions(json), ...tooLong];
  return parsed.success && problems.length === 0 ? { document: parsed.data } : { problems };
}

function exceptionsTooLong({ exceptions, limits: { exceptionDays } }: PolicyDocument, now: Date): Problem[] {
  return exceptions.flatMap(({ until }, index) => {
    if (exceptionDays === undefined || !lastsLonger(until, exceptionDays, now)) return [];
    const expected = `a day within ${exceptionDays} days (limits.exceptionDays): ${lastDay(exceptionDays, now)} or earlier`;
    return [{ path: ['exceptions', index, 'until'], expected, found: `"${until}"` }];
  });
}

/** Checks a policy that was read as JSON. Throws `invalid-policy` with one line for each problem: `PATH: expected X, found Y`. */
export function parsePolicy(json: unknown): PolicyDocument {
  const checked = checkPolicy(json);
  if ('document' in checked) return checked.document;
  const lines = checked.problems.map((problem) => problemLine(problem, 'the policy'));
  throw new ResealError('invalid-policy', lines.join('\n'));
}
