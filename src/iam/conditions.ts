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
  const [, set = '', kind = '', not, how = '', ifExists] = OPERATOR.exec(operator.toLowerCase()) ?? [];
  const base = `${kind}${how}`;
  if (base === 'null') return anyOf(values.map((wanted) => equals(wanted.toLowerCase(), String(value === null))));

  const test = TESTS.get(base);
  const isNegated = not !== '';
  if (test === undefined) return 'unknown';
  // ForAnyValue asks for at least one value; everything else that is negated, optional or about all values holds where there is none.
  const isAbsentGood = ifExists !== undefined || set === 'forallvalues' || (isNegated && set !== 'foranyvalue');
  if (value === null) return isAbsentGood ? 'yes' : 'no';
  // Long lists of account ids and ARNs are common, and this answers for them in one look: a pattern matches all that it stands for.
  const isPlain = test === equals ? !isOpen(value) : !hasVariable(value);
  if (isPlain && values.includes(value)) return isNegated ? 'no' : 'yes';
  const found = anyOf(values.map((wanted) => (hasVariable(wanted) ? 'unknown' : test(wanted, value))));
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
export function withoutGiven(statement: Statement, given: readonly Condition[] = []): Statement {
  const isLeft = (condition: Condition) => !given.some((one) => implies(one, condition));
  return given.length === 0 ? statement : { ...statement, conditions: statement.conditions.filter(isLeft) };
}

/** True for operators that a request without the key fails: IfExists and ForAllValues let it pass. */
export function demands({ operator }: Condition): boolean {
  return /^(foranyvalue:)?(string(equals|equalsignorecase|like)|arn(equals|like)|ipaddress)$/i.test(operator);
}

/** True of what only a request of an AWS service meets, because no other has such a key (IAM User Guide, global condition keys). */
export function isOfService(condition: Condition): boolean {
  const { key, operator, values } = condition;
  const areAll = (wanted: string) => values.length > 0 && values.every((value) => value.toLowerCase() === wanted);
  if (key === 'aws:principalisawsservice') return /^(foranyvalue:)?bool$/i.test(operator) && areAll('true');
  return OF_SERVICE.test(key) && (demands(condition) || (/^null$/i.test(operator) && areAll('false')));
}

const OF_SERVICE = /^aws:(source(account|arn|orgid|orgpaths)|principalservicename(slist)?)$/;

/** The same in plain words: the account and organization of its resources by their ids, and what a resource is asked of its principal asked of the principal. */
export function ofResource(statement: Statement, account: string, organization = OWN_ORGANIZATION): Statement {
  const conditions = statement.conditions.map((one): Condition => {
    const [, of] = /^aws:resource(account|orgid)$/.exec(one.key) ?? [];
    const isOfPrincipal = demands(one) && one.values.join().toLowerCase() === `\${aws:principal${of}}`;
    if (isOfPrincipal)
      return { ...one, key: `aws:principal${of}`, values: [of === 'account' ? account : organization] };
    const plain = (value: string) =>
      value
        .replaceAll(/\$\{aws:ResourceAccount\}/gi, account)
        .replaceAll(/\$\{aws:ResourceOrgID\}/gi, () => organization);
    return { ...one, values: one.values.map(plain) };
  });
  return { ...statement, conditions };
}

const OWN_ORGANIZATION = '${aws:ResourceOrgID}';

/** ForAnyValue or ForAllValues, what is tested, whether that is negated, and whether IfExists follows. */
const OPERATOR = /^(?:([^:]*):)?(string|arn|)(not|)(.*?)(ifexists)?$/s;

type Test = (wanted: string, value: string) => Three;

const sameIgnoringCase: Test = (wanted, value) => equals(wanted.toLowerCase(), value.toLowerCase());

/** Numbers, dates and addresses are never known here. */
const TESTS: ReadonlyMap<string, Test> = new Map([
  ['stringequals', equals],
  ['stringequalsignorecase', sameIgnoringCase],
  ['stringlike', globMatch],
  ['arnequals', arnMatch],
  ['arnlike', arnMatch],
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
  const [patterns, parts] = [wanted.split(':'), value.split(':')];
  if (patterns.length < ARN_PARTS || parts.length < ARN_PARTS) return wanted === value ? 'yes' : 'unknown';
  let met: Three = 'yes';
  for (let at = 0; at < ARN_PARTS - 1 && met !== 'no'; at += 1) {
    met = allOf([met, globMatch(patterns[at] ?? '', parts[at] ?? '')]);
  }
  const resource = (all: readonly string[]) => all.slice(ARN_PARTS - 1).join(':');
  return met === 'no' ? 'no' : allOf([met, globMatch(resource(patterns), resource(parts))]);
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
