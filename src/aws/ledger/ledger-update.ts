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
  /** A text that joins a set of texts, or leaves it. */
  join?: Readonly<Record<string, string>>;
  leave?: Readonly<Record<string, string>>;
  /** How much an attribute grows. */
  add?: Readonly<Record<string, number>>;
  /** An expression: `#name` stands for the attribute of that name, `:name` for its value in `set` or for one of `conditionValues`. */
  condition?: string;
  /** An attribute that counts the writes. */
  count?: string;
  /** True where nobody needs the new item: it costs more to read than the write itself. */
  isBlind?: boolean;
  conditionValues?: Readonly<Record<string, unknown>>;
}

/** The whole item as it is now: the new one (empty after a blind write), or the one against which the condition did not hold (undefined where there is none). */
type Updated =
  | { written: true; item: Record<string, AttributeValue> }
  | { written: false; item: Record<string, AttributeValue> | undefined };

/**
 * DynamoDB UpdateItem from plain values. Members that are `undefined` are left out. A refused write tells the item too (DynamoDB API,
 * ReturnValuesOnConditionCheckFailure). Throws the SDK's error.
 */
export async function tryUpdate(client: DynamoDBClient, change: Update, pause: Pause = atRandom): Promise<Updated> {
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
      await pause(tries);
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
const FIRST_MS = 20;

/** The wait after so many tries that met another writer. */
export type Pause = (tries: number) => Promise<void>;

/** Those who met come back at different times, and the later the more often: the pieces of one job all write to its item. */
function atRandom(tries: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.random() * FIRST_MS * 2 ** tries);
  });
}

/** The condition that nobody has written an item since it was read; its value is `readRev`. */
export function sameRev(rev: number | undefined): string {
  return rev === undefined ? 'attribute_not_exists(#rev)' : '#rev = :readRev';
}

/**
 * DynamoDB TransactWriteItems: all of the updates or none, at most 100. Answers which of them had a condition that did not hold: none where
 * all was written. Throws the SDK's error, also where another writer stays at one of the items.
 */
export async function updateAll(
  client: DynamoDBClient,
  changes: readonly Update[],
  pause: Pause = atRandom,
): Promise<Update[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.send(
        new TransactWriteItemsCommand({ TransactItems: changes.map((change) => ({ Update: inputOf(change) })) }),
      );
      return [];
    } catch (error) {
      const reasons = (error instanceof TransactionCanceledException ? error.CancellationReasons : undefined) ?? [];
      const refused = changes.filter((_, index) => reasons[index]?.Code === 'ConditionalCheckFailed');
      if (refused.length > 0) return refused;
      if (!reasons.some(({ Code }) => Code === 'TransactionConflict') || tries === MOST_TRIES) throw error;
      await pause(tries);
    }
  }
}

function inputOf({ table, key, condition, count, remove = [], join = {}, leave = {}, add = {}, ...change }: Update) {
  const set = present(change.set);
  const once = present(change.setOnce ?? {});
  const assignments = [
    ...Object.keys(set).map((name) => `#${name} = :${name}`),
    ...Object.keys(once).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
    ...(count === undefined ? [] : [`#${count} = if_not_exists(#${count}, :none) + :one`]),
  ];
  const setOf = (name: string) => `#${name} :${name}`;
  const removed = remove.map((name) => `#${name}`);
  const clauses = {
    SET: assignments,
    REMOVE: removed,
    ADD: [...Object.keys(join), ...Object.keys(add)].map(setOf),
    DELETE: Object.keys(leave).map(setOf),
  };
  const expression = Object.entries(clauses)
    .flatMap(([word, parts]) => (parts.length === 0 ? [] : [`${word} ${parts.join(', ')}`]))
    .join(' ');
  const used = `${expression} ${condition ?? ''}`;
  const sets = Object.entries({ ...join, ...leave }).map(([name, text]) => [name, new Set([text])] as const);
  const values = new Map<string, unknown>([
    ...Object.entries({ none: 0, one: 1, ...set, ...once, ...add, ...change.conditionValues }),
    ...sets,
  ]);
  const asked = placeholders(used, ':', (name) => values.get(name));
  const isBare = Object.keys(asked).length === 0;
  return {
    TableName: table,
    Key: marshall(key),
    UpdateExpression: expression,
    ExpressionAttributeNames: placeholders(used, '#', (name) => name),
    ...present({
      ConditionExpression: condition,
      ExpressionAttributeValues: isBare ? undefined : marshall(asked, { removeUndefinedValues: true }),
    }),
  };
}

/** DynamoDB refuses a request with names or values that its expressions do not use. */
function placeholders<T>(used: string, mark: '#' | ':', meaning: (name: string) => T): Record<string, T> {
  const names = [...used.matchAll(/([#:])(\w+)/g)].flatMap(([, sign, name = '']) => (sign === mark ? [name] : []));
  return Object.fromEntries(names.map((name) => [`${mark}${name}`, meaning(name)]));
}
