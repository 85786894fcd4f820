import { grants, nameOf, namesAction, namesResource } from '../../iam/match.ts';
import { accountOfPrincipal, type Asker } from '../../iam/principal-match.ts';
import type { Statement } from '../../iam/statement.ts';
import { delegationOf } from './delegation.ts';
import { CLOUDFRONT, demandedOfAll, demands, type Home, narrowed } from './narrowing.ts';
import type { Access, Reader, Who } from './reader.ts';

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
    if (statement.effect !== 'Allow' || namesResource(statement, policy.objects) === 'no') return [];
    const access = accessIn(statement, policy);
    if (!access.reads && !access.writes) return [];
    const through = `${nameOf(statement, at)} of ${policy.where}`;
    const reader = (who: Who, may: Access): Reader => ({ who, ...may, through, byAccessPoint: policy.byAccessPoint });
    return [
      ...everyoneIn(statement, policy).flatMap((who) =>
        access.reads || who.kind !== 'unnamed-service' ? [reader(who, access)] : [],
      ),
      ...namedIn(statement, policy).flatMap((who) => {
        const may = who.kind === 'principal' ? both(access, accessOf(who.arn, policy)) : access;
        return may.reads || may.writes ? [reader(who, may)] : [];
      }),
      ...(access.reads || isCloudFront(statement) ? servicesIn(statement).map((who) => reader(who, access)) : []),
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

function both(one: Access, other: Access): Access {
  return { reads: one.reads && other.reads, writes: one.writes && other.writes };
}

function everyoneIn(statement: Statement, policy: ObjectPolicy): Who[] {
  const { principals, conditions } = statement;
  if (principals.everyone === principals.not || delegationOf(statement, policy.account) !== undefined) return [];
  const { objects, statements } = policy;
  const actions = ofService([...READS, ...WRITES], objects).filter((action) => namesAction(statement, action) !== 'no');
  return narrowed([...conditions, ...demandedOfAll(statements, { actions, objects })], policy);
}

/** Principals by name. The unique id of a deleted user or role stands for nobody any more. */
function namedIn({ principals }: Statement, { account, knownIds }: ObjectPolicy): Who[] {
  if (principals.not) return [];
  const aws = principals.aws.filter((arn) => arn.startsWith('arn:') && accountOfPrincipal(arn) !== account);
  const ids = principals.canonicalUsers.filter((id) => !knownIds.includes(id));
  const federated = principals.federated.filter((name) => accountOfPrincipal(name) !== account);
  return [
    ...aws.map((arn): Who => {
      const [, , , , owner = '', name = ''] = arn.split(':');
      if (owner === 'cloudfront') return { kind: 'origin-access-identity', name: name.split(' ').at(-1) ?? name };
      return { kind: 'principal', arn };
    }),
    ...ids.map((id): Who => ({ kind: 'canonical', id })),
    ...federated.map((name): Who => ({ kind: 'federated', name })),
  ];
}

function servicesIn({ principals, conditions }: Statement): Who[] {
  if (principals.not) return [];
  const valuesOf = (key: string) =>
    conditions.filter((one) => demands(one) && one.key === key).flatMap(({ values }) => values);
  const from = { sourceArns: valuesOf('aws:sourcearn'), sourceAccounts: valuesOf('aws:sourceaccount') };
  return principals.services.map((name) => ({ kind: 'service', name, ...from }));
}

function isCloudFront({ principals }: Statement): boolean {
  return principals.services.includes(CLOUDFRONT);
}

/** What is left to a principal once every statement of the policy is weighed, its denials too. */
function accessOf(arn: string, policy: ObjectPolicy): Access {
  const { statements, objects } = policy;
  const account = accountOfPrincipal(arn);
  const isRoot = account !== undefined && arn.endsWith(':root');
  const principal: Asker = isRoot ? { kind: 'account', id: account } : { kind: 'arn', arn };
  return accessBy(policy, (action) => {
    const grant = grants(statements, { principal, action, resource: objects });
    return grant === 'allowed' || grant === 'perhaps';
  });
}
