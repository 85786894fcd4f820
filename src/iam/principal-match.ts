import type { Context } from './conditions.ts';
import type { Principals, Statement } from './statement.ts';
import type { Three } from './three-valued.ts';

/** Who asks. An account stands for its IAM: whoever its own policies let through. */
export type Asker =
  | { kind: 'service'; name: string }
  | { kind: 'arn'; arn: string }
  | { kind: 'account'; id: string }
  | { kind: 'everyone' };

/** The account of an IAM or STS ARN; undefined for CloudFront's, AWS's own and anything else. */
export function accountOfPrincipal(arn: string): string | undefined {
  const account = arn.split(':')[4] ?? '';
  return /^\d{12}$/.test(account) ? account : undefined;
}

/** The root of an account stands for its IAM. */
export function askerOfArn(arn: string): Asker {
  const id = accountOfPrincipal(arn);
  return id !== undefined && arn.endsWith(':root') ? { kind: 'account', id } : { kind: 'arn', arn };
}

/** Whether a statement speaks of the asker. A grant to an account (its root) speaks of all that is in it. */
export function principalMatch({ principals, effect }: Statement, asker: Asker): Three {
  if (principals.not) return unlisted(principals, asker);
  if (!principals.everyone) return listed(principals, asker);
  // Whether "*" in an Allow takes in service principals is not said anywhere, so it is not counted on.
  if (asker.kind === 'service' && effect === 'Allow') return listed(principals, asker) === 'yes' ? 'yes' : 'unknown';
  return 'yes';
}

function listed(principals: Principals, asker: Asker): Three {
  if (asker.kind === 'everyone') return principals.everyone ? 'yes' : 'no';
  const { aws, services, hasOpenService } = indexOf(principals);
  if (asker.kind === 'service') return services.has(asker.name) ? 'yes' : hasOpenService ? 'unknown' : 'no';
  const isNamed = asker.kind === 'arn' && (aws.has(asker.arn) || namesRoleOf(principals, asker.arn));
  return isNamed || namesRoot(principals, accountOfAsker(asker)) ? 'yes' : 'no';
}

function accountOfAsker(asker: Extract<Asker, { kind: 'arn' | 'account' }>): string | undefined {
  return asker.kind === 'account' ? asker.id : accountOfPrincipal(asker.arn);
}

/** A policy of 20 KB names a thousand accounts, and each of them is looked up in every statement. */
const indexOf = remembered(({ aws, services }: Principals) => ({
  aws: new Set(aws),
  roots: new Set(aws.map((arn) => ROOT.exec(arn)?.[1])),
  services: new Set(services),
  hasOpenService: services.some((name) => name.includes('*')),
}));

/** Found once for each object. */
export function remembered<Of extends object, Found>(find: (of: Of) => Found): (of: Of) => Found {
  const found = new WeakMap<Of, Found>();
  return (of) => {
    const known = found.get(of);
    if (known !== undefined) return known;
    const one = find(of);
    found.set(of, one);
    return one;
  };
}

const ROOT = /:iam::(\d{12}):root$/;

/** NotPrincipal: where anything of the asker's own account is listed, who is spared depends on more than the policy says. */
function unlisted(principals: Principals, asker: Asker): Three {
  if (principals.everyone) return 'no';
  if (asker.kind === 'everyone') return 'yes';
  if (asker.kind === 'service') return listed(principals, asker) === 'no' ? 'yes' : 'no';
  const account = accountOfAsker(asker);
  if (account === undefined) return 'unknown';
  if (asker.kind === 'arn' && indexOf(principals).aws.has(asker.arn) && namesRoot(principals, account)) return 'no';
  return principals.aws.some((arn) => accountOfPrincipal(arn) === account) ? 'unknown' : 'yes';
}

/** A statement on a role speaks of its sessions too (IAM User Guide, principal element); role names are unique whatever their path. */
function namesRoleOf({ aws }: Principals, arn: string): boolean {
  const role = roleOfSession(arn);
  if (role === undefined) return false;
  return aws.some((one) => one.startsWith(role.prefix) && one.split('/').at(-1) === role.name);
}

/** arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION tells the role's name, but not its path. */
function roleOfSession(arn: string): { prefix: string; name: string } | undefined {
  const [, partition, account, name] = SESSION.exec(arn) ?? [];
  return name === undefined ? undefined : { prefix: `arn:${partition}:iam::${account}:role/`, name };
}

const SESSION = /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)\//;

function namesRoot(principals: Principals, account: string | undefined): boolean {
  return account !== undefined && indexOf(principals).roots.has(account);
}

/** What every request of this asker carries (IAM global condition keys, KMS condition keys). */
export const contextOf = remembered((asker: Asker): Context => {
  const always = { 'aws:securetransport': 'true' };
  if (asker.kind === 'everyone') return always;
  if (asker.kind === 'service') {
    // A service is in no organization and has no account (IAM User Guide, global condition keys, properties of the principal).
    const none = { 'aws:principalorgid': null, 'aws:principalorgpaths': null, 'aws:principalarn': null };
    return { ...always, ...none, 'aws:principalisawsservice': 'true', 'aws:principalservicename': asker.name };
  }
  const account = accountOfAsker(asker);
  const isRoot = asker.kind === 'account' || asker.arn.endsWith(':root');
  return {
    ...always,
    ...OF_NO_SERVICE,
    ...(account === undefined ? {} : { 'aws:principalaccount': account, 'kms:calleraccount': account }),
    ...(isRoot ? {} : { 'aws:principalarn': principalArn(asker.arn) }),
  };
});

/** Only a service acts for a source (IAM User Guide, global condition keys, properties of the request). */
export const OF_SOURCE = ['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid', 'aws:sourceorgpaths'];
const NO_SOURCE: Context = Object.fromEntries(OF_SOURCE.map((key) => [key, null]));
export const OF_NO_SERVICE: Context = { ...NO_SOURCE, 'aws:principalisawsservice': 'false' };

/** Of a session it is the ARN of its role (IAM User Guide, aws:PrincipalArn), of which the path is not known. */
function principalArn(arn: string): string {
  const role = roleOfSession(arn);
  return role === undefined ? arn : `${role.prefix}*${role.name}`;
}
