import { conditionName, type Context, conditionsMet, demands, isOfService } from '../../iam/conditions.ts';
import { isOpen } from '../../iam/glob.ts';
import { namesAction, namesResource } from '../../iam/match.ts';
import { accountOfPrincipal, OF_SOURCE } from '../../iam/principal-match.ts';
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
  const services = conditions.some(isOfService) ? servicesDemanded(demanding) : [];
  if (services.length > 0) return services;
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

/** By their names; those that no condition names by what they act for. */
function servicesDemanded(demanding: readonly Condition[]): Who[] {
  const of = (name: string) => demanding.flatMap(({ key, values }) => (key === name ? values : []));
  const arns = of('aws:sourcearn');
  const isCloudFront = arns.length > 0 && arns.every((arn) => arn.split(':')[2] === 'cloudfront');
  const names = isCloudFront ? [CLOUDFRONT] : of('aws:principalservicename');
  if (names.length > 0 && !names.some(isOpen)) return names.map((name) => ({ kind: 'service', names: [name] }));
  const whose = OF_SOURCE.flatMap(of);
  return [{ kind: 'unnamed-service', names: whose.length > 0 ? whose : ['anybody'] }];
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
 * of which one must be met; `ofServices`: what is demanded of AWS services, of whom one that spares them demands nothing.
 */
export function demandedOfAll(
  statements: readonly Statement[],
  { actions, objects, ofServices = false }: { actions: readonly string[]; objects: string; ofServices?: boolean },
): Condition[] {
  return statements.flatMap((statement) => {
    const { effect, principals, conditions } = statement;
    const unmet = conditions.filter((one) => (ofServices ? !isOfEveryService(one) : !sparesServices(one)));
    const isOfAll =
      effect === 'Deny' &&
      principals.everyone &&
      !principals.not &&
      namesResource(statement, objects) === 'yes' &&
      actions.every((action) => namesAction(statement, action) === 'yes');
    if (!isOfAll || (unmet.length > 1 && !unmet.every(isNetwork))) return [];
    const demanded = unmet
      .filter(({ operator }) => UNLESS.test(operator))
      .map((one) => ({ ...one, operator: one.operator.replaceAll(/not|ifexists$/gi, '') }));
    return demanded.length === unmet.length ? demanded : [];
  });
}

const UNLESS = /^((string|arn)not(equals|like)|notipaddress)(ifexists)?$/i;

/** True of what every AWS service meets; a condition on one service, source or organization speaks of nobody else. */
function isOfEveryService(condition: Condition): boolean {
  return isOfService(condition) && !demands(condition) && condition.key !== 'aws:sourceorgid';
}

function sparesServices({ operator, key, values }: Condition): boolean {
  const isFalse = values.length > 0 && values.every((value) => value.toLowerCase() === 'false');
  return key === 'aws:principalisawsservice' && /^bool(ifexists)?$/i.test(operator) && isFalse;
}

/** The principals that callers must be, an account as its root; undefined where no condition says so in whole account ids. A list of whole ARNs says more than others. */
export function principalsDemanded(demanding: readonly Condition[], partition: string): string[] | undefined {
  const demanded = demanding.map(({ key, values }) => {
    if (key === 'aws:principalarn') return values.map((arn) => [accountOf(arn), arn] as const);
    return key === 'aws:principalaccount' ? values.map((id) => [WHOLE_ACCOUNT.test(id) ? id : '', '*'] as const) : [];
  });
  const wholes = demanded.filter((list) => list.length > 0 && list.every(([account]) => account !== ''));
  const whole = wholes.find((list) => list.every(([, arn]) => !isOpen(arn))) ?? wholes[0];
  return whole?.map(([account, arn]) => (isOpen(arn) ? rootOf(account, partition) : arn));
}

const WHOLE_ACCOUNT = /^\d{12}$/;

export function rootOf(account: string, partition: string): string {
  return `arn:${partition}:iam::${account}:root`;
}

function accountOf(arn: string): string {
  return accountOfPrincipal(arn) ?? '';
}

/** What a request without a signature is known not to carry (IAM User Guide, global condition keys). */
function unsignedRequest(conditions: readonly Condition[]): Context {
  const absent = conditions.filter(({ key }) => OF_SIGNED.test(key)).map(({ key }) => [key, null]);
  return { ...Object.fromEntries(absent), 'aws:principalisawsservice': 'false' };
}

const OF_SIGNED =
  /^aws:(principal(account|arn|orgid|orgpaths|tag\/.*|servicename.*)|source(arn|account|orgid|orgpaths))$/;
