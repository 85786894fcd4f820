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
  /** Of the permissions boundary; undefined where the requester has none. */
  readonly boundary?: readonly Statement[] | undefined;
  /** The service control policies that bind the requester's account, by level from the root down; undefined where none do. */
  readonly controls?: readonly (readonly Statement[])[] | undefined;
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
  | { readonly kind: 'denied'; readonly by: DeniedBy; readonly isExplicit: boolean };

/** The kind of policy that says no, or that lacks an Allow. */
export type DeniedBy = 'identity-based' | 'resource-based' | 'boundary' | 'control';

/**
 * IAM's policy evaluation without session policies and resource control policies (IAM User Guide, "Policy evaluation logic"). A permissions
 * boundary limits whatever allows; that a resource's policy may name one session past it is not here. Of the service control policies every
 * level must allow.
 */
export function evaluate(question: Question): Decision {
  const asNamed = { ...question, resource: question.identityResource ?? question.resource };
  const says = (effect: Statement['effect']) => (one: Statement) => one.effect === effect && applies(one, asNamed);
  for (const [by, statements] of [
    ['control', question.controls?.flat()],
    ['identity-based', question.identity],
    ['boundary', question.boundary],
  ] as const) {
    if (statements?.some(says('Deny'))) return { kind: 'denied', by, isExplicit: true };
  }
  const grant = resourceGrant(question);
  if (grant === 'denied') return { kind: 'denied', by: 'resource-based', isExplicit: true };
  if (question.controls?.some((level) => !level.some(says('Allow'))) === true)
    return { kind: 'denied', by: 'control', isExplicit: false };
  const byIdentity = question.identity === undefined || question.identity.some(says('Allow'));
  const decision = decide(question, byIdentity, grant);
  const isBounded = question.boundary !== undefined && !question.boundary.some(says('Allow'));
  return decision.kind === 'allowed' && isBounded ? { kind: 'denied', by: 'boundary', isExplicit: false } : decision;
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
