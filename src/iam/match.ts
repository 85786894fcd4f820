import { type Context, conditionMet, conditionName, conditionsMet, withoutGiven } from './conditions.ts';
import { isTooMuch } from './comparisons.ts';
import { actionMatch, globMatch } from './glob.ts';
import { type Asker, contextOf, principalMatch } from './principal-match.ts';
import type { Condition, Matched, Statement } from './statement.ts';
import { allOf, anyOf, negated, type Three } from './three-valued.ts';

/** Who asks, and what is known of the request; keys in lower case. What the principal implies need not be said. */
export interface Request {
  principal: Asker;
  context?: Context;
  /** Conditions that the request is known to meet, because it has passed them elsewhere. */
  given?: readonly Condition[];
}

export interface Ask extends Request {
  /** For example kms:Decrypt. */
  action: string;
  /** An ARN; * in it means every one of these, for example every object of a bucket. */
  resource: string;
}

/** `perhaps` depends on something that the policy and the context do not tell; only `allowed` counts as a grant. */
export type Grant = 'allowed' | 'denied' | 'perhaps' | 'no';

export interface JudgedGrant {
  grant: Grant;
  /** Under `denied` the statements that deny, under `perhaps` what is open: for example "aws:SourceArn (statement AllowLogs)". */
  because: string[];
}

/** What one policy says to one request (IAM policy evaluation logic). Grants by other policies, and refusals by them, are not in it. */
export function grants(statements: readonly Statement[], ask: Ask): Grant {
  return grantOf(left(statements, ask).map((statement) => ({ statement, applies: applies(statement, ask) })));
}

/** As `grants`, with the statements that decided it or that could not be decided. */
export function judgeGrant(statements: readonly Statement[], ask: Ask): JudgedGrant {
  const found = left(statements, ask).map((statement, at) => ({ statement, at, applies: applies(statement, ask) }));
  const grant = grantOf(found);
  if (grant === 'allowed' || grant === 'no') return { grant, because: [] };
  const of = (effect: Statement['effect'], answer: Three) =>
    found.filter(({ statement, applies: one }) => statement.effect === effect && one === answer);
  if (grant === 'denied') {
    return { grant, because: of('Deny', 'yes').map(({ statement, at }) => statementName(statement, at)) };
  }
  const open = [...of('Deny', 'unknown'), ...(of('Allow', 'yes').length > 0 ? [] : of('Allow', 'unknown'))];
  return { grant, because: open.map(({ statement, at }) => dependsOn(statement, at, ask)) };
}

/** What requests need of a policy: each every action. */
export interface Need {
  requests: readonly Request[];
  actions: readonly string[];
  resource: string;
}

/** The answer that stands most in the way, and the action that it was given for; `isTooMuch`: so much to compare that nothing was. */
export interface WorstGrant extends JudgedGrant {
  action: string;
  isTooMuch?: true;
}

/** Asks a policy for everything that somebody needs; `allowed` only where all of it is, and nothing is worse than `denied`. */
export function worstGrant(statements: readonly Statement[], { requests, actions, resource }: Need): WorstGrant {
  const [first = ''] = actions;
  if (isTooMuch(statements, requests)) return { grant: 'perhaps', because: [], action: first, isTooMuch: true };
  let worst: { grant: Grant; ask: Ask } | undefined;
  for (const [given, its] of Map.groupBy(requests, (request) => request.given)) {
    const open = left(statements, { given });
    const spoken = actions.map((action) => ({ action, speaking: speakingOf(open, action, resource) }));
    for (const request of its) {
      const met = new Map(open.map((statement) => [statement, meets(statement, request)]));
      for (const { action, speaking } of spoken) {
        const grant = grantOf(
          speaking.map(({ statement, applies: one }) => ({
            statement,
            applies: allOf([one, met.get(statement) ?? 'no']),
          })),
        );
        if (BADNESS[grant] > BADNESS[worst?.grant ?? 'allowed']) {
          worst = { grant, ask: { ...request, action, resource } };
        }
      }
      if (worst?.grant === 'denied') break;
    }
  }
  if (worst === undefined) return { grant: 'allowed', because: [], action: '' };
  return { ...judgeGrant(statements, worst.ask), action: worst.ask.action };
}

const BADNESS: Readonly<Record<Grant, number>> = { allowed: 0, perhaps: 1, no: 2, denied: 3 };

interface Applying {
  statement: Statement;
  applies: Three;
}

function grantOf(found: readonly Applying[]): Grant {
  let grant: Grant = 'no';
  let mayBeDenied = false;
  for (const { statement, applies: one } of found) {
    if (one === 'no') continue;
    if (statement.effect === 'Deny') {
      if (one === 'yes') return 'denied';
      mayBeDenied = true;
    } else if (grant !== 'allowed') {
      grant = one === 'yes' ? 'allowed' : 'perhaps';
    }
  }
  return grant === 'allowed' && mayBeDenied ? 'perhaps' : grant;
}

/** The Sid of a statement, or its place in the document. */
export function statementName({ sid }: Statement, at: number): string {
  return sid === undefined ? `statement ${at + 1}` : `statement ${sid}`;
}

function applies(statement: Statement, ask: Ask): Three {
  const named = allOf([namesAction(statement, ask.action), namesResource(statement, ask.resource)]);
  return named === 'no' ? 'no' : allOf([named, meets(statement, ask)]);
}

/** Whether a statement speaks of who asks, and the request meets its conditions. */
function meets(statement: Statement, { principal, context }: Request): Three {
  const named = principalMatch(statement, principal);
  return named === 'no' ? 'no' : allOf([named, conditionsMet(statement.conditions, contextOfAll(principal, context))]);
}

/** Statements with the conditions that are left to be decided. */
function left(
  statements: readonly Statement[],
  { given = [] }: { given?: Request['given'] | undefined },
): readonly Statement[] {
  return given.length === 0 ? statements : statements.map((statement) => withoutGiven(statement, given));
}

function contextOfAll(principal: Asker, context: Context | undefined): Context {
  return { ...contextOf(principal), ...context };
}

function speakingOf(statements: readonly Statement[], action: string, resource: string): Applying[] {
  return statements
    .map((statement) => ({
      statement,
      applies: allOf([namesAction(statement, action), namesResource(statement, resource)]),
    }))
    .filter((one) => one.applies !== 'no');
}

/** Whether a statement speaks of an action, by Action or by NotAction. */
export function namesAction({ actions }: Statement, action: string): Three {
  return matched(actions, action, actionMatch);
}

/** Whether a statement speaks of a resource, by Resource or by NotResource. */
export function namesResource({ resources }: Statement, resource: string): Three {
  return matched(resources, resource, globMatch);
}

/** Everybody who is judged by a statement asks the same of it, so it remembers. */
function matched(element: Matched, value: string, test: (pattern: string, value: string) => Three): Three {
  const known = MATCHED.get(element) ?? new Map<string, Three>();
  const found = known.get(value) ?? anyOf(element.patterns.map((pattern) => test(pattern, value)));
  MATCHED.set(element, known.set(value, found));
  return element.not ? negated(found) : found;
}

const MATCHED = new WeakMap<Matched, Map<string, Three>>();

function dependsOn(statement: Statement, at: number, { principal, context }: Request): string {
  const all = contextOfAll(principal, context);
  const open = statement.conditions.filter((one) => conditionMet(one, all) === 'unknown');
  const keys = [...new Set(open.map(({ key }) => conditionName(key)))];
  return `${keys.length === 0 ? 'whom and what it names' : keys.join(' and ')} (${statementName(statement, at)})`;
}
