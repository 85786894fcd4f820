import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { present } from '../../present.ts';

export interface Update {
  table: string;
  key: { pk: string; sk: string };
  set: Readonly<Record<string, unknown>>;
  /** Written only where the attribute is not there yet. */
  setOnce?: Readonly<Record<string, unknown>>;
  remove?: readonly string[];
  /** An expression: `#name` stands for the attribute of that name, `:name` for its value in `set` or for one of `conditionValues`. */
  condition?: string;
  /** An attribute that counts the writes. */
  count?: string;
  /** True where nobody needs the new item: it costs more to read than the write itself. */
  isBlind?: boolean;
  conditionValues?: Readonly<Record<string, unknown>>;
}

/** The whole item as it is now: the new one (empty after a blind write), or the one against which the condition did not hold (undefined where there is none). */
export type Updated =
  | { written: true; item: Record<string, AttributeValue> }
  | { written: false; item: Record<string, AttributeValue> | undefined };

/**
 * DynamoDB UpdateItem from plain values. Members that are `undefined` are left out. A refused write tells the item too (DynamoDB API,
 * ReturnValuesOnConditionCheckFailure). Throws the SDK's error.
 */
export async function tryUpdate(client: DynamoDBClient, change: Update): Promise<Updated> {
  for (let tries = 1; ; tries += 1) {
    try {
      const input = { ...inputOf(change), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
      const ReturnValues = change.isBlind === true ? 'NONE' : 'ALL_NEW';
      const output = await client.send(new UpdateItemCommand({ ...input, ReturnValues }));
      return { written: true, item: output.Attributes ?? {} };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { written: false, item: error.Item };
      // A transaction is at the item: it is over in a moment, and says nothing about the condition.
      if (!(error instanceof TransactionConflictException) || tries === MOST_TRIES) throw error;
    }
  }
}

/** The whole new item, or `undefined` where the condition did not hold. */
export async function update(
  client: DynamoDBClient,
  change: Update,
): Promise<Record<string, AttributeValue> | undefined> {
  const { written, item } = await tryUpdate(client, change);
  return written ? item : undefined;
}

const MOST_TRIES = 4;

/**
 * DynamoDB TransactWriteItems: all of the updates or none, at most 100. False where a condition did not hold. Throws the SDK's
 * error, also where another writer was at one of the items.
 */
export async function updateAll(client: DynamoDBClient, changes: readonly Update[]): Promise<boolean> {
  try {
    await client.send(
      new TransactWriteItemsCommand({ TransactItems: changes.map((change) => ({ Update: inputOf(change) })) }),
    );
    return true;
  } catch (error) {
    const reasons = error instanceof TransactionCanceledException ? error.CancellationReasons : undefined;
    if (reasons?.some(({ Code }) => Code === 'ConditionalCheckFailed') === true) return false;
    throw error;
  }
}

function inputOf({ table, key, condition, count, remove = [], ...change }: Update) {
  const set = present(change.set);
  const once = present(change.setOnce ?? {});
  const assignments = [
    ...Object.keys(set).map((name) => `#${name} = :${name}`),
    ...Object.keys(once).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
    ...(count === undefined ? [] : [`#${count} = if_not_exists(#${count}, :none) + :one`]),
  ];
  const removal = remove.length === 0 ? '' : ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}`;
  const expression = `SET ${assignments.join(', ')}${removal}`;
  const used = `${expression} ${condition ?? ''}`;
  const values = new Map(Object.entries({ none: 0, one: 1, ...set, ...once, ...change.conditionValues }));
  return {
    TableName: table,
    Key: marshall(key),
    UpdateExpression: expression,
    ...present({ ConditionExpression: condition }),
    ExpressionAttributeNames: placeholders(used, '#', (name) => name),
    ExpressionAttributeValues: marshall(
      placeholders(used, ':', (name) => values.get(name)),
      {
        removeUndefinedValues: true,
      },
    ),
  };
}

/** DynamoDB refuses a request with names or values that its expressions do not use. */
function placeholders<T>(used: string, mark: '#' | ':', meaning: (name: string) => T): Record<string, T> {
  const names = [...used.matchAll(/([#:])(\w+)/g)].flatMap(([, sign, name = '']) => (sign === mark ? [name] : []));
  return Object.fromEntries(names.map((name) => [`${mark}${name}`, meaning(name)]));
}
