import { demands } from '../../iam/conditions.ts';
import { judgeGrant, statementName, namesAction, namesResource } from '../../iam/match.ts';
import { accountOfPrincipal, askerOfArn } from '../../iam/principal-match.ts';
import type { Condition, Statement } from '../../iam/statement.ts';
import { carried } from '../keys/s3-request.ts';
import { CLOUDFRONT, serviceOf, serviceOfAccount } from '../writers/services.ts';
import { demandedOfAll, type Home, narrowed, principalsDemanded, rootOf } from './narrowing.ts';
import type { Reader, Verb, Who } from './reader.ts';

/** One policy that lets people at the objects of a bucket: the bucket's own, or that of one of its access points. */
export interface ObjectPolicy extends Home {
  statements: readonly Statement[];
  /** For example "the bucket policy". */
  where: string;
  byAccessPoint: boolean;
  /** ARN of all objects: arn:aws:s3:::logs/*; of a directory bucket itself. */
  objects: string;
  /** Canonical user ids that need no key policy: the bucket's owner and those that are judged as writers. */
  knownIds: readonly string[];
}

/**
 * Everybody outside the own account whom a policy lets read or write objects. A condition that cannot be decided lets them in; a Deny
 * that is sure to meet them keeps them out. Services that only write are judged as writers.
 */
export function policyReaders(policy: ObjectPolicy): Reader[] {
  const { where, byAccessPoint } = policy;
  return policy.statements.flatMap((statement, at) => {
    const verbs = verbsIn(statement, policy);
    if (statement.effect !== 'Allow' || verbs.length === 0) return [];
    // What whoever is let in must meet as well, because a Deny demands it of everyone.
    const actions = VERBS.flatMap((verb) => actionsOf(verb, policy)).filter(
      (one) => namesAction(statement, one) !== 'no',
    );
    const conditionsOf = (ofServices: boolean) => [
      ...statement.conditions,
      ...demandedOfAll(policy.statements, { actions, objects: policy.objects, ofServices }),
    ];
    const [conditions, ofServices] = [conditionsOf(false), conditionsOf(true)];
    const asked = principalsDemanded(conditions.filter(demands), policy.partition);
    return [...everyoneIn(statement, conditions, policy), ...namedIn(statement, policy, asked)].flatMap((who) => {
      const may = verbs.filter((verb) => mayBe(who, verb, policy));
      const isReader = may.includes('read') || !who.kind.endsWith('service') || who.names[0] === CLOUDFRONT;
      const given = carried(who.kind === 'service' ? ofServices : conditions);
      const through = `${statementName(statement, at)} of ${where}`;
      return isReader && may.length > 0 ? [{ who, may, given, through, byAccessPoint }] : [];
    });
  });
}

/** S3 User Guide, actions for objects. A directory bucket has one for both: a session. */
const ACTIONS = {
  read: ['s3:GetObject', 's3:GetObjectVersion', 's3express:CreateSession'],
  write: ['s3:PutObject', 's3express:CreateSession'],
} as const;
const VERBS = ['read', 'write'] as const;

/** The actions that there are on these objects: those of s3, or of s3express. */
function actionsOf(verb: Verb, { objects }: Pick<ObjectPolicy, 'objects'>): string[] {
  return ACTIONS[verb].filter((action) => action.split(':')[0] === objects.split(':')[2]);
}

/** What a statement speaks of among reading and writing objects, whoever its principals are. */
export function verbsIn(statement: Statement, at: Pick<ObjectPolicy, 'objects'>): Verb[] {
  if (namesResource(statement, at.objects) === 'no') return [];
  return VERBS.filter((verb) => actionsOf(verb, at).some((action) => namesAction(statement, action) !== 'no'));
}

/** Whether that is left to somebody once every statement of the policy is weighed, its denials too. */
function mayBe({ kind, names: [name = ''] }: Who, verb: Verb, policy: ObjectPolicy): boolean {
  if (kind !== 'principal' && kind !== 'service') return true;
  const principal = kind === 'service' ? { kind, name } : askerOfArn(name);
  return actionsOf(verb, policy).some((action) => {
    const { grant } = judgeGrant(policy.statements, { principal, action, resource: policy.objects });
    return grant === 'allowed' || grant === 'perhaps';
  });
}

