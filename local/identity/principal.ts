import type { Caller } from '../call.ts';
import { notEmulated } from '../errors.ts';
import { listOf, malformedPolicy, recordOf } from './document.ts';

/** Who asks: a caller with an account, or an AWS service on its own behalf. */
export type Requester = { readonly caller: Caller } | { readonly service: string };

/**
 * How a statement of a resource policy names the requester: by itself (`direct`: the statement alone grants), by its account
 * (`account`: the account's own policies decide on), or not at all.
 */
export type PrincipalMatch = 'direct' | 'account' | 'none';

export type Principal = (requester: Requester) => PrincipalMatch;

/** Compiles the Principal element of a resource policy (IAM User Guide, "AWS JSON policy elements: Principal"). */
export function compilePrincipal(statement: Readonly<Record<string, unknown>>): Principal {
  if (statement['NotPrincipal'] !== undefined) throw notEmulated('the policy element NotPrincipal');
  if (statement['Principal'] === '*') return () => 'direct';
  const matchers = Object.entries(recordOf(statement['Principal'], 'Principal')).flatMap(([kind, values]) =>
    listOf(values).map((value) => compileOne(kind, value)),
  );
  return (requester) => {
    const matches = matchers.map((matcher) => matcher(requester));
    if (matches.includes('direct')) return 'direct';
    return matches.includes('account') ? 'account' : 'none';
  };
}

function compileOne(kind: string, value: string): Principal {
  switch (kind) {
    case 'AWS':
      return (requester) => ('caller' in requester ? matchCaller(value, requester.caller) : 'none');
    case 'Service':
      return (requester) => ('service' in requester && requester.service === value ? 'direct' : 'none');
    case 'Federated':
      return () => 'none';
    case 'CanonicalUser':
      throw notEmulated('the policy principal CanonicalUser');
    default:
      throw malformedPolicy(`the Principal of a statement cannot name ${JSON.stringify(kind)}`);
  }
}

function matchCaller(value: string, caller: Caller): PrincipalMatch {
  if (value === '*' || value === caller.role?.arn) return 'direct';
  const account = /^(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?$/.exec(value)?.[1];
  if (account !== undefined) return account === caller.accountId ? 'account' : 'none';
  return value === caller.arn ? 'direct' : 'none';
}
