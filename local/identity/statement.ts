import { compileCondition, type Condition, type ConditionContext } from './condition.ts';
import { malformedPolicy, statementsOf } from './document.ts';
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

/** What a statement of one kind of policy must and may have (IAM User Guide, "IAM JSON policy element reference"). */
interface Kind {
  readonly hasPrincipal: boolean;
  readonly hasResource: boolean;
}

/** Throws MalformedPolicyDocument where the document cannot be read, 501 where it names what is not emulated. */
export function compileIdentityPolicy(document: unknown): readonly Statement[] {
  const kind = { hasPrincipal: false, hasResource: true };
  return statementsOf(document).map((statement) => compileStatement(statement, kind));
}

/** The policy of a bucket, queue, key or function. Throws as compileIdentityPolicy. */
export function compileResourcePolicy(document: unknown): readonly ResourceStatement[] {
  return compileWithPrincipal(document, { hasPrincipal: true, hasResource: true });
}

/** The trust policy of a role: it is about the role itself and names no resource. Throws as compileIdentityPolicy. */
export function compileTrustPolicy(document: unknown): readonly ResourceStatement[] {
  return compileWithPrincipal(document, { hasPrincipal: true, hasResource: false });
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

function compileWithPrincipal(document: unknown, kind: Kind): readonly ResourceStatement[] {
  return statementsOf(document).map((statement) => ({
    ...compileStatement(statement, kind),
    principal: compilePrincipal(statement),
  }));
}

function compileStatement(statement: Readonly<Record<string, unknown>>, kind: Kind): Statement {
  checkElements(statement, kind);
  const { Effect: effect, Condition: condition } = statement;
  if (effect !== 'Allow' && effect !== 'Deny')
    throw malformedPolicy(`the Effect of a statement must be Allow or Deny, found ${JSON.stringify(effect)}`);
  return {
    effect,
    matchesAction: compileElement(statement, 'Action', true),
    matchesResource: kind.hasResource ? compileElement(statement, 'Resource', false) : () => true,
    condition: compileCondition(condition ?? {}),
  };
}

function checkElements(statement: Readonly<Record<string, unknown>>, { hasPrincipal, hasResource }: Kind): void {
  const known = ['Sid', 'Effect', 'Action', 'NotAction', 'Condition'];
  if (hasPrincipal) known.push('Principal', 'NotPrincipal');
  if (hasResource) known.push('Resource', 'NotResource');
  const unknown = Object.keys(statement).find((name) => !known.includes(name));
  if (unknown !== undefined) throw malformedPolicy(`a statement of this policy has no element ${unknown}`);
}

/** Action or Resource, or its negation with Not; one of the two must be there. */
function compileElement(
  statement: Readonly<Record<string, unknown>>,
  name: 'Action' | 'Resource',
  ignoreCase: boolean,
): (text: string) => boolean {
  const positive = statement[name];
  const negative = statement[`Not${name}`];
  if ((positive === undefined) === (negative === undefined))
    throw malformedPolicy(`a statement must have either ${name} or Not${name}, found neither or both`);
  const matches = compileAny(textsOf(positive ?? negative, name), { ignoreCase });
  return positive === undefined ? (text) => !matches(text) : matches;
}

function textsOf(value: unknown, name: string): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.map((one) => {
    if (typeof one === 'string') return one;
    throw malformedPolicy(`the ${name} of a statement must be text, found ${JSON.stringify(one)}`);
  });
}