function everyoneIn(statement: Statement, conditions: readonly Condition[], policy: ObjectPolicy): Who[] {
  const { principals } = statement;
  if (principals.everyone === principals.not || delegationOf(statement, policy) !== undefined) return [];
  return narrowed(conditions, policy);
}

/**
 * Principals by name, without services that act as a role, or that bring a key of their own. The unique id of a deleted user or role stands
 * for nobody any more. An account of which the conditions ask for certain principals is those.
 */
function namedIn({ principals }: Statement, { account, knownIds }: ObjectPolicy, asked: readonly string[] = []): Who[] {
  if (principals.not) return [];
  // Accounts that AWS delivers from are judged as writers.
  const isOurs = (id = '') => id === account || serviceOfAccount(id) !== undefined;
  const aws = principals.aws.filter((arn) => arn.startsWith('arn:') && !isOurs(accountOfPrincipal(arn)));
  const ids = principals.canonicalUsers.filter((id) => !knownIds.includes(id));
  const services = principals.services.filter((name) => serviceOf(name)?.isUntouched !== true);
  const federated = principals.federated.filter((name) => accountOfPrincipal(name) !== account);
  return [
    ...aws.flatMap((arn): Who[] => {
      const [, , , , owner = '', name = ''] = arn.split(':');
      if (owner === 'cloudfront') return [{ kind: 'origin-access-identity', names: [name.split(' ').at(-1) ?? name] }];
      const own = name === 'root' ? asked.filter((one) => accountOfPrincipal(one) === owner) : [];
      return (own.length > 0 ? own : [arn]).map((one) => ({ kind: 'principal', names: [one] }));
    }),
    ...ids.map((id): Who => ({ kind: 'canonical', names: [id] })),
    ...federated.map((name): Who => ({ kind: 'federated', names: [name] })),
    ...services.map((name): Who => ({ kind: 'service', names: [name] })),
  ];
}

/** To whose access points a statement leaves the decision (S3 User Guide, delegating access control to access points). */
export interface Delegation {
  /** The bucket's own account is among them: their policies can be read. */
  own: boolean;
  /** Whom access points that cannot be seen may let in. */
  whos: Who[];
}

/** Undefined for a statement that decides by itself. */
export function delegationOf(
  { effect, principals, conditions }: Statement,
  { account, partition }: Home,
): Delegation | undefined {
  if (effect !== 'Allow' || (!principals.everyone && !principals.not)) return undefined;
  const demanding = conditions.filter(demands);
  const arns = demanding.flatMap(({ key, values }) => (POINT_ARN.test(key) ? values : []));
  // They have no Region, and no list of this one names them.
  const multiRegion = arns.filter(isMultiRegion);
  const ids = new Set([
    ...demanding.flatMap(({ key, values }) => (POINT_ACCOUNT.test(key) ? values : [])),
    ...arns.filter((arn) => !isMultiRegion(arn)).map((arn) => accountOfPrincipal(arn) ?? 'any'),
  ]);
  const isByOrigin = demanding.some(({ key }) => NETWORK_ORIGIN.test(key));
  if (ids.size + multiRegion.length === 0 && !isByOrigin) return undefined;
  const whole = [...ids].filter((id) => /^\d{12}$/.test(id));
  const isAnyAccount = (ids.size === 0 && isByOrigin) || whole.length < ids.size;
  const whos: Who[] = [
    ...whole.filter((id) => id !== account).map((id): Who => ({ kind: 'principal', names: [rootOf(id, partition)] })),
    ...(isAnyAccount ? [ANY_ACCOUNT] : []),
    ...multiRegion.map((arn): Who => ({ kind: 'elsewhere', names: [`the Multi-Region Access Point ${arn}`] })),
  ];
  return { own: isAnyAccount || ids.has(account), whos };
}

const ANY_ACCOUNT: Who = { kind: 'signed', names: ['the access points of any account'] };
const POINT_ACCOUNT = /^s3(express)?:dataaccesspointaccount$/;
const POINT_ARN = /^s3(express)?:dataaccesspointarn$/;
const NETWORK_ORIGIN = /^s3(express)?:accesspointnetworkorigin$/;

/** arn:aws:s3::ACCOUNT:accesspoint/ALIAS.mrap (S3 User Guide, Multi-Region Access Points). */
function isMultiRegion(arn: string): boolean {
  return arn.split(':')[3] === '' || arn.endsWith('.mrap');
}
