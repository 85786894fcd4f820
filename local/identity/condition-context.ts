import type { Call, Caller } from '../call.ts';
import type { Membership } from '../membership.ts';
import type { Permission } from '../service.ts';
import type { ConditionContext } from './condition.ts';

/**
 * The condition keys of one call, in lower case. aws:SecureTransport is always true: this endpoint speaks HTTP where AWS has TLS, and a
 * bucket policy that demands TLS would otherwise refuse everyone.
 */
export function contextOf(call: Call, permission: Permission, membership: Membership): ConditionContext {
  const { caller } = call;
  const entries: [string, string | readonly string[]][] = [
    ...principalKeys(caller, membership),
    ['aws:securetransport', 'true'],
    ['aws:requestedregion', call.region],
    ['aws:currenttime', call.time.toISOString()],
    ['aws:epochtime', String(Math.floor(call.time.getTime() / 1000))],
    ['aws:sourceip', call.sourceIp],
    ['aws:useragent', call.userAgent],
    ['aws:viaawsservice', String(call.viaService !== undefined)],
    ['aws:resourceaccount', permission.owner ?? caller.accountId],
    ...organizationKeys('resource', permission.owner ?? caller.accountId, membership),
  ];
  if (permission.action.startsWith('kms:')) entries.push(['kms:calleraccount', caller.accountId]);
  if (permission.action.startsWith('s3:')) entries.push(['s3:resourceaccount', permission.owner ?? caller.accountId]);
  if (call.referer !== undefined) entries.push(['aws:referer', call.referer]);
  if (call.viaService !== undefined) entries.push(['kms:viaservice', call.viaService]);
  for (const [key, value] of Object.entries(permission.context ?? {})) entries.push([key.toLowerCase(), value]);
  return new Map(entries.map(([key, value]) => [key, [value].flat()]));
}

/** A request without credentials has neither ARN nor account (IAM User Guide, "AWS global condition context keys"). */
export function principalKeys(caller: Caller, membership: Membership): [string, string][] {
  if (caller.isAnonymous === true)
    return [
      ['aws:principaltype', 'Anonymous'],
      ['aws:principalisawsservice', 'false'],
    ];
  return [
    ['aws:principalarn', caller.role?.arn ?? caller.arn],
    ['aws:principalaccount', caller.accountId],
    ['aws:principaltype', caller.role === undefined ? 'Account' : 'AssumedRole'],
    // Only temporary credentials say whether there was a second factor, and here there never is one.
    ...(caller.role === undefined ? [] : [['aws:multifactorauthpresent', 'false'] satisfies [string, string]]),
    ['aws:principalisawsservice', 'false'],
    ...organizationKeys('principal', caller.accountId, membership),
  ];
}

/** aws:PrincipalOrgID, aws:PrincipalOrgPaths and their like: absent for an account of no organization. */
export function organizationKeys(
  whose: 'principal' | 'resource' | 'source',
  accountId: string,
  membership: Membership,
): [string, string][] {
  const [id, path] = [membership.organizationOf(accountId), membership.pathOf(accountId)];
  if (id === undefined || path === undefined) return [];
  return [
    [`aws:${whose}orgid`, id],
    [`aws:${whose}orgpaths`, path],
  ];
}

/** The keys that come with a request that nobody signed as a caller of ours, such as aws:SourceArn. */
export function serviceContext(context: NonNullable<Permission['context']>): ConditionContext {
  const given = Object.entries(context).map(([key, value]): [string, string[]] => [key.toLowerCase(), [value].flat()]);
  return new Map([['aws:securetransport', ['true']], ...given]);
}
