import { globMatch, hasVariable, isOpen } from './glob.ts';
import type { Condition, Statement } from './statement.ts';
import { agreed, allOf, anyOf, negated, type Three } from './three-valued.ts';

/**
 * Condition keys that are known, in lower case. A value may hold * where only so much is known of it, a list means one of its values, and
 * null that the request does not carry the key. A key that is not listed is not known at all.
 */
export type Context = Readonly<Record<string, string | readonly string[] | null>>;

/** Whether the request meets every condition of a statement (IAM JSON policy element Condition). */
export function conditionsMet(conditions: readonly Condition[], context: Context): Three {
  return allOf(conditions.map((condition) => conditionMet(condition, context)));
}

/** One operator on one key; an operator that is not understood is undecided. */
export function conditionMet(condition: Condition, context: Context): Three {
  const { key } = condition;
  const value = Object.hasOwn(context, key) ? context[key] : undefined;
  if (value === undefined) return 'unknown';
  if (value === null || typeof value === 'string') return met(condition, value);
  return agreed(value.map((one) => met(condition, one)));
}

function met({ operator, values }: Condition, value: string | null): Three {
  const [, set = '', base = '', ifExists] = OPERATOR.exec(operator.toLowerCase()) ?? [];
  if (base === 'null') return anyOf(values.map((wanted) => equals(wanted.toLowerCase(), String(value === null))));

  const test = TESTS.get(base);
  if (test === undefined) return 'unknown';
  const isNegated = base.includes('not');
  // ForAnyValue asks for at least one value; everything else that is negated, optional or about all values holds where there is none.
  const isAbsentGood = ifExists !== undefined || set === 'forallvalues' || (isNegated && set !== 'foranyvalue');
  if (value === null) return isAbsentGood ? 'yes' : 'no';
  // Long lists of account ids and ARNs are common, and this answers for them in one look: a pattern matches all that it stands for.
  const isPlain = test === equals ? !isOpen(value) : !hasVariable(value);
  if (isPlain && values.includes(value)) return isNegated ? 'no' : 'yes';
  const found = metByAny(values, value, test);
  return isNegated ? negated(found) : found;
}

/** Whoever meets the first meets the second: the same operator on the same key, with no value more, or where it is negated with no value less. */
export function implies(one: Condition, other: Condition): boolean {
  if (one.key !== other.key || one.operator.toLowerCase() !== other.operator.toLowerCase()) return false;
  const [few, many] = /not/i.test(one.operator) ? [other, one] : [one, other];
  const all = new Set(many.values);
  return few.values.every((value) => all.has(value));
}

/** A statement without the conditions that a request is known to meet. */
export function withoutGiven(statement: Statement, given: readonly Condition[]): Statement {
  const isLeft = (condition: Condition) => !given.some((one) => implies(one, condition));
  return given.length === 0 ? statement : { ...statement, conditions: statement.conditions.filter(isLeft) };
}

/** True for operators that a request without the key fails: IfExists and ForAllValues let it pass. */
export function demands({ operator }: Condition): boolean {
  return /^(foranyvalue:)?(string(equals|equalsignorecase|like)|arn(equals|like)|ipaddress)$/i.test(operator);
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
  const patterns = wanted.split(':');
  const parts = value.split(':');
  if (patterns.length < ARN_PARTS || parts.length < ARN_PARTS) return wanted === value ? 'yes' : 'unknown';
  let met: Three = 'yes';
  for (let at = 0; at < ARN_PARTS && met !== 'no'; at += 1) {
    const isLast = at === ARN_PARTS - 1;
    const [pattern = '', part = ''] = isLast
      ? [patterns, parts].map((one) => one.slice(at).join(':'))
      : [patterns[at], parts[at]];
    met = allOf([met, globMatch(pattern, part)]);
  }
  return met;
}

const ARN_PARTS = 6;

/** Condition keys compare without case and are kept in lower case; these are how their own pages spell them. */
const SPELT = `
  aws:CalledVia aws:FederatedProvider aws:MultiFactorAuthPresent aws:PrincipalAccount aws:PrincipalArn aws:PrincipalIsAWSService
  aws:PrincipalOrgID aws:PrincipalOrgPaths aws:PrincipalServiceName aws:PrincipalServiceNamesList aws:PrincipalType aws:Referer
  aws:RequestedRegion aws:ResourceAccount aws:ResourceOrgID aws:SecureTransport aws:SourceAccount aws:SourceArn aws:SourceIp aws:SourceOrgID
  aws:SourceOrgPaths aws:SourceVpc aws:SourceVpcArn aws:SourceVpce aws:UserAgent aws:userid aws:username aws:ViaAWSService aws:VpceAccount
  aws:VpceOrgID aws:VpceOrgPaths aws:VpcSourceIp kms:CallerAccount kms:EncryptionContext:aws:cloudtrail:arn kms:EncryptionContext:aws:s3:arn
  kms:EncryptionContext:aws:s3express:arn kms:EncryptionContextKeys kms:GrantIsForAWSResource kms:KeyOrigin kms:KeySpec kms:ViaService
  s3:AccessPointNetworkOrigin s3:DataAccessPointAccount s3:DataAccessPointArn s3:ExistingObjectTag s3:x-amz-acl`.split(
  /\s+/,
);

const BY_KEY: ReadonlyMap<string, string> = new Map(SPELT.map((name) => [name.toLowerCase(), name]));

/** A condition key as its page spells it; what stands for a name in it (aws:PrincipalTag/team) stays. */
export function conditionName(key: string): string {
  return BY_KEY.get(key) ?? key.replace('aws:principaltag/', 'aws:PrincipalTag/');
}
