import { globMatch, hasVariable, isOpen } from './glob.ts';
import type { Condition } from './statement.ts';
import { allOf, anyOf, negated, type Three } from './three-valued.ts';

/**
 * Condition keys that are known, in lower case. A value may hold * where only so much is known of it; null means that the request does
 * not carry the key. A key that is not listed is not known at all.
 */
export type Context = Readonly<Record<string, string | null>>;

/** Whether the request meets every condition of a statement (IAM JSON policy element Condition). */
export function conditionsMet(conditions: readonly Condition[], context: Context): Three {
  return allOf(conditions.map((condition) => conditionMet(condition, context)));
}

/** One operator on one key; an operator that is not understood is undecided. */
export function conditionMet({ operator, key, values }: Condition, context: Context): Three {
  const { base, set, ifExists } = operatorParts(operator);
  const value = Object.hasOwn(context, key) ? context[key] : undefined;
  if (value === undefined) return 'unknown';
  if (base === 'null') return anyOf(values.map((wanted) => equals(wanted.toLowerCase(), String(value === null))));

  const test = TESTS[base];
  if (test === undefined) return 'unknown';
  const isNegated = base.includes('not');
  if (value === null) return isAbsentGood({ isNegated, set, ifExists }) ? 'yes' : 'no';
  // Long lists of account ids under StringEquals are common, and this answers for them in one look.
  if (test === equals && values.includes(value) && !isOpen(value)) return isNegated ? 'no' : 'yes';
  const met = metByAny(values, value, test);
  return isNegated ? negated(met) : met;
}

/** Ends at the first value that is met: a log bucket of an organization lists hundreds of accounts. */
function metByAny(values: readonly string[], value: string, test: Test): Three {
  let met: Three = 'no';
  for (const wanted of values) {
    const one = hasVariable(wanted) ? 'unknown' : test(wanted, value);
    if (one === 'yes') return 'yes';
    if (one === 'unknown') met = 'unknown';
  }
  return met;
}

interface Parts {
  /** Lower case, without prefix and suffix. */
  base: string;
  set: string;
  ifExists: boolean;
}

function operatorParts(operator: string): Parts {
  const lower = operator.toLowerCase();
  const colon = lower.indexOf(':');
  const rest = lower.slice(colon + 1);
  const ifExists = rest.endsWith('ifexists');
  return {
    base: ifExists ? rest.slice(0, -'ifexists'.length) : rest,
    set: lower.slice(0, Math.max(colon, 0)),
    ifExists,
  };
}

/** ForAnyValue asks for at least one value; everything else that is negated, optional or about all values holds where there is none. */
function isAbsentGood({ isNegated, set, ifExists }: { isNegated: boolean; set: string; ifExists: boolean }): boolean {
  if (ifExists || set === 'forallvalues') return true;
  return isNegated && set !== 'foranyvalue';
}

type Test = (wanted: string, value: string) => Three;

const sameIgnoringCase: Test = (wanted, value) => equals(wanted.toLowerCase(), value.toLowerCase());

/** Negated operators share the test of what they negate. Numbers, dates and addresses are never known here. */
const TESTS: Readonly<Record<string, Test>> = {
  stringequals: equals,
  stringnotequals: equals,
  stringequalsignorecase: sameIgnoringCase,
  stringnotequalsignorecase: sameIgnoringCase,
  stringlike: globMatch,
  stringnotlike: globMatch,
  arnequals: arnMatch,
  arnlike: arnMatch,
  arnnotequals: arnMatch,
  arnnotlike: arnMatch,
  bool: sameIgnoringCase,
};

/** Letter by letter; the wanted text has no wildcards here, the value may. */
function equals(wanted: string, value: string): Three {
  if (wanted === value) return isOpen(value) ? 'unknown' : 'yes';
  return isOpen(value) && globMatch(value, wanted) !== 'no' ? 'unknown' : 'no';
}

/** Each of the six parts of an ARN is matched by itself (IAM User Guide, ARN condition operators). */
function arnMatch(wanted: string, value: string): Three {
  if (wanted === '*') return 'yes';
  const patterns = arnParts(wanted);
  const parts = arnParts(value);
  if (patterns.length < 6 || parts.length < 6) return wanted === value ? 'yes' : 'unknown';
  const isElsewhere = patterns.some(
    (pattern, at) => !isOpen(pattern) && !isOpen(parts[at] ?? '*') && pattern !== parts[at],
  );
  return isElsewhere ? 'no' : allOf(patterns.map((pattern, at) => globMatch(pattern, parts[at] ?? '')));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
