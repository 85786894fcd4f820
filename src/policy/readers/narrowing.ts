import { conditionName, type Context, conditionsMet, demands } from '../../iam/conditions.ts';
import { isOpen } from '../../iam/glob.ts';
import { namesAction, namesResource } from '../../iam/match.ts';
import { accountOfPrincipal } from '../../iam/principal-match.ts';
import type { Condition, Statement } from '../../iam/statement.ts';
import { CLOUDFRONT } from '../writers/services.ts';
import type { Who } from './reader.ts';

/**
 * Who is left of "everyone" under conditions: nobody outside the own account (an empty list), or each of them. Only AWS services have a
 * source (IAM User Guide, aws:SourceAccount). A condition that cannot be decided narrows nothing, and is named.
 */
export function narrowed(conditions: readonly Condition[], { account, partition }: Home): Who[] {
  const demanding = conditions.filter(demands);
  const principals = principalsDemanded(demanding, partition);
  if (principals !== undefined) {
    const foreign = [...new Set(principals)].filter((arn) => accountOf(arn) !== account);
    return foreign.map((arn) => ({ kind: 'principal', names: [arn] }));
  }
  const sourceArns = valuesOf(demanding, 'aws:sourcearn');
  const sourceAccounts = valuesOf(demanding, 'aws:sourceaccount');
  if (sourceArns.length > 0 && sourceArns.every((arn) => arn.split(':')[2] === 'cloudfront')) {
    return [{ kind: 'service', names: [CLOUDFRONT] }];
  }
  const sources = [...sourceAccounts, ...(sourceAccounts.length > 0 ? [] : sourceArns.map(accountOf))];
  if (sources.length > 0 && sources.every((id) => id === account)) {
    return [{ kind: 'unnamed-service', names: [...sourceAccounts, ...sourceArns] }];
  }
  const organizations = demanding.find(({ key }) => key === 'aws:principalorgid' || key === 'aws:principalorgpaths');
  if (organizations !== undefined) return [{ kind: 'organization', names: organizations.values }];
  const names = [...new Set(conditions.map(({ key }) => conditionName(key)))];
  if (conditionsMet(conditions, unsignedRequest(conditions)) === 'no') return [{ kind: 'signed', names }];
  const networks = demanding.filter(isNetwork);
  if (networks.length === 0) return [{ kind: 'anonymous', names }];
  return [{ kind: 'network', names: networks.map(({ key, values }) => `${conditionName(key)} ${values.join(', ')}`) }];
}

/** Whether a condition is on where a request comes from, and not met by whoever comes. */
function isNetwork({ key, values }: Condition): boolean {
  return NETWORK.test(key) && !values.some((one) => ANYWHERE.test(one));
}

const NETWORK = /^aws:(source(vpc|vpce|vpcarn|ip)|vpcsourceip|vpce(account|orgid|orgpaths))$/;
const ANYWHERE = /^\*$|\/0$/;

export interface Home {
  account: string;
  partition: string;
}

/**
 * The conditions that every request for these actions must meet because a Deny says so: "deny everyone unless aws:PrincipalOrgID" is the
 * same as that condition in every Allow. Only a Deny of all objects under one condition says it for sure, or under several on networks,
 * of which one must be met; `ofServices`: one that spares AWS services demands nothing of them.
 */
export function demandedOfAll(
  statements: readonly Statement[],
  { actions, objects, ofServices = false }: { actions: readonly string[]; objects: string; ofServices?: boolean },
): Condition[] {
  return statements.flatMap((statement) => {
    const { effect, principals, conditions } = statement;
    const unmet = conditions.filter((condition) => ofServices || !sparesServices(condition));
    const isOfAll =
      effect === 'Deny' &&
      principals.everyone &&
      !principals.not &&
      namesResource(statement, objects) === 'yes' &&
      actions.every((action) => namesAction(statement, action) === 'yes');
    if (!isOfAll || (unmet.length > 1 && !unmet.every(isNetwork))) return [];
    const demanded = unmet.flatMap((one) => {
      const operator = UNLESS.get(one.operator.replace(/IfExists$/i, '').toLowerCase());
      return operator === undefined ? [] : [{ ...one, operator }];
    });
    return demanded.length === unmet.length ? demanded : [];
  });
}

const UNLESS: ReadonlyMap<string, string> = new Map<string, string>([
  ['stringnotequals', 'StringEquals'],
  ['stringnotlike', 'StringLike'],
  ['arnnotequals', 'ArnEquals'],
  ['arnnotlike', 'ArnLike'],
  ['notipaddress', 'IpAddress'],
]);

function sparesServices({ operator, key, values }: Condition): boolean {
  const isFalse = values.length > 0 && values.every((value) => value.toLowerCase() === 'false');
  return key === 'aws:principalisawsservice' && /^bool(ifexists)?$/i.test(operator) && isFalse;
}

function valuesOf(conditions: readonly Condition[], key: string): string[] {
  return conditions.flatMap((one) => (one.key === key ? one.values : []));
}

/** The principals that callers must be, an account as its root; undefined where no condition says so in whole account ids. */
function principalsDemanded(demanding: readonly Condition[], partition: string): string[] | undefined {
  for (const { key, values } of demanding) {
    if (values.length === 0) continue;
    if (key === 'aws:principalaccount' && values.every((id) => /^\d{12}$/.test(id))) {
      return values.map((id) => rootOf(id, partition));
    }
    if (key === 'aws:principalarn' && values.every((arn) => accountOf(arn) !== '')) {
      return values.map((arn) => (isOpen(arn) ? rootOf(accountOf(arn), partition) : arn));
    }
  }
  return undefined;
}

export function rootOf(account: string, partition: string): string {
  return `arn:${partition}:iam::${account}:root`;
}

function accountOf(arn: string): string {
  return accountOfPrincipal(arn) ?? '';
}

/** What a request without a signature is known not to carry (IAM User Guide, global condition keys). */
function unsignedRequest(conditions: readonly Condition[]): Context {
  const absent = conditions.map(({ key }) => key).filter((key) => OF_SIGNED.test(key));
  return { ...Object.fromEntries(absent.map((key) => [key, null])), 'aws:principalisawsservice': 'false' };
}

const OF_SIGNED =
  /^aws:(principal(account|arn|orgid|orgpaths|tag\/.*|servicename.*)|source(arn|account|orgid|orgpaths))$/;
