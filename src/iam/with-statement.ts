import { parseStatements } from './parse-statements.ts';
import type { Statement } from './statement.ts';

/** A policy as it would be once one more statement, given as JSON, stood in it. */
export function withStatement(statements: readonly Statement[], json: string, partition: string): Statement[] {
  const added = parseStatements(`{"Statement":${json}}`, partition);
  if (added.kind === 'malformed') throw new TypeError(`A statement of our own is malformed: ${added.why}.`);
  return [...statements, ...added.statements];
}
