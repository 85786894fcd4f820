import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

/** What no job does, and why. */
export interface Leftover {
  code: string;
  message: string;
}

/** What the ledger says of one bucket, as anybody may read it from the table. */
export interface LedgerView {
  verdict: string;
  reasons: string[];
  rule: string;
  observed: boolean;
  /** True where Reseal wrote the bucket's encryption. */
  repaired: boolean;
  leftovers: Leftover[];
}

/** Reads a bucket's item. A bucket that was repaired stays "repair" here, although a later look found it compliant. */
export async function readLedger(dynamoDb: DynamoDBClient, table: string, bucket: string): Promise<LedgerView> {
  const key = { pk: { S: `BUCKET#${bucket}` }, sk: { S: 'STATE' } };
  const { Item } = await dynamoDb.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
  const item: Record<string, unknown> = Item === undefined ? {} : unmarshall(Item);
  const repairs: unknown[] = Array.isArray(item['repairs']) ? item['repairs'] : [];
  const last = repairs.at(-1);
  return {
    verdict: last === undefined ? text(item['verdict']) : 'repair',
    reasons: last === undefined ? messages(item['reasons']) : messages(membersOf(last)['reasons']),
    rule: text(item['rule']),
    observed: item['observed'] === true,
    repaired: last !== undefined,
    leftovers: leftoversOf(item['leftovers']),
  };
}

function leftoversOf(value: unknown): Leftover[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list.map(membersOf).map(({ code, message }) => ({ code: text(code), message: text(message) }));
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function messages(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  const list: unknown[] = value;
  return list.flatMap((each) =>
    typeof each === 'object' && each !== null && 'message' in each ? [text(each.message)] : [],
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
