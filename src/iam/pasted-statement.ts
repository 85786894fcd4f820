import { parseStatements } from './parse-statements.ts';
import type { Statement } from './statement.ts';

/** Whom a key policy is to let in, for what and under which condition. */
export interface Granting {
  sid: string;
  principal: object;
  actions: readonly string[];
  condition?: object | undefined;
}

/** The statement that a key policy lacks: JSON text, ready to paste. */
export function pastedStatement({ sid, principal, actions, condition }: Granting): string {
  const statement = { Sid: sid, Effect: 'Allow', Principal: principal, Action: actions, Resource: '*' };
  return JSON.stringify({ ...statement, Condition: condition }, undefined, 2);
}

/** A policy as it would be once one more statement, given as JSON, stood in it. */
export function withStatement(statements: readonly Statement[], json: string, partition: string): Statement[] {
  const added = parseStatements(`{"Statement":${json}}`, partition);
  if (added.kind === 'malformed') throw new TypeError(`A statement of our own is malformed: ${added.why}.`);
  return [...statements, ...added.statements];
}
