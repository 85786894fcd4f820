import type { ConditionContext } from './condition.ts';
import { matchGrantees } from './grantee.ts';
import type { Requester } from './principal.ts';
import { applies, type ResourceStatement, type Statement } from './statement.ts';

/** One question to the policies. */
export interface Question {
  readonly requester: Requester;
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
  /** Undefined for an administrator, whose identity policy allows everything. */
  readonly identity: readonly Statement[] | undefined;
  /** Undefined where the resource has no policy. */
  readonly resourcePolicy: readonly ResourceStatement[] | undefined;
  /** Of the resource's access control list. */
  readonly grantees?: readonly string[] | undefined;
  /** The resource as identity policies name it, where that is otherwise. */
  readonly identityResource?: string | undefined;
  /** The resource is in another account than the requester. */
  readonly isCrossAccount: boolean;
  /** The resource's policy alone decides who gets in (KMS keys, role trust); identity policies count only where it names the account. */
  readonly isGovernedByResource: boolean;
}

export type Decision =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied'; readonly by: 'identity-based' | 'resource-based'; readonly isExplicit: boolean };

/** IAM's policy evaluation without organization policies, boundaries and session policies (IAM User Guide, "Policy evaluation logic"). */
export function evaluate(question: Question): Decision {
  const asNamed = { ...question, resource: question.identityResource ?? question.resource };
  if (question.identity?.some((statement) => statement.effect === 'Deny' && applies(statement, asNamed))) {
    return { kind: 'denied', by: 'identity-based', isExplicit: true };
  }
  const grant = resourceGrant(question);
  if (grant === 'denied') return { kind: 'denied', by: 'resource-based', isExplicit: true };
  const byIdentity =
    question.identity === undefined || question.identity.some((one) => one.effect === 'Allow' && applies(one, asNamed));
  return decide(question, byIdentity, grant);
}

type Grant = 'direct' | 'account' | 'none' | 'denied';

function resourceGrant({ resourcePolicy, ...question }: Question): Grant {
  let grant: Grant = matchGrantees(question.grantees ?? [], question.requester);
  for (const statement of resourcePolicy ?? []) {
    const match = statement.principal(question.requester);
    if (match === 'none' || !applies(statement, question)) continue;
    if (statement.effect === 'Deny') return 'denied';
    if (grant !== 'direct') grant = match;
  }
  return grant;
}

function decide(question: Question, byIdentity: boolean, grant: Grant): Decision {
  const refusedBy = (by: 'identity-based' | 'resource-based'): Decision => ({ kind: 'denied', by, isExplicit: false });
  if (question.isCrossAccount) {
    if (grant === 'none') return refusedBy('resource-based');
    return byIdentity ? { kind: 'allowed' } : refusedBy('identity-based');
  }
  if (grant === 'direct') return { kind: 'allowed' };
  if (question.isGovernedByResource && grant === 'none') return refusedBy('resource-based');
  return byIdentity ? { kind: 'allowed' } : refusedBy('identity-based');
}
