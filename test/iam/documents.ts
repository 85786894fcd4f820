import assert from 'node:assert/strict';
import { parseStatements } from '../../src/iam/parse-statements.ts';
import type { Statement } from '../../src/iam/statement.ts';

/** The statements of a document that is good. */
export function statementsOf(document: unknown, partition = 'aws'): Statement[] {
  const parsed = parseStatements(JSON.stringify(document), partition);
  assert.equal(parsed.kind, 'read', JSON.stringify(parsed));
  return parsed.kind === 'read' ? parsed.statements : [];
}

/** A policy of these statements, as text. */
export function policyOf(...statements: unknown[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
