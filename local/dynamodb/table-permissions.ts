import type { Permission } from '../service.ts';
import type { HashKeyOf } from './hash-keys.ts';
import { asJson } from './json.ts';
import type { Json } from './json.ts';
import { leadingKeys } from './leading-keys.ts';

interface Place {
  readonly account: string;
  readonly region: string;
  readonly hashKeyOf: HashKeyOf;
}

/** What a caller needs: the operation's action on the table, or on the index that is read, on every table of a batch, or for each action of a transaction. */
export function tablePermissions(operation: string, input: Json, place: Place): Permission[] {
  const { TableName: table, RequestItems: batch, TransactItems: transaction } = input;
  if (Array.isArray(transaction)) {
    return transaction
      .flatMap((item) => Object.entries(asJson(item)))
      .map(([kind, action]) => onTable(`${kind}Item`, asJson(action), place));
  }
  if (typeof batch === 'object' && batch !== null) {
    return Object.entries(batch).map(([TableName, requests]) =>
      onTable(operation, { ...itemsOf(requests), TableName }, place),
    );
  }
  if (typeof table !== 'string') return [{ action: `dynamodb:${operation}`, resource: '*' }];
  return [onTable(operation, input, place)];
}

/** The keys of BatchGetItem as they are, those of BatchWriteItem out of each request. */
function itemsOf(requests: unknown): Json {
  if (!Array.isArray(requests)) return asJson(requests);
  const Keys = requests.map((request) => {
    const { PutRequest: put, DeleteRequest: remove } = asJson(request);
    return asJson(put)['Item'] ?? asJson(remove)['Key'];
  });
  return { Keys };
}

const ON_ITEMS = [
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'BatchGetItem',
  'BatchWriteItem',
  'ConditionCheckItem',
];

function onTable(operation: string, input: Json, { account, region, hashKeyOf }: Place): Permission {
  const { TableName, IndexName: index } = input;
  const table = String(TableName);
  const arn = `arn:aws:dynamodb:${region}:${account}:table/${table}`;
  const permission = {
    action: `dynamodb:${operation}`,
    resource: typeof index === 'string' ? `${arn}/index/${index}` : arn,
  };
  const hash = hashKeyOf(table, typeof index === 'string' ? index : undefined);
  if (hash === undefined || !ON_ITEMS.includes(operation)) return permission;
  const keys = leadingKeys(operation, input, hash);
  return keys.length === 0 ? permission : { ...permission, context: { 'dynamodb:LeadingKeys': keys } };
}
