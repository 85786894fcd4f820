import { conditionName } from './conditions.ts';
import { parseStatements } from './parse-statements.ts';
import type { Condition, Statement } from './statement.ts';

/** Whom a key policy is to let in, for what and under which conditions. */
export interface Granting {
  /** In words, of which the Sid has the letters and digits: key policies take nothing else there. */
  title: string;
  kind: 'AWS' | 'Service';
  names: readonly string[];
  actions: readonly string[];
  conditions?: readonly Condition[];
}

/** The statement that a key policy lacks: JSON text, ready to paste. */
export function pastedStatement({ title, kind, names, actions, conditions = [] }: Granting): string {
  const words = title.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const Sid = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  const statement = { Sid, Effect: 'Allow', Principal: { [kind]: oneOrMore(names) }, Action: actions, Resource: '*' };
  const limited = conditions.length === 0 ? {} : { Condition: written(conditions) };
  return JSON.stringify({ ...statement, ...limited }, undefined, 2);
}

/** Conditions as a policy writes them: of several by one operator on one key only what meets all of them. */
function written(conditions: readonly Condition[]): object {
  const byOperator = new Map<string, object>();
  for (const { operator, key } of conditions) {
    const lists = conditions.flatMap((one) => (one.operator === operator && one.key === key ? [one.values] : []));
    const isNegated = /not/i.test(operator);
    const all = [...new Set(lists.flat())].filter((value) => isNegated || lists.every((list) => list.includes(value)));
    byOperator.set(operator, { ...byOperator.get(operator), [conditionName(key)]: oneOrMore(all) });
  }
  return Object.fromEntries(byOperator);
}

function oneOrMore(values: readonly string[]): unknown {
  return values.length === 1 ? values[0] : values;
}

/** A policy as it would be once one more statement, given as JSON, stood in it. */
export function withStatement(statements: readonly Statement[], json: string, partition: string): Statement[] {
  const added = parseStatements(`{"Statement":${json}}`, partition);
  if (added.kind === 'malformed') throw new TypeError(`A statement of our own is malformed: ${added.why}.`);
  return [...statements, ...added.statements];
}
