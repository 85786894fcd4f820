import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { inGroups } from '../../at-once.ts';
import { jobKey } from '../../ledger/job-item.ts';
import { type JobView, type JobWaits, type OwnProgress, viewOfJob } from '../../ledger/job-view.ts';
import type { Piece } from '../../ledger/piece-item.ts';
import { startPieceTally } from '../../ledger/piece-tally.ts';
import { RESTORING } from '../../policy/copy/object-restore.ts';
import { present } from '../../present.ts';
import { createPieceTable } from './piece-table.ts';
import { readItem } from './plain-item.ts';

/** So many keys one BatchGetItem takes (DynamoDB API). */
const KEYS = 100;

/** Of what waits so many are named. */
const NAMED = 10;

/** The jobs of the ledger as a person reads them. Each throws the SDK's error. */
export function createJobReader(client: DynamoDBClient, table: string) {
  const byToken = async (token: string): Promise<JobView | undefined> => {
    const item = await readItem(client, table, jobKey(token));
    return item && viewOfJob(item);
  };

  /** What has not ended: the index is sparse, so its scan costs little whatever the table holds. */
  async function* running(): AsyncGenerator<JobView> {
    for await (const tokens of inGroups(tokensOfIndex(client, table), KEYS))
      yield* await itemsOf(client, table, tokens);
  }

  /** Every job, or those of one id: reads the whole table, page by page, which no function may. */
  async function* all(jobId?: string): AsyncGenerator<JobView> {
    const filter = jobId === undefined ? { sk: 'JOB' } : { sk: 'JOB', jobId };
    const names = Object.keys(filter);
    const input = {
      TableName: table,
      FilterExpression: names.map((name) => `#${name} = :${name}`).join(' AND '),
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: marshall(
        Object.fromEntries(Object.entries(filter).map(([name, value]) => [`:${name}`, value])),
      ),
    };
    for await (const { Items } of paginateScan({ client }, input)) yield* viewsOf(Items);
  }

  return {
    byToken,
    running,
    all,
    ownProgress: (token: string) => progressOf(createPieceTable(client, table).of(token)),
    /** By its token, or by the id that S3 gave it: of what has not ended first, because that costs little. */
    async find(id: string): Promise<JobView | undefined> {
      const named = await byToken(id);
      if (named !== undefined) return named;
      for await (const job of running()) if (job.jobId === id) return job;
      for await (const job of all(id)) return job;
      return undefined;
    },
  };
}

/** What of a job of our own has failed so far, and what of it waits for a restore. */
async function progressOf(pieces: AsyncIterable<Piece>): Promise<OwnProgress> {
  const tally = startPieceTally();
  let objects = 0;
  let next: JobWaits['next'] = [];
  for await (const piece of pieces) {
    tally.add(piece);
    if (piece.kind !== 'object' || piece.endedAt !== undefined || piece.code !== RESTORING) continue;
    objects += 1;
    next.push({ key: piece.key, ...present({ until: piece.waitsUntil }) });
    // Nobody reads millions of keys.
    if (next.length >= 2 * NAMED) next = firstOf(next);
  }
  const failed = { failed: tally.failed(), failures: tally.failures(), failedKeys: tally.failedKeys };
  return objects === 0 ? failed : { ...failed, waits: { objects, next: firstOf(next) } };
}

function firstOf(waiting: JobWaits['next']): JobWaits['next'] {
  return waiting.toSorted((one, other) => ((one.until ?? '') < (other.until ?? '') ? -1 : 1)).slice(0, NAMED);
}

async function* tokensOfIndex(client: DynamoDBClient, table: string): AsyncGenerator<string> {
  const input = {
    TableName: table,
    IndexName: 'open',
    FilterExpression: '#open = :open OR begins_with(#open, :queued)',
    ExpressionAttributeNames: { '#open': 'open' },
    ExpressionAttributeValues: marshall({ ':open': 'OPEN', ':queued': 'QUEUED#' }),
  };
  for await (const { Items = [] } of paginateScan({ client }, input))
    for (const { pk } of Items) if (pk?.S?.startsWith('JOB#') === true) yield pk.S.slice('JOB#'.length);
}

async function itemsOf(client: DynamoDBClient, table: string, tokens: readonly string[]): Promise<JobView[]> {
  const views: JobView[] = [];
  // DynamoDB may leave keys for another call (API BatchGetItem, UnprocessedKeys).
  let Keys = tokens.map((token) => marshall(jobKey(token)));
  while (Keys.length > 0) {
    const output = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
    );
    views.push(...viewsOf(output.Responses?.[table]));
    Keys = output.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return views;
}

/** What cannot be read of another version costs nothing else. */
function viewsOf(items: readonly Record<string, AttributeValue>[] = []): JobView[] {
  return items.flatMap((item) => viewOfJob(unmarshall(item)) ?? []);
}
