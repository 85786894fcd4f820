import { serviceContext } from './condition-context.ts';
import { evaluate } from './evaluate.ts';
import type { Permission } from '../service.ts';
import type { Requester } from './principal.ts';
import type { ResourceStatement } from './statement.ts';

interface Asked {
  readonly requester: Requester;
  readonly action: string;
  readonly resource: string;
  readonly context: NonNullable<Permission['context']>;
  readonly policy: readonly ResourceStatement[];
}

/** Whether the policy of a resource alone lets the requester in, as for a service principal or the trust policy of a role. */
export function isAllowedByResource({ requester, action, resource, context, policy }: Asked): boolean {
  const decision = evaluate({
    requester,
    action,
    resource,
    context: serviceContext({ ...principalKeys(requester), ...context }),
    identity: undefined,
    resourcePolicy: policy,
    isCrossAccount: false,
    isGovernedByResource: true,
  });
  return decision.kind === 'allowed';
}

function principalKeys(requester: Requester): Record<string, string> {
  if ('service' in requester)
    return { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': requester.service };
  const { accountId, arn, role } = requester.caller;
  return {
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalArn': role?.arn ?? arn,
    'aws:PrincipalAccount': accountId,
  };
}
