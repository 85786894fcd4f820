import type { Caller } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Permission } from '../service.ts';
import type { Decision, DeniedBy } from './evaluate.ts';

const KINDS = {
  'identity-based': { one: 'an identity-based policy', none: 'identity-based policy' },
  'resource-based': { one: 'a resource-based policy', none: 'resource-based policy' },
  control: { one: 'a service control policy', none: 'service control policy' },
  boundary: { one: 'a permissions boundary', none: 'permissions boundary' },
} as const satisfies Record<DeniedBy, unknown>;

/** The refusal as AWS words it (IAM User Guide, "Troubleshoot access denied error messages"); nothing is told without credentials. */
export function accessDenied(
  caller: Caller,
  permission: Permission,
  decision: Extract<Decision, { kind: 'denied' }>,
): AwsError {
  if (caller.isAnonymous === true) return new AwsError('AccessDenied', 'Access Denied', 403);
  const { action, resource } = permission;
  const reason = decision.isExplicit
    ? `with an explicit deny in ${KINDS[decision.by].one}`
    : `because no ${KINDS[decision.by].none} allows the ${action} action`;
  return new AwsError(
    'AccessDenied',
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
    403,
  );
}
