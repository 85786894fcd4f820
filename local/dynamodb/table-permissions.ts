import type { Permission } from '../service.ts';
import { asJson } from './json.ts';

interface Place {
  readonly account: string;
  readonly region: string;
}

/** What a caller needs: the operation's action on the table, or on the index that is read, on every table of a batch, or for each action of a transaction. */
export function tablePermissions(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  { account, region }: Place,
): Permission[] {
  const action = `dynamodb:${operation}`;
  const tableArn = (name: string): string => `arn:aws:dynamodb:${region}:${account}:table/${name}`;
  const { TableName: table, IndexName: index, RequestItems: batch, TransactItems: transaction } = input;
  if (Array.isArray(transaction)) {
    return transaction
      .flatMap((item) => Object.entries(asJson(item)))
      .map(([kind, action]) => ({
        action: `dynamodb:${kind}Item`,
        resource: tableArn(String(asJson(action)['TableName'])),
      }));
  }
  if (typeof batch === 'object' && batch !== null) {
    return Object.keys(batch).map((name) => ({ action, resource: tableArn(name) }));
  }
  if (typeof table !== 'string') {
    return [{ action, resource: '*' }];
  }
  return [{ action, resource: typeof index === 'string' ? `${tableArn(table)}/index/${index}` : tableArn(table) }];
}
