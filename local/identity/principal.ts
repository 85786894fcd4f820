import type { Caller } from '../call.ts';
import { canonicalIdOf } from './canonical-id.ts';
import { listOf, malformedPolicy, recordOf } from './document.ts';

/** Who asks: a caller with an account or without credentials, or an AWS service on its own behalf. */
export type Requester = { readonly caller: Caller } | { readonly service: string };

/**
 * How a statement of a resource policy names the requester: by itself (`direct`: the statement alone grants), by its account
 * (`account`: the account's own policies decide on), or not at all.
 */
export type PrincipalMatch = 'direct' | 'account' | 'none';

export type Principal = (requester: Requester) => PrincipalMatch;

/** Compiles the Principal or NotPrincipal element of a resource policy (IAM User Guide, "AWS JSON policy elements: Principal"). */
export function compilePrincipal(statement: Readonly<Record<string, unknown>>): Principal {
  const { Principal: named, NotPrincipal: notNamed } = statement;
  if (notNamed === undefined) return compileNamed(named, 'Principal');
  if (named !== undefined) throw malformedPolicy('a statement cannot have both Principal and NotPrincipal');
  return compileNotNamed(notNamed);
}

function compileNamed(element: unknown, name: string): Principal {
  if (element === '*') return () => 'direct';
  const matchers = Object.entries(recordOf(element, name)).flatMap(([kind, values]) =>
    listOf(values).map((value) => compileOne(kind, value)),
  );
  return (requester) => {
    const matches = matchers.map((matcher) => matcher(requester));
    if (matches.includes('direct')) return 'direct';
    return matches.includes('account') ? 'account' : 'none';
  };
}

/**
 * Everyone, also without credentials, except who is named whole: a role's session only where its account, its role and the session itself
 * are there (IAM User Guide, "AWS JSON policy elements: NotPrincipal").
 */
function compileNotNamed(element: unknown): Principal {
  const named = compileNamed(element, 'NotPrincipal');
  return (requester) =>
    ('caller' in requester ? facesOf(requester.caller) : [requester]).every((face) => named(face) !== 'none')
      ? 'none'
      : 'direct';
}

/** The principals that one caller is at the same time. */
function facesOf(caller: Caller): Requester[] {
  const { accountId, arn, role } = caller;
  if (role === undefined) return [{ caller }];
  const face = (as: string): Requester => ({ caller: { accountId: '', accessKeyId: '', arn: as } });
  return [{ caller: { accountId, accessKeyId: '', arn: '' } }, face(role.arn), face(arn)];
}

function compileOne(kind: string, value: string): Principal {
  switch (kind) {
    case 'AWS':
      return compileAws(value);
    case 'Service':
      if (!/^[a-z0-9][a-z0-9.-]*\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|internal)$/.test(value))
        throw invalidPrincipal(value);
      return (requester) => ('service' in requester && requester.service === value ? 'direct' : 'none');
    case 'Federated':
      return () => 'none';
    case 'CanonicalUser':
      if (!/^[0-9a-f]{64}$/.test(value)) throw invalidPrincipal(value);
      return (requester) =>
        'caller' in requester && canonicalIdOf(requester.caller.accountId) === value ? 'account' : 'none';
    default:
      throw malformedPolicy(`the Principal of a statement cannot name ${JSON.stringify(kind)}`);
  }
}

/** An account as 12 digits or as its root's ARN, one principal by its ARN or unique id; no part of it can be a wildcard. */
function compileAws(value: string): Principal {
  if (value === '*') return (requester) => ('caller' in requester ? 'direct' : 'none');
  const account = /^(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?$/.exec(value)?.[1];
  if (account !== undefined) {
    return (requester) => ('caller' in requester && requester.caller.accountId === account ? 'account' : 'none');
  }
  const isOne =
    /^arn:aws[a-z-]*:(?:iam|sts)::(?:\d{12}|cloudfront):[a-z-]+\/[^*?]+$/.test(value) ||
    /^A[A-Z]{3}[A-Z0-9]{12,}$/.test(value);
  if (!isOne) throw invalidPrincipal(value);
  return (requester) =>
    'caller' in requester && (value === requester.caller.role?.arn || value === requester.caller.arn)
      ? 'direct'
      : 'none';
}

function invalidPrincipal(value: string) {
  return malformedPolicy(`Invalid principal in policy: ${JSON.stringify(value)}`);
}
