import type { Call, Caller } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Permission } from '../service.ts';
import type { Identity } from '../world.ts';
import { callerOfArn, callerOfKey } from './caller.ts';
import { contextOf } from './condition-context.ts';
import { accessDenied } from './denial.ts';
import { evaluate } from './evaluate.ts';
import { createPolicyCache, type PolicyCache } from './policy-cache.ts';
import { createRoles, type Roles } from './roles.ts';
import { isAllowedByResource } from './service-permission.ts';
import { createSessions } from './sessions.ts';
import { compileResourcePolicy, type ResourceStatement } from './statement.ts';

export interface IdentityOptions {
  readonly now: () => Date;
  /** The condition keys that services set, which the policies of roles may name; where absent they may name any. */
  readonly keys?: readonly string[];
}

/** Accounts, roles, sessions and the policy check before every operation. */
export function createIdentity(options: IdentityOptions): Identity {
  const roles = createRoles(options.keys);
  const cache = createPolicyCache(compileResourcePolicy);
  const sessions = createSessions(options.now);
  return {
    callerOf: (accessKeyId) => sessions.callerOf(accessKeyId) ?? callerOfKey(accessKeyId),
    administrator: callerOfKey,
    putRole: roles.put,
    putPolicy: roles.putPolicy,
    deleteRole: roles.delete,
    role: (arn) => roles.get(arn)?.role,
    startSession: (roleArn, sessionName, trusted, terms = {}) => {
      const known = roles.get(roleArn);
      const requester = 'service' in trusted ? trusted : { caller: callerOfArn(trusted.arn, roles.arnOf) };
      const asked = { requester, action: 'sts:AssumeRole', resource: roleArn, context: terms.context ?? {} };
      if (known === undefined || !isAllowedByResource({ ...asked, policy: known.trust })) {
        const who = 'service' in trusted ? `Service: ${trusted.service}` : `User: ${trusted.arn}`;
        throw new AwsError(
          'AccessDenied',
          `${who} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
          403,
        );
      }
      return sessions.start(known.role, sessionName, terms.lifetimeS);
    },
    authorize: (call, permissions) => {
      for (const permission of permissions) {
        if (!isPlainAdministrator(call.caller, permission)) authorizeOne(roles, cache, call, permission);
      }
    },
    allowsService: (service, permission) =>
      isAllowedByResource({
        requester: { service },
        action: permission.action,
        resource: permission.resource,
        context: permission.context ?? {},
        policy: permission.resourcePolicy === undefined ? [] : cache.compiled(permission.resourcePolicy),
      }),
  };
}

/** Most calls of a test are these: no policy can say anything about them. */
function isPlainAdministrator(caller: Caller, permission: Permission): boolean {
  return caller.role === undefined && permission.resourcePolicy === undefined && !isCrossAccount(caller, permission);
}

function authorizeOne(roles: Roles, cache: PolicyCache, call: Call, permission: Permission): void {
  const { caller } = call;
  const known = caller.role && roles.get(caller.role.arn);
  const decision = evaluate({
    requester: { caller },
    action: permission.action,
    resource: permission.resource,
    context: contextOf(call, permission),
    identity: caller.role && (known?.statements ?? []),
    boundary: known?.boundary,
    resourcePolicy: resourceStatements(roles, cache, permission),
    grantees: permission.grantees,
    identityResource: permission.identityResource,
    isCrossAccount: isCrossAccount(caller, permission),
    isGovernedByResource: isGovernedByResource(permission),
  });
  if (decision.kind === 'denied') throw accessDenied(caller, permission, decision);
}

/** The trust policy of a role was compiled with the role. */
function resourceStatements(
  roles: Roles,
  cache: PolicyCache,
  { action, resource, resourcePolicy }: Permission,
): readonly ResourceStatement[] | undefined {
  if (resourcePolicy === undefined) return undefined;
  return (action === 'sts:AssumeRole' ? roles.get(resource)?.trust : undefined) ?? cache.compiled(resourcePolicy);
}

/** Nobody without credentials has an account of its own. */
function isCrossAccount(caller: Caller, permission: Permission): boolean {
  return caller.isAnonymous === true || (permission.owner !== undefined && permission.owner !== caller.accountId);
}

/** Key policies and trust policies are the only way in: without a statement that names the caller or its account, IAM policies count for nothing. */
function isGovernedByResource(permission: Permission): boolean {
  return (
    permission.resourcePolicy !== undefined &&
    (permission.action.startsWith('kms:') || permission.action === 'sts:AssumeRole')
  );
}
