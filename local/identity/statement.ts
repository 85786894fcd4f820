import { compileCondition, type Condition, type ConditionContext } from './condition.ts';
import { AwsError } from '../errors.ts';
import { listOf, statementsOf } from './document.ts';
import { compilePrincipal, type Principal } from './principal.ts';
import { compileAny } from './wildcard.ts';

/** One statement of an identity policy, compiled. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly matchesAction: (action: string) => boolean;
  readonly matchesResource: (resource: string) => boolean;
  readonly condition: Condition;
}

export interface ResourceStatement extends Statement {
  readonly principal: Principal;
}

/** Throws MalformedPolicyDocument where the document cannot be read. */
export function compileIdentityPolicy(document: unknown): readonly Statement[] {
  return statementsOf(document).map(compileStatement);
}

/** A statement without Resource, as in trust policies, is about the resource that carries the policy. */
export function compileResourcePolicy(document: unknown): readonly ResourceStatement[] {
  return statementsOf(document).map((statement) => ({
    ...compileStatement(statement),
    principal: compilePrincipal(statement),
  }));
}

export function applies(
  statement: Statement,
  request: { action: string; resource: string; context: ConditionContext },
): boolean {
  return (
    statement.matchesAction(request.action) &&
    statement.matchesResource(request.resource) &&
    statement.condition(request.context)
  );
}

function compileStatement(statement: Readonly<Record<string, unknown>>): Statement {
  const { Effect: effect, Condition: condition } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new AwsError(
      'MalformedPolicyDocument',
      `the Effect of a statement must be Allow or Deny, found ${JSON.stringify(effect)}`,
      400,
    );
  }
  return {
    effect,
    matchesAction: compileElement(statement, 'Action', true),
    matchesResource: compileElement(statement, 'Resource', false),
    condition: compileCondition(condition ?? {}),
  };
}

/** Action or Resource, or its negation with Not. Absent, it matches everything. */
function compileElement(
  statement: Readonly<Record<string, unknown>>,
  name: 'Action' | 'Resource',
  ignoreCase: boolean,
): (text: string) => boolean {
  const positive = statement[name];
  if (positive !== undefined) return compileAny(listOf(positive), { ignoreCase });
  const negative = statement[`Not${name}`];
  if (negative === undefined) return () => true;
  const matches = compileAny(listOf(negative), { ignoreCase });
  return (text) => !matches(text);
}
