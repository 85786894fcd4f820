import { demands } from '../../iam/conditions.ts';
import { grants, statementName, namesAction, namesResource } from '../../iam/match.ts';
import { accountOfPrincipal, type Asker, askerOfArn } from '../../iam/principal-match.ts';
import type { Condition, Statement } from '../../iam/statement.ts';
import { carried } from '../keys/s3-request.ts';
import { CLOUDFRONT, serviceOf, serviceOfAccount } from '../writers/services.ts';
import { demandedOfAll, type Home, narrowed, rootOf } from './narrowing.ts';
import { type Access, commonAccess, isSome, type Reader, type Who } from './reader.ts';

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
  return policy.statements.flatMap((statement, at) => {
    const access = accessIn(statement, policy);
    if (statement.effect !== 'Allow' || !isSome(access)) return [];
    const conditions = [...statement.conditions, ...demandedBeside(statement, policy)];
    const ofServices = [...statement.conditions, ...demandedBeside(statement, policy, true)];
    const from = { through: `${statementName(statement, at)} of ${policy.where}`, byAccessPoint: policy.byAccessPoint };
    const reader = (who: Who, may: Access = access): Reader => {
      return { who, ...may, given: carried(who.kind === 'service' ? ofServices : conditions), ...from };
    };
    return [
      ...everyoneIn(statement, conditions, policy).flatMap((who) =>
        access.reads || who.kind !== 'unnamed-service' ? [reader(who)] : [],
      ),
      ...namedIn(statement, policy).flatMap((who) => {
        const may =
          who.kind === 'principal' ? commonAccess(access, accessOf(askerOfArn(who.names[0] ?? ''), policy)) : access;
        return isSome(may) ? [reader(who, may)] : [];
      }),
      ...(access.reads || statement.principals.services.includes(CLOUDFRONT)
        ? servicesIn(statement, policy).map((who) => reader(who))
        : []),
    ];
  });
}

/** What a statement speaks of among reading and writing objects, whoever its principals are. */
export function accessIn(statement: Statement, { objects }: Pick<ObjectPolicy, 'objects'>): Access {
  if (namesResource(statement, objects) === 'no') return { reads: false, writes: false };
  return accessBy({ objects }, (action) => namesAction(statement, action) !== 'no');
}

/** S3 User Guide, actions for objects. A directory bucket has one for both: a session. */
const READS = ['s3:GetObject', 's3:GetObjectVersion', 's3express:CreateSession'];
const WRITES = ['s3:PutObject', 's3express:CreateSession'];

function accessBy({ objects }: Pick<ObjectPolicy, 'objects'>, may: (action: string) => boolean): Access {
  return { reads: ofService(READS, objects).some(may), writes: ofService(WRITES, objects).some(may) };
}

/** The actions that there are on these objects: those of s3, or of s3express. */
function ofService(actions: readonly string[], objects: string): string[] {
  return actions.filter((action) => action.split(':')[0] === objects.split(':')[2]);
}

/** What whoever is let in must meet as well, because a Deny demands it of everyone. */
function demandedBeside(statement: Statement, { objects, statements }: ObjectPolicy, ofServices = false): Condition[] {
  const actions = ofService([...READS, ...WRITES], objects).filter((action) => namesAction(statement, action) !== 'no');
  return demandedOfAll(statements, { actions, objects, ofServices });
}

function everyoneIn(statement: Statement, conditions: readonly Condition[], policy: ObjectPolicy): Who[] {
  const { principals } = statement;
  if (principals.everyone === principals.not || delegationOf(statement, policy) !== undefined) return [];
  return narrowed(conditions, policy);
}

/** Principals by name. The unique id of a deleted user or role stands for nobody any more. */
function namedIn({ principals }: Statement, { account, knownIds }: ObjectPolicy): Who[] {
  if (principals.not) return [];
  const aws = principals.aws.filter((arn) => arn.startsWith('arn:') && !isKnown(accountOfPrincipal(arn), account));
  const ids = principals.canonicalUsers.filter((id) => !knownIds.includes(id));
  const federated = principals.federated.filter((name) => accountOfPrincipal(name) !== account);
  return [
    ...aws.map((arn): Who => {
      const [, , , , owner = '', name = ''] = arn.split(':');
      if (owner === 'cloudfront') return { kind: 'origin-access-identity', names: [name.split(' ').at(-1) ?? name] };
      return { kind: 'principal', names: [arn] };
    }),
    ...ids.map((id): Who => ({ kind: 'canonical', names: [id] })),
    ...federated.map((name): Who => ({ kind: 'federated', names: [name] })),
  ];
}

/** The own account, or one that AWS delivers from, which is judged as a writer. */
function isKnown(id: string | undefined, account: string): boolean {
  return id === account || serviceOfAccount(id ?? '') !== undefined;
}

/** Services by name, without those that are kept out, that act as a role, or that bring a key of their own. */
function servicesIn({ principals }: Statement, policy: ObjectPolicy): Who[] {
  const services = principals.not ? [] : principals.services;
  return services
    .filter((name) => serviceOf(name)?.isUntouched !== true && isSome(accessOf({ kind: 'service', name }, policy)))
    .map((name) => ({ kind: 'service', names: [name] }));
}

/** What is left to a principal once every statement of the policy is weighed, its denials too. */
function accessOf(principal: Asker, policy: ObjectPolicy): Access {
  const { statements, objects } = policy;
  return accessBy(policy, (action) => {
    const grant = grants(statements, { principal, action, resource: objects });
    return grant === 'allowed' || grant === 'perhaps';
  });
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
  const ids = [...new Set(demanding.flatMap(accountsNamed))];
  const isByOrigin = demanding.some(({ key }) => NETWORK_ORIGIN.test(key));
  // They have no Region, and no list of this one names them.
  const multiRegion = demanding.flatMap(({ key, values }) => (POINT_ARN.test(key) ? values.filter(isMultiRegion) : []));
  if (ids.length + multiRegion.length === 0 && !isByOrigin) return undefined;
  const foreign = ids.filter((id) => /^\d{12}$/.test(id) && id !== account);
  const isAnyAccount = (ids.length === 0 && isByOrigin) || ids.some((id) => !/^\d{12}$/.test(id));
  const whos: Who[] = [
    ...foreign.map((id): Who => ({ kind: 'principal', names: [rootOf(id, partition)] })),
    ...(isAnyAccount ? [ANY_ACCOUNT] : []),
    ...multiRegion.map((arn): Who => ({ kind: 'elsewhere', names: [`the Multi-Region Access Point ${arn}`] })),
  ];
  return { own: isAnyAccount || ids.includes(account), whos };
}

const ANY_ACCOUNT: Who = { kind: 'signed', names: ['the access points of any account'] };
const POINT_ACCOUNT = /^s3(express)?:dataaccesspointaccount$/;
const POINT_ARN = /^s3(express)?:dataaccesspointarn$/;
const NETWORK_ORIGIN = /^s3(express)?:accesspointnetworkorigin$/;

/** Account ids; a text that is none where a value leaves the account open. */
function accountsNamed({ key, values }: Condition): string[] {
  if (POINT_ACCOUNT.test(key)) return values;
  if (!POINT_ARN.test(key)) return [];
  return values.filter((arn) => !isMultiRegion(arn)).map((arn) => accountOfPrincipal(arn) ?? 'any');
}

/** arn:aws:s3::ACCOUNT:accesspoint/ALIAS.mrap (S3 User Guide, Multi-Region Access Points). */
function isMultiRegion(arn: string): boolean {
  return arn.split(':')[3] === '' || arn.endsWith('.mrap');
}
