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
  /** The codes of the reasons. */
  codes: string[];
  rule: string;
  observed: boolean;
  /** True where Reseal wrote the bucket's encryption, and no longer where it holds the bucket since. */
  repaired: boolean;
  /** How often Reseal wrote it, as far as the ledger remembers. */
  repairs: number;
  leftovers: Leftover[];
}

/**
 * Reads a bucket's item. A bucket that was repaired stays "repair" here, although a later look found it compliant; one that a later look
 * could not leave so is what that look says.
 */
export async function readLedger(
  dynamoDb: DynamoDBClient,
  table: string,
  { account, region, bucket }: { account: string; region: string; bucket: string },
): Promise<LedgerView> {
  const key = { pk: { S: `BUCKET#${account}/${region}/${bucket}` }, sk: { S: 'STATE' } };
  const { Item } = await dynamoDb.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
  const item: Record<string, unknown> = Item === undefined ? {} : unmarshall(Item);
  const repairs: unknown[] = Array.isArray(item['repairs']) ? item['repairs'] : [];
  const verdict = text(item['verdict']);
  const last = verdict === 'compliant' || verdict === 'repair' ? repairs.at(-1) : undefined;
  const reasons = last === undefined ? item['reasons'] : membersOf(last)['reasons'];
  return {
    verdict: last === undefined ? verdict : 'repair',
    reasons: membersIn(reasons, 'message'),
    codes: membersIn(reasons, 'code'),
    rule: text(item['rule']),
    observed: item['observed'] === true,
    repaired: last !== undefined,
    repairs: repairs.length,
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

/** One member of each reason that has it. */
function membersIn(value: unknown, member: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list.map(membersOf).flatMap((each) => (each[member] === undefined ? [] : [text(each[member])]));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
