import type { Caller } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Permission } from '../service.ts';
import type { Decision } from './evaluate.ts';

/** The refusal as AWS words it (IAM User Guide, "Troubleshoot access denied error messages"); nothing is told without credentials. */
export function accessDenied(
  caller: Caller,
  permission: Permission,
  decision: Extract<Decision, { kind: 'denied' }>,
): AwsError {
  if (caller.isAnonymous === true) return new AwsError('AccessDenied', 'Access Denied', 403);
  const { action, resource } = permission;
  const article = decision.by === 'identity-based' ? 'an' : 'a';
  const reason = decision.isExplicit
    ? `with an explicit deny in ${article} ${decision.by} policy`
    : `because no ${decision.by} policy allows the ${action} action`;
  return new AwsError(
    'AccessDenied',
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
    403,
  );
}
