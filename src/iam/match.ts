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

/** What one policy says to one request (IAM policy evaluation logic). Grants by other policies, and refusals by them, are not in it. */
export function judgeGrant(statements: readonly Statement[], { action, resource, ...request }: Ask): WorstGrant {
  return worstOf(statements, { requests: [request], actions: [action], resource });
}

/** What requests need of a policy: each every action. */
interface Need {
  requests: readonly Request[];
  actions: readonly string[];
  resource: string;
}

/** The answer that stands most in the way, and the action that it was given for; `isTooMuch`: so much to compare that nothing was. */
export interface WorstGrant {
  grant: Grant;
  /** Under `denied` the statements that deny, under `perhaps` what is open: for example "aws:SourceArn (statement AllowLogs)". */
  because: string[];
  action: string;
  isTooMuch?: true;
}

/** Asks a policy for everything that somebody needs; `allowed` only where all of it is, and nothing is worse than `denied`. */
export function worstGrant(statements: readonly Statement[], need: Need): WorstGrant {
  const [action = ''] = need.actions;
  if (isTooMuch(statements, need.requests)) return { grant: 'perhaps', because: [], action, isTooMuch: true };
  return worstOf(statements, need);
}

function worstOf(statements: readonly Statement[], { requests, actions, resource }: Need): WorstGrant {
  let worst: WorstGrant = { grant: 'allowed', because: [], action: '' };
  for (const [given, its] of Map.groupBy(requests, (request) => request.given)) {
    const open = statements.map((statement) => withoutGiven(statement, given));
    const spoken = actions.map((action) =>
      open.map((statement) => allOf([namesAction(statement, action), namesResource(statement, resource)])),
    );
    const isHeard = open.map((_, at) => spoken.some((one) => one[at] !== 'no'));
    for (const request of its) {
      const context = { ...contextOf(request.principal), ...request.context };
      const met = open.map((statement, at) =>
        isHeard[at] === true ? meets(statement, request.principal, context) : 'no',
      );
      for (const [index, action] of actions.entries()) {
        const found: Applying[] = [];
        open.forEach((statement, at) => {
          const meeting = met[at] ?? 'no';
          const applies = meeting === 'no' ? 'no' : allOf([spoken[index]?.[at] ?? 'no', meeting]);
          if (applies !== 'no') found.push({ statement, at, applies });
        });
        const { grant, by } = judged(found);
        if (BADNESS[grant] <= BADNESS[worst.grant]) continue;
        const named = (one: Applying) =>
          grant === 'denied' ? statementName(one.statement, one.at) : dependsOn(one, context);
        worst = { grant, because: by.map(named), action };
      }
      if (worst.grant === 'denied') return worst;
    }
  }
  return worst;
}

const BADNESS: Readonly<Record<Grant, number>> = { allowed: 0, perhaps: 1, no: 2, denied: 3 };

interface Applying {
  statement: Statement;
  at: number;
  applies: Three;
}

/** With the statements that the answer rests on, where it is not plain. */
function judged(found: readonly Applying[]): { grant: Grant; by: Applying[] } {
  const of = (effect: Statement['effect'], answer: Three) =>
    found.filter(({ statement, applies }) => applies === answer && statement.effect === effect);
  const denying = of('Deny', 'yes');
  if (denying.length > 0) return { grant: 'denied', by: denying };
  const mayDeny = of('Deny', 'unknown');
  if (of('Allow', 'yes').length > 0) return { grant: mayDeny.length > 0 ? 'perhaps' : 'allowed', by: mayDeny };
  const mayAllow = of('Allow', 'unknown');
  return mayAllow.length > 0 ? { grant: 'perhaps', by: [...mayDeny, ...mayAllow] } : { grant: 'no', by: [] };
}

/** The Sid of a statement, or its place in the document. */
export function statementName({ sid }: Statement, at: number): string {
  return sid === undefined ? `statement ${at + 1}` : `statement ${sid}`;
}

/** Whether a statement speaks of who asks, and the request meets its conditions. */
function meets(statement: Statement, principal: Asker, context: Context): Three {
  const named = principalMatch(statement, principal);
  return named === 'no' ? 'no' : allOf([named, conditionsMet(statement.conditions, context)]);
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

function dependsOn({ statement, at }: Applying, context: Context): string {
  const open = statement.conditions.filter((one) => conditionMet(one, context) === 'unknown');
  const keys = [...new Set(open.map(({ key }) => conditionName(key)))];
  return `${keys.length === 0 ? 'whom and what it names' : keys.join(' and ')} (${statementName(statement, at)})`;
}
