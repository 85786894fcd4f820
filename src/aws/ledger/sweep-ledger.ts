import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { atOnce } from '../../at-once.ts';
import type { Place } from '../../bucket-id.ts';
import { ITEM_VERSION } from '../../ledger/bucket-item.ts';
import type { SourcesByTarget } from '../../ledger/log-sources.ts';
import { checkedItem } from '../../ledger/shapes.ts';
import {
  foundSources,
  type PartEnd,
  partEnd,
  partKey,
  type PartStep,
  sourcesKey,
  type SweepEnd,
  type SweepItem,
  sweepItem,
  sweepKey,
  type SweepPlan,
  type Swept,
} from '../../ledger/sweep-item.ts';
import { update } from './ledger-update.ts';
import { readItem } from './plain-item.ts';

export type SweepLedger = ReturnType<typeof createSweepLedger>;

/** The sweeps of one account and Region, each an item for ever. What their parts leave each other is deleted after a week. */
export function createSweepLedger(client: DynamoDBClient, table: string, { account, region }: Place) {
  const place = { account, region };
  const own = { v: ITEM_VERSION, ...place };

  async function write({ id, at, observe }: Swept, change: object, once: object = {}): Promise<SweepItem> {
    const set = { ...own, sweep: id, ...change };
    const setOnce = { at, observe, ...once };
    const item = await update(client, { table, key: sweepKey(place, id), set, setOnce });
    return checkedItem(sweepItem, unmarshall(item ?? {}));
  }

  const pass = (key: { pk: string; sk: string }, at: string, change: object) =>
    update(client, { table, key, set: { ...own, expiresAt: weekAfter(at), ...change } });

  return {
    /** Records that a sweep began. Where it began before, that changes nothing: the answer is the item as it is. Throws the SDK's error. */
    begin: (swept: Swept) => write(swept, {}),

    /** Records how it goes on in parts; the first plan stays. Throws the SDK's error. */
    plan: (swept: Swept, plan: SweepPlan) => write(swept, {}, plan),

    /** Records what it came to. Throws the SDK's error. */
    end: (swept: Swept, endedAt: string, end: SweepEnd) => write(swept, { endedAt, ...end }),

    async read(id: string): Promise<SweepItem | undefined> {
      const item = await readItem(client, table, sweepKey(place, id));
      return item && checkedItem(sweepItem, item);
    },

    /** Keeps who logs where, as one part has found it, for the others. Throws the SDK's error. */
    async keepSources({ id, at }: Swept, part: number, targets: SourcesByTarget): Promise<void> {
      await atOnce(chunksOf(targets), WRITES_AT_ONCE, async ({ chunk, ...found }) => {
        await pass(sourcesKey(place, id, `${part}#${chunk}`), at, found);
      });
    },

    /** What all parts have found. Throws the SDK's error. */
    async *sources(id: string) {
      for await (const item of itemsUnder(client, table, sourcesKey(place, id)))
        yield* checkedItem(foundSources, item).targets;
    },

    /** Records that a step of a part is done. Throws the SDK's error. */
    async partDone({ id, at }: Swept, step: PartStep, part: number, end: Partial<PartEnd>): Promise<void> {
      await pass(partKey(place, id, step, part), at, { part, ...end });
    },

    /** What the parts that have done a step came to, each by its number. Throws the SDK's error. */
    async partsDone(id: string, step: PartStep): Promise<Map<number, PartEnd>> {
      const done = new Map<number, PartEnd>();
      for await (const item of itemsUnder(client, table, partKey(place, id, step)))
        done.set(Number(item['part']), checkedItem(partEnd, item));
      return done;
    },
  };
}

const WRITES_AT_ONCE = 8;

/** An item has at most 400 kB (DynamoDB quotas), and a character up to three bytes. */
const CHUNK_CHARACTERS = 80_000;

function* chunksOf(targets: SourcesByTarget) {
  let found: { bucket: string; sources: { bucket: string; prefix: string }[] }[] = [];
  let size = 0;
  let chunk = 0;
  for (const [bucket, sources] of targets) {
    found.push({ bucket, sources });
    size += JSON.stringify(sources).length + bucket.length;
    if (size < CHUNK_CHARACTERS) continue;
    yield { chunk, targets: found };
    [found, size, chunk] = [[], 0, chunk + 1];
  }
  if (found.length > 0) yield { chunk, targets: found };
}

/** Seconds of the epoch, as DynamoDB's time to live reads them. */
function weekAfter(at: string): number {
  return Math.floor(Date.parse(at) / 1_000) + 7 * 24 * 3_600;
}

/** The items whose keys begin so, as they are now, page by page. */
async function* itemsUnder(client: DynamoDBClient, table: string, { pk, sk }: { pk: string; sk: string }) {
  const query = {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :sk)',
    ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
    ExpressionAttributeValues: marshall({ ':pk': pk, ':sk': sk }),
  };
  for await (const { Items = [] } of paginateQuery({ client }, query)) for (const item of Items) yield unmarshall(item);
}
