import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

export interface Update {
  table: string;
  key: { pk: string; sk: string };
  set: Readonly<Record<string, unknown>>;
  /** Written only where the attribute is not there yet. */
  setOnce?: Readonly<Record<string, unknown>>;
  remove?: readonly string[];
  /** An expression over `#name` placeholders of this update's attributes and `conditionNames`, and over `conditionValues`. */
  condition?: string;
  conditionNames?: readonly string[];
  conditionValues?: Readonly<Record<string, unknown>>;
}

/**
 * DynamoDB UpdateItem from plain values. Returns the whole new item, or `undefined` where the condition did not hold.
 * Members that are `undefined` are left out. Throws the SDK's error.
 */
export async function update(
  client: DynamoDBClient,
  change: Update,
): Promise<UpdateItemCommandOutput['Attributes'] | undefined> {
  for (let tries = 1; ; tries += 1) {
    try {
      const output = await client.send(new UpdateItemCommand({ ...inputOf(change), ReturnValues: 'ALL_NEW' }));
      return output.Attributes ?? {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      // A transaction is at the item: it is over in a moment, and says nothing about the condition.
      if (!(error instanceof TransactionConflictException) || tries === MOST_TRIES) throw error;
    }
  }
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
    const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
    if (reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) return false;
    throw error;
  }
}

function inputOf(change: Update) {
  const set = defined(change.set);
  const once = defined(change.setOnce ?? {});
  const names = [...Object.keys(set), ...Object.keys(once), ...(change.remove ?? []), ...(change.conditionNames ?? [])];
  const values = { ...prefixed(set), ...prefixed(once), ...defined(change.conditionValues ?? {}) };
  const assignments = [
    ...Object.keys(set).map((name) => `#${name} = :${name}`),
    ...Object.keys(once).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
  ];
  const removal = change.remove?.length ? ` REMOVE ${change.remove.map((name) => `#${name}`).join(', ')}` : '';
  return {
    TableName: change.table,
    Key: marshall(change.key),
    UpdateExpression: `SET ${assignments.join(', ')}${removal}`,
    ...(change.condition === undefined ? {} : { ConditionExpression: change.condition }),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: marshall(values, { removeUndefinedValues: true }),
  };
}

function defined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function prefixed(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]));
}
