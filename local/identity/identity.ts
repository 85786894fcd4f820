import type { Call, Caller } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Permission } from '../service.ts';
import type { Identity, Role } from '../world.ts';
import { callerOfKey } from './caller.ts';
import { contextOf, serviceContext } from './condition-context.ts';
import { accessDenied } from './denial.ts';
import { evaluate, type Question } from './evaluate.ts';
import { createPolicyCache } from './policy-cache.ts';
import { createSessions } from './sessions.ts';
import { compileIdentityPolicy, type Statement } from './statement.ts';

interface KnownRole {
  readonly role: Role;
  readonly statements: readonly Statement[];
}

/** Accounts, roles, sessions and the policy check before every operation. */
export function createIdentity(options: { now: () => Date }): Identity {
  const roles = new Map<string, KnownRole>();
  const resourcePolicies = createPolicyCache();
  const sessions = createSessions(options.now);

  const authorizeOne = (call: Call, permission: Permission): void => {
    const question = questionOf(call, permission);
    const decision = evaluate(question);
    if (decision.kind === 'denied') throw accessDenied(call.caller, permission, decision);
  };
  const questionOf = (call: Call, permission: Permission): Question => ({
    requester: { caller: call.caller },
    action: permission.action,
    resource: permission.resource,
    context: contextOf(call, permission),
    identity: call.caller.role === undefined ? undefined : (roles.get(call.caller.role.arn)?.statements ?? []),
    resourcePolicy: permission.resourcePolicy === undefined ? undefined : resourcePolicies.compiled(permission.resourcePolicy),
    isCrossAccount: permission.owner !== undefined && permission.owner !== call.caller.accountId,
    isGovernedByResource: isGoverned(permission),
  });
  const allowsService: Identity['allowsService'] = (service, permission) => {
    const policy = resourcePolicies.compiled(permission.resourcePolicy ?? { Statement: [] });
    const question = {
      requester: { service },
      action: permission.action,
      resource: permission.resource,
      context: serviceContext(permission.context ?? {}),
      identity: [],
      resourcePolicy: policy,
      isCrossAccount: false,
      isGovernedByResource: true,
    };
    return evaluate(question).kind === 'allowed';
  };
  return {
    callerOf: (accessKeyId) => sessions.callerOf(accessKeyId) ?? callerOfKey(accessKeyId),
    administrator: (accountId) => callerOfKey(accountId),
    putRole: (role) => void roles.set(role.arn, { role, statements: role.policies.flatMap(compileIdentityPolicy) }),
    deleteRole: (arn) => void roles.delete(arn),
    role: (arn) => roles.get(arn)?.role,
    startSession: (roleArn, sessionName, trusted, context = {}) => {
      const known = roles.get(roleArn);
      const policy = known === undefined ? [] : resourcePolicies.compiled(known.role.trust);
      if (known === undefined || !isTrusted(policy, { roleArn, trusted, context })) throw untrusted(roleArn, trusted);
      return sessions.start(known.role, sessionName);
    },
    authorize: (call, permissions) => {
      for (const permission of permissions) if (!isPlainAdministrator(call.caller, permission)) authorizeOne(call, permission);
    },
    allowsService,
  };
}
