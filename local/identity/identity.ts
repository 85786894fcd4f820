import type { Call, Caller } from '../call.ts';
import { AwsError } from '../errors.ts';
import { type Membership, NO_ORGANIZATION } from '../membership.ts';
import type { Permission } from '../service.ts';
import type { Identity, Role, SessionTerms } from '../world.ts';
import { callerOfArn, callerOfKey } from './caller.ts';
import { contextOf } from './condition-context.ts';
import { accessDenied } from './denial.ts';
import { evaluate } from './evaluate.ts';
import { createPolicyCache, type PolicyCache } from './policy-cache.ts';
import { createRoles, type KnownRole, type Roles } from './roles.ts';
import { isAllowedByResource } from './service-permission.ts';
import { createSessions } from './sessions.ts';
import { compileIdentityPolicy, compileResourcePolicy, type ResourceStatement, type Statement } from './statement.ts';

export interface IdentityOptions {
  readonly now: () => Date;
  /** The condition keys that services set, which the policies of roles may name; where absent they may name any. */
  readonly keys?: readonly string[];
  /** Which accounts belong together, and what binds them. */
  readonly membership?: Membership;
}

/** What one question is answered from. */
interface Sources {
  readonly membership: Membership;
  /** No role of a suspended or closed account is known. */
  readonly role: (arn: string) => KnownRole | undefined;
  readonly resources: PolicyCache<ResourceStatement>;
  readonly controls: PolicyCache<Statement>;
}

/** Accounts, roles, sessions and the policy check before every operation. */
export function createIdentity(options: IdentityOptions): Identity {
  const { membership = NO_ORGANIZATION } = options;
  const roles = createRoles(options.keys);
  const sources: Sources = {
    membership,
    role: (arn) => (membership.isOpen(accountOf(arn)) ? roles.get(arn) : undefined),
    resources: createPolicyCache(compileResourcePolicy),
    controls: createPolicyCache(compileIdentityPolicy),
  };
  const sessions = createSessions(options.now);
  return {
    callerOf: (accessKeyId) => sessions.callerOf(accessKeyId) ?? callerOfKey(accessKeyId),
    administrator: callerOfKey,
    putRole: roles.put,
    putPolicy: roles.putPolicy,
    deleteRole: (arn) => {
      roles.delete(arn);
      sessions.disown(arn);
    },
    role: (arn) => sources.role(arn)?.role,
    roleNamed: (accountId, name) => sources.role(roles.arnOf(accountId, name) ?? '')?.role,
    startSession: (roleArn, sessionName, trusted, terms = {}) => {
      const role = trustedRole({ roleArn, trusted, terms }, sources, roles);
      return sessions.start(role, sessionName, terms.lifetimeS);
    },
    authorize: (call, permissions) => {
      for (const permission of permissions) {
        if (!isPlainAdministrator(call.caller, permission, membership)) authorizeOne(sources, call, permission);
      }
    },
    allowsService: (service, permission) =>
      isAllowedByResource({
        requester: { service },
        action: permission.action,
        resource: permission.resource,
        context: permission.context ?? {},
        policy: permission.resourcePolicy === undefined ? [] : sources.resources.compiled(permission.resourcePolicy),
        membership,
      }),
  };
}

interface Wanted {
  readonly roleArn: string;
  readonly trusted: Parameters<Identity['startSession']>[2];
  readonly terms: SessionTerms;
}

/** The role, if it is there and its trust policy lets the caller or service in. */
function trustedRole({ roleArn, trusted, terms }: Wanted, { role, membership }: Sources, roles: Roles): Role {
  const known = role(roleArn);
  const requester = 'service' in trusted ? trusted : { caller: callerOfArn(trusted.arn, roles.arnOf) };
  const asked = { requester, action: 'sts:AssumeRole', resource: roleArn, context: terms.context ?? {}, membership };
  if (known !== undefined && isAllowedByResource({ ...asked, policy: known.trust })) return known.role;
  const who = 'service' in trusted ? `Service: ${trusted.service}` : `User: ${trusted.arn}`;
  throw new AwsError(
    'AccessDenied',
    `${who} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    403,
  );
}

/** Most calls of a test are these: no policy can say anything about them. */
function isPlainAdministrator(caller: Caller, permission: Permission, membership: Membership): boolean {
  const { role, accountId } = caller;
  if (role !== undefined || permission.resourcePolicy !== undefined) return false;
  return !isCrossAccount(caller, permission) && membership.controlsOf(accountId) === undefined;
}

function authorizeOne(sources: Sources, call: Call, permission: Permission): void {
  const { caller } = call;
  const known = caller.role && sources.role(caller.role.arn);
  const decision = evaluate({
    requester: { caller },
    action: permission.action,
    resource: permission.resource,
    context: contextOf(call, permission, sources.membership),
    identity: caller.role && (known?.statements ?? []),
    boundary: known?.boundary,
    controls: controlsOf(sources, caller),
    resourcePolicy: resourceStatements(sources, permission),
    grantees: permission.grantees,
    identityResource: permission.identityResource,
    isCrossAccount: isCrossAccount(caller, permission),
    isGovernedByResource: isGovernedByResource(permission),
  });
  if (decision.kind === 'denied') throw accessDenied(caller, permission, decision);
}

/** The trust policy of a role was compiled with the role. */
function resourceStatements(
  { role, resources }: Sources,
  { action, resource, resourcePolicy }: Permission,
): readonly ResourceStatement[] | undefined {
  if (resourcePolicy === undefined) return undefined;
  return (action === 'sts:AssumeRole' ? role(resource)?.trust : undefined) ?? resources.compiled(resourcePolicy);
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

/** Neither the management account nor a service-linked role is bound (Organizations guide, "Service control policies"). */
function controlsOf({ membership, controls }: Sources, caller: Caller): Statement[][] | undefined {
  if (caller.role?.arn.includes(':role/aws-service-role/') === true) return undefined;
  return membership
    .controlsOf(caller.accountId)
    ?.map((level) => level.flatMap((document) => [...controls.compiled(document)]));
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
