import { type Context, conditionMet, conditionName, conditionsMet } from './conditions.ts';
import { actionMatch, globMatch } from './glob.ts';
import { type Asker, contextOf, principalMatch } from './principal-match.ts';
import type { Matched, Statement } from './statement.ts';
import { allOf, anyOf, negated, type Three } from './three-valued.ts';

export interface Ask {
  principal: Asker;
  /** For example kms:Decrypt. */
  action: string;
  /** An ARN; * in it means every one of these, for example every object of a bucket. */
  resource: string;
  /** What else is known of the request; keys in lower case. What the principal implies need not be said. */
  context?: Context;
}

/** `perhaps` depends on something that the policy and the context do not tell; only `allowed` counts as a grant. */
export type Grant = 'allowed' | 'denied' | 'perhaps' | 'no';

/** Whether a request meets the conditions of a statement. */
type ConditionsMet = (statement: Statement, ask: Ask) => Three;

/** What one policy says to one request (IAM policy evaluation logic). Grants by other policies, and refusals by them, are not in it. */
export function grants(statements: readonly Statement[], ask: Ask, isMet: ConditionsMet = meetsConditions): Grant {
  let grant: Grant = 'no';
  let mayBeDenied = false;
  for (const statement of statements) {
    const found = applies(statement, ask, isMet);
    if (found === 'no') continue;
    if (statement.effect === 'Deny') {
      if (found === 'yes') return 'denied';
      mayBeDenied = true;
    } else if (grant !== 'allowed') {
      grant = found === 'yes' ? 'allowed' : 'perhaps';
    }
  }
  return grant === 'allowed' && mayBeDenied ? 'perhaps' : grant;
}

export interface JudgedGrant {
  grant: Grant;
  /** Under `denied` the statements that deny, under `perhaps` what is open: for example "aws:SourceArn (statement AllowLogs)". */
  because: string[];
}

/** As `grants`, with the statements that decided it or that could not be decided. */
export function judgeGrant(statements: readonly Statement[], ask: Ask): JudgedGrant {
  const grant = grants(statements, ask);
  if (grant === 'allowed' || grant === 'no') return { grant, because: [] };
  const context = contextOfAsk(ask);
  const found = statements.map((statement, at) => ({
    effect: statement.effect,
    applies: applies(statement, ask, meetsConditions),
    name: grant === 'denied' ? statementName(statement, at) : dependsOn(statement, at, context),
  }));
  const of = (effect: Statement['effect'], answer: Three) =>
    found.flatMap((one) => (one.effect === effect && one.applies === answer ? [one.name] : []));
  if (grant === 'denied') return { grant, because: of('Deny', 'yes') };
  const isAllowed = of('Allow', 'yes').length > 0;
  return { grant, because: [...of('Deny', 'unknown'), ...(isAllowed ? [] : of('Allow', 'unknown'))] };
}

/** The Sid of a statement, or its place in the document. */
export function statementName({ sid }: Statement, at: number): string {
  return sid === undefined ? `statement ${at + 1}` : `statement ${sid}`;
}

function applies(statement: Statement, ask: Ask, isMet: ConditionsMet): Three {
  const named = allOf([
    principalMatch(statement, ask.principal),
    namesAction(statement, ask.action),
    namesResource(statement, ask.resource),
  ]);
  return named === 'no' ? 'no' : allOf([named, isMet(statement, ask)]);
}

/** Reads the conditions of a statement anew for each request. */
function meetsConditions({ conditions }: Statement, ask: Ask): Three {
  return conditionsMet(conditions, contextOfAsk(ask));
}

function contextOfAsk({ principal, context }: Ask): Context {
  return { ...contextOf(principal), ...context };
}

/** Whether a statement speaks of an action, by Action or by NotAction. */
export function namesAction({ actions }: Statement, action: string): Three {
  return matched(actions, (pattern) => actionMatch(pattern, action));
}

/** Whether a statement speaks of a resource, by Resource or by NotResource. */
export function namesResource({ resources }: Statement, resource: string): Three {
  return matched(resources, (pattern) => globMatch(pattern, resource));
}

function matched({ patterns, not }: Matched, test: (pattern: string) => Three): Three {
  const any = anyOf(patterns.map(test));
  return not ? negated(any) : any;
}

function dependsOn(statement: Statement, at: number, context: Context): string {
  const open = statement.conditions.filter((one) => conditionMet(one, context) === 'unknown');
  const keys = [...new Set(open.map(({ key }) => conditionName(key)))];
  return `${keys.length === 0 ? 'whom and what it names' : keys.join(' and ')} (${statementName(statement, at)})`;
}

/** The answer that stands most in the way, and the action that it was given for. */
export interface WorstGrant extends JudgedGrant {
  action: string;
}

/** Asks a policy for everything that somebody needs; `allowed` only where all of it is, and nothing is worse than `denied`. */
export function worstGrant(statements: readonly Statement[], asks: readonly Ask[]): WorstGrant {
  const isMet = onceForEachContext();
  let worst: { grant: Grant; ask: Ask } | undefined;
  for (const ask of asks) {
    const grant = grants(statements, ask, isMet);
    if (BADNESS[grant] > BADNESS[worst?.grant ?? 'allowed']) worst = { grant, ask };
    if (grant === 'denied') break;
  }
  if (worst === undefined) return { grant: 'allowed', because: [], action: '' };
  return { ...judgeGrant(statements, worst.ask), action: worst.ask.action };
}

/** A principal asks for several actions in the same contexts, and the conditions of a statement do not speak of actions. */
function onceForEachContext(): ConditionsMet {
  const known = new Map<Context | undefined, Map<string, Map<Statement, Three>>>();
  return (statement, ask) => {
    const ofContext = known.get(ask.context) ?? new Map<string, Map<Statement, Three>>();
    const who = JSON.stringify(ask.principal);
    const ofPrincipal = ofContext.get(who) ?? new Map<Statement, Three>();
    const met = ofPrincipal.get(statement) ?? meetsConditions(statement, ask);
    known.set(ask.context, ofContext.set(who, ofPrincipal.set(statement, met)));
    return met;
  };
}

const BADNESS: Readonly<Record<Grant, number>> = { allowed: 0, perhaps: 1, no: 2, denied: 3 };
