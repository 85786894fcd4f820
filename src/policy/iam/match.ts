import { type Context, conditionMet, conditionsMet } from './conditions.ts';
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

/** `perhaps` hangs on something that the policy and the context do not tell; only `allowed` counts as a grant. */
export type Grant = 'allowed' | 'denied' | 'perhaps' | 'no';

/** What one policy says to one request (IAM policy evaluation logic). Grants by other policies, and refusals by them, are not in it. */
export function grants(statements: readonly Statement[], ask: Ask): Grant {
  return judgeGrant(statements, ask).grant;
}

export interface Judged {
  grant: Grant;
  /** Under `denied` the statements that deny, under `perhaps` what hung: for example "statement AllowLogs on aws:SourceArn". */
  because: string[];
}

/** As `grants`, with the statements that decided it or that could not be decided. */
export function judgeGrant(statements: readonly Statement[], ask: Ask): Judged {
  const context = { ...contextOf(ask.principal), ...ask.context };
  const found = statements.map((statement, at) => ({
    statement,
    at,
    applies: applies(statement, { ...ask, context }),
  }));
  const of = (effect: Statement['effect'], applies: Three) =>
    found.filter((one) => one.statement.effect === effect && one.applies === applies);

  const denials = of('Deny', 'yes');
  if (denials.length > 0)
    return { grant: 'denied', because: denials.map(({ statement, at }) => nameOf(statement, at)) };
  const allows = of('Allow', 'yes');
  const mayAllow = of('Allow', 'unknown');
  if (allows.length + mayAllow.length === 0) return { grant: 'no', because: [] };
  const hanging = [...of('Deny', 'unknown'), ...(allows.length > 0 ? [] : mayAllow)];
  if (hanging.length === 0) return { grant: 'allowed', because: [] };
  return { grant: 'perhaps', because: hanging.map(({ statement, at }) => hangsOn(statement, at, context)) };
}

/** The Sid of a statement, or its place in the document. */
export function nameOf({ sid }: Statement, at: number): string {
  return sid === undefined ? `statement ${at + 1}` : `statement ${sid}`;
}

function applies(statement: Statement, { principal, action, resource, context = {} }: Ask): Three {
  const named = allOf([
    principalMatch(statement, principal),
    namesAction(statement, action),
    namesResource(statement, resource),
  ]);
  return named === 'no' ? 'no' : allOf([named, conditionsMet(statement.conditions, context)]);
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

function hangsOn(statement: Statement, at: number, context: Context): string {
  const keys = statement.conditions.filter((one) => conditionMet(one, context) === 'unknown').map(({ key }) => key);
  const open = keys.length === 0 ? 'whom and what it names' : [...new Set(keys)].join(', ');
  return `${nameOf(statement, at)} on ${open}`;
}
