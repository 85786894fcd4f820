import { type DynamoDBClient, GetItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

/** A reason, or what no job does and why. */
export interface Told {
  code: string;
  message: string;
  /** What mends it, ready to paste: for example the statement that a key policy lacks. */
  statement?: unknown;
}

/** What the ledger says of one bucket, as anybody may read it from the table. */
export interface LedgerView {
  verdict: string;
  reasons: Told[];
  rule: string;
  observed: boolean;
  /** True where Reseal wrote the bucket's encryption, and no longer where it holds the bucket since. */
  repaired: boolean;
  /** How often Reseal wrote it, as far as the ledger remembers. */
  repairs: number;
  /** When it did so last, where it is repaired. */
  repairedAt?: Date;
  /** What a repair that was only judged would cost. */
  price?: string;
  leftovers: Told[];
}

/** A job as the ledger has it. */
export interface LedgerJob {
  bucket: string;
  jobId: string;
  account: string;
  region: string;
  isClosed: boolean;
  /** The word for its end. */
  status: string;
  method: string;
  succeeded: number;
}

/** All buckets by `account/region/name`, and all jobs: the table is read whole, as nobody does who waits for an answer. */
export async function readWholeLedger(
  client: DynamoDBClient,
  TableName: string,
): Promise<{ buckets: ReadonlyMap<string, LedgerView>; jobs: LedgerJob[] }> {
  const buckets = new Map<string, LedgerView>();
  const jobs: LedgerJob[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
    for (const item of Items.map((one) => unmarshall(one))) {
      if (item['sk'] === 'STATE') buckets.set(text(item['pk']).replace('BUCKET#', ''), viewOfItem(item));
      if (item['sk'] === 'JOB') jobs.push(jobIn(item));
    }
  }
  return { buckets, jobs };
}

function jobIn(item: Record<string, unknown>): LedgerJob {
  return {
    bucket: text(item['bucket']),
    jobId: text(item['jobId']),
    account: text(item['account']),
    region: text(item['region']),
    isClosed: item['closedAt'] !== undefined,
    status: text(item['status']),
    method: text(item['method']),
    succeeded: Number(item['succeeded'] ?? 0),
  };
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
  return viewOfItem(Item === undefined ? {} : unmarshall(Item));
}

/** What a bucket says of which nobody knows. */
export const UNKNOWN = viewOfItem({});

function viewOfItem(item: Record<string, unknown>): LedgerView {
  const repairs: unknown[] = Array.isArray(item['repairs']) ? item['repairs'] : [];
  const verdict = text(item['verdict']);
  const last = verdict === 'compliant' || verdict === 'repair' ? repairs.at(-1) : undefined;
  const reasons = last === undefined ? item['reasons'] : membersOf(last)['reasons'];
  return {
    verdict: last === undefined ? verdict : 'repair',
    reasons: toldIn(reasons),
    rule: text(item['rule']),
    observed: item['observed'] === true,
    repaired: last !== undefined,
    repairs: repairs.length,
    ...(last === undefined ? {} : { repairedAt: new Date(text(membersOf(last)['at'])) }),
    ...(item['price'] === undefined ? {} : { price: text(item['price']) }),
    leftovers: toldIn(item['leftovers']),
  };
}

function toldIn(value: unknown): Told[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list.map(membersOf).map(({ code, message, paste }) => ({
    code: text(code),
    message: text(message),
    ...(typeof paste === 'string' ? { statement: JSON.parse(paste) } : {}),
  }));
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
