import { arnParts, globMatch, hasVariable, isOpen } from './glob.ts';
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
  const [, set = '', base = '', ifExists] = OPERATOR.exec(operator.toLowerCase()) ?? [];
  const value = Object.hasOwn(context, key) ? context[key] : undefined;
  if (value === undefined) return 'unknown';
  if (base === 'null') return anyOf(values.map((wanted) => equals(wanted.toLowerCase(), String(value === null))));

  const test = TESTS.get(base);
  if (test === undefined) return 'unknown';
  const isNegated = base.includes('not');
  // ForAnyValue asks for at least one value; everything else that is negated, optional or about all values holds where there is none.
  const isAbsentGood = ifExists !== undefined || set === 'forallvalues' || (isNegated && set !== 'foranyvalue');
  if (value === null) return isAbsentGood ? 'yes' : 'no';
  // Long lists of account ids under StringEquals are common, and this answers for them in one look.
  if (test === equals && values.includes(value) && !isOpen(value)) return isNegated ? 'no' : 'yes';
  const met = metByAny(values, value, test);
  return isNegated ? negated(met) : met;
}

/** True for operators that a request without the key fails: IfExists and ForAllValues let it pass. */
export function demands({ operator }: Condition): boolean {
  return /^(foranyvalue:)?(string(equals|equalsignorecase|like)|arn(equals|like))$/i.test(operator);
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

/** ForAnyValue or ForAllValues, what is tested, and whether IfExists follows. */
const OPERATOR = /^(?:([^:]*):)?(.*?)(ifexists)?$/s;

type Test = (wanted: string, value: string) => Three;

const sameIgnoringCase: Test = (wanted, value) => equals(wanted.toLowerCase(), value.toLowerCase());

/** Negated operators share the test of what they negate. Numbers, dates and addresses are never known here. */
const TESTS: ReadonlyMap<string, Test> = new Map([
  ['stringequals', equals],
  ['stringnotequals', equals],
  ['stringequalsignorecase', sameIgnoringCase],
  ['stringnotequalsignorecase', sameIgnoringCase],
  ['stringlike', globMatch],
  ['stringnotlike', globMatch],
  ['arnequals', arnMatch],
  ['arnlike', arnMatch],
  ['arnnotequals', arnMatch],
  ['arnnotlike', arnMatch],
  ['bool', sameIgnoringCase],
]);

/** Letter by letter; the wanted text has no wildcards here, the value may. */
function equals(wanted: string, value: string): Three {
  if (wanted === value) return isOpen(value) ? 'unknown' : 'yes';
  return isOpen(value) && globMatch(value, wanted) !== 'no' ? 'unknown' : 'no';
}

/** Each of the six parts of an ARN is matched by itself (IAM User Guide, ARN condition operators). */
function arnMatch(wanted: string, value: string): Three {
  if (wanted === '*') return 'yes';
  if (!isArn(wanted) || !isArn(value)) return wanted === value ? 'yes' : 'unknown';
  const parts = arnParts(value);
  const pairs = arnParts(wanted).map((pattern, at) => ({ pattern, part: parts[at] ?? '' }));
  const isElsewhere = pairs.some(({ pattern, part }) => !isOpen(pattern) && !isOpen(part) && pattern !== part);
  return isElsewhere ? 'no' : allOf(pairs.map(({ pattern, part }) => globMatch(pattern, part)));
}

function isArn(text: string): boolean {
  return text.split(':').length >= 6;
}

/** Condition keys compare without case and are kept in lower case; these are how their own pages spell them. */
const SPELT = [
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:PrincipalIsAWSService',
  'aws:PrincipalOrgID',
  'aws:PrincipalOrgPaths',
  'aws:PrincipalServiceName',
  'aws:PrincipalServiceNamesList',
  'aws:PrincipalType',
  'aws:SecureTransport',
  'aws:SourceAccount',
  'aws:SourceArn',
  'aws:SourceIp',
  'aws:SourceOrgID',
  'aws:SourceOrgPaths',
  'aws:SourceVpc',
  'aws:SourceVpce',
  'aws:ViaAWSService',
  'kms:CallerAccount',
  'kms:EncryptionContext:aws:cloudtrail:arn',
  'kms:EncryptionContext:aws:s3:arn',
  'kms:EncryptionContextKeys',
  'kms:GrantIsForAWSResource',
  'kms:ViaService',
] as const;

const BY_KEY: ReadonlyMap<string, string> = new Map(SPELT.map((name) => [name.toLowerCase(), name]));

/** A condition key as people know it, for sentences. */
export function conditionName(key: string): string {
  return BY_KEY.get(key) ?? key;
}
