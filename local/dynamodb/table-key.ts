import { keyUse } from '../key-use.ts';
import type { Permission } from '../service.ts';
import type { Keys } from '../world.ts';

/** Tables are made and described without their key. */
const WITHOUT_DATA = ['dynamodb:CreateTable', 'dynamodb:DeleteTable', 'dynamodb:DescribeTable'];

/**
 * Whoever reads or writes items of a table under a customer key needs kms:Decrypt on it: DynamoDB opens the table's key as the caller
 * (DynamoDB Developer Guide, "Encryption at rest: How it works"). What else the guide names is for whoever makes the table.
 */
export function tableKeyUse(
  asked: readonly Permission[],
  keyIdOf: (table: string) => string | undefined,
  keys: Keys,
): Permission[] {
  const tables = asked.flatMap(({ action, resource }) => {
    const [, region = '', account = '', table = ''] = /:dynamodb:([^:]*):([^:]*):table\/([^/]+)/.exec(resource) ?? [];
    const keyId = WITHOUT_DATA.includes(action) ? undefined : keyIdOf(table);
    return keyId === undefined ? [] : [{ region, account, table, keyId }];
  });
  return tables.flatMap(({ region, account, table, keyId }) =>
    keyUse(keys.resolve(keyId, account, region), ['kms:Decrypt'], {
      service: 'dynamodb',
      context: { 'aws:dynamodb:tableName': table, 'aws:dynamodb:subscriberId': account },
    }),
  );
}
