import type { Membership } from '../membership.ts';
import type { Permission } from '../service.ts';
import { organizationKeys, principalKeys, serviceContext } from './condition-context.ts';
import { evaluate } from './evaluate.ts';
import type { Requester } from './principal.ts';
import type { ResourceStatement } from './statement.ts';

interface Asked {
  readonly requester: Requester;
  readonly action: string;
  readonly resource: string;
  readonly context: NonNullable<Permission['context']>;
  readonly policy: readonly ResourceStatement[];
  readonly membership: Membership;
}

/** Whether the policy of a resource alone lets the requester in, as for a service principal or the trust policy of a role. */
export function isAllowedByResource({ requester, action, resource, context, policy, membership }: Asked): boolean {
  const decision = evaluate({
    requester,
    action,
    resource,
    context: serviceContext({ ...requesterKeys(requester, context, membership), ...context }),
    identity: undefined,
    resourcePolicy: policy,
    isCrossAccount: false,
    isGovernedByResource: true,
  });
  return decision.kind === 'allowed';
}

/** A service says for which account it acts, and so for which organization (IAM User Guide, aws:SourceOrgID). */
function requesterKeys(
  requester: Requester,
  { 'aws:SourceAccount': source }: Asked['context'],
  membership: Membership,
): Record<string, string> {
  if ('caller' in requester) return Object.fromEntries(principalKeys(requester.caller, membership));
  return {
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalServiceName': requester.service,
    ...(typeof source === 'string' ? Object.fromEntries(organizationKeys('source', source, membership)) : {}),
  };
}
