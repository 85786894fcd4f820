import type { Call } from '../call.ts';
import type { Permission } from '../service.ts';
import type { ConditionContext } from './condition.ts';

/**
 * The condition keys of one call, in lower case. aws:SecureTransport is always true: this endpoint speaks HTTP where AWS has TLS, and a
 * bucket policy that demands TLS would otherwise refuse everyone.
 */
export function contextOf(call: Call, permission: Permission): ConditionContext {
  const { caller } = call;
  const entries: [string, string][] = [
    ['aws:principalarn', caller.role?.arn ?? caller.arn],
    ['aws:principalaccount', caller.accountId],
    ['aws:principaltype', caller.role === undefined ? 'Account' : 'AssumedRole'],
    ['aws:securetransport', 'true'],
    ['aws:requestedregion', call.region],
    ['aws:currenttime', call.time.toISOString()],
    ['aws:epochtime', String(Math.floor(call.time.getTime() / 1000))],
    ['aws:sourceip', call.sourceIp],
    ['aws:useragent', call.userAgent],
    ['aws:resourceaccount', permission.owner ?? caller.accountId],
  ];
  if (permission.action.startsWith('kms:')) entries.push(['kms:calleraccount', caller.accountId]);
  if (call.viaService !== undefined) entries.push(['kms:viaservice', call.viaService]);
  for (const [key, value] of Object.entries(permission.context ?? {})) entries.push([key.toLowerCase(), value]);
  return new Map(entries.map(([key, value]) => [key, [value]]));
}

/** The keys that come with a service's own request, such as aws:SourceArn; nothing is known of a caller. */
export function serviceContext(context: Readonly<Record<string, string>>): ConditionContext {
  const given = Object.entries(context).map(([key, value]): [string, string[]] => [key.toLowerCase(), [value]]);
  return new Map([['aws:securetransport', ['true']], ...given]);
}
