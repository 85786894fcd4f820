import { type Context, conditionsMet, demands } from '../../iam/conditions.ts';
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
  const sourceArns = demandedValues(conditions, 'aws:sourcearn');
  const sourceAccounts = demandedValues(conditions, 'aws:sourceaccount');
  if (sourceArns.length > 0 && sourceArns.every((arn) => arn.split(':')[2] === 'cloudfront')) {
    return [{ kind: 'service', names: [CLOUDFRONT], sourceArns, sourceAccounts }];
  }
  const sources = [...sourceAccounts, ...(sourceAccounts.length > 0 ? [] : sourceArns.map(accountOf))];
  if (sources.length > 0 && sources.every((id) => id === account)) {
    return [{ kind: 'unnamed-service', names: [...sourceAccounts, ...sourceArns] }];
  }
  const organization = demanding.find(({ key }) => key === 'aws:principalorgid' || key === 'aws:principalorgpaths');
  if (organization !== undefined) {
    return organization.values.map((value) => ({ kind: 'organization', key: organization.key, names: [value] }));
  }
  const names = [...new Set(conditions.map(({ key }) => key))];
  const unsigned = conditionsMet(conditions, unsignedRequest(conditions)) === 'no';
  return [{ kind: unsigned ? 'signed' : 'anonymous', names }];
}

export interface Home {
  account: string;
  partition: string;
}

/**
 * The conditions that every request for these actions must meet because a Deny says so: "deny everyone unless aws:PrincipalOrgID" is the
 * same as that condition in every Allow. Only a Deny of all objects under one condition says it for sure; that it spares AWS services
 * does not matter, because those are named.
 */
export function demandedOfAll(
  statements: readonly Statement[],
  { actions, objects }: { actions: readonly string[]; objects: string },
): Condition[] {
  return statements.flatMap((statement) => {
    const { effect, principals, conditions } = statement;
    const [only, ...more] = conditions.filter((condition) => !sparesServices(condition));
    const isOfAll =
      effect === 'Deny' &&
      principals.everyone &&
      !principals.not &&
      namesResource(statement, objects) === 'yes' &&
      actions.every((action) => namesAction(statement, action) === 'yes');
    if (!isOfAll || only === undefined || more.length > 0) return [];
    const operator = UNLESS.get(only.operator.replace(/IfExists$/i, '').toLowerCase());
    return operator === undefined ? [] : [{ ...only, operator }];
  });
}

const UNLESS: ReadonlyMap<string, string> = new Map<string, string>([
  ['stringnotequals', 'StringEquals'],
  ['stringnotlike', 'StringLike'],
  ['arnnotequals', 'ArnEquals'],
  ['arnnotlike', 'ArnLike'],
]);

function sparesServices({ operator, key, values }: Condition): boolean {
  const isFalse = values.length > 0 && values.every((value) => value.toLowerCase() === 'false');
  return key === 'aws:principalisawsservice' && /^bool(ifexists)?$/i.test(operator) && isFalse;
}

/** Every value of a key that a statement demands. */
export function demandedValues(conditions: readonly Condition[], key: string): string[] {
  return conditions.flatMap((one) => (one.key === key && demands(one) ? one.values : []));
}

/** The principals that callers must be, an account as its root; undefined where no condition says so in whole account ids. */
function principalsDemanded(demanding: readonly Condition[], partition: string): string[] | undefined {
  for (const { key, values } of demanding) {
    if (values.length === 0) continue;
    if (key === 'aws:principalaccount' && values.every((id) => /^\d{12}$/.test(id))) {
      return values.map((id) => rootOf(id, partition));
    }
    if (key === 'aws:principalarn' && values.every((arn) => accountOf(arn) !== '')) {
      return values.map((arn) => (/[*?]/.test(arn) ? rootOf(accountOf(arn), partition) : arn));
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
  const absent = conditions.map(({ key }) => key).filter((key) => OF_PRINCIPALS.test(key));
  return { ...Object.fromEntries(absent.map((key) => [key, null])), 'aws:principalisawsservice': 'false' };
}

const OF_PRINCIPALS =
  /^aws:(principal(account|arn|orgid|orgpaths|tag\/.*|servicename|servicenameslist)|source(arn|account|orgid|orgpaths))$/;
