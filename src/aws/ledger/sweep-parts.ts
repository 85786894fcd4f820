import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { atOnce } from '../../at-once.ts';
import type { Place } from '../../bucket-id.ts';
import { ITEM_VERSION } from '../../ledger/bucket-item.ts';
import type { SourcesByTarget } from '../../ledger/log-sources.ts';
import { checkedItem, weekAfter } from '../../ledger/shapes.ts';
import {
  foundSources,
  partKeys,
  type PartStep,
  type SweepCounts,
  sweepCounts,
  type SweepPlan,
  sweepPlan,
  type Swept,
} from '../../ledger/sweep-item.ts';
import { itemsUnder } from './items-under.ts';
import { update } from './ledger-update.ts';
import { readItem } from './plain-item.ts';

export type SweepParts = ReturnType<ReturnType<typeof createSweepParts>>;

/** What the parts of a sweep leave each other, of an account and Region with very many buckets: it is deleted after a week. Every method throws the SDK's error. */
export function createSweepParts(client: DynamoDBClient, table: string) {
  return ({ account, region }: Place, { id, at }: Swept) => {
    const keys = partKeys({ account, region }, id);
    const write = (key: { pk: string; sk: string }, set: object, setOnce: object = {}) =>
      update(client, {
        table,
        key,
        set: { v: ITEM_VERSION, account, region, expiresAt: weekAfter(at), ...set },
        setOnce: { ...setOnce },
      });

    return {
      /** Keeps how it goes on in parts; the first plan stays, and is the answer. */
      async plan(plan: SweepPlan): Promise<SweepPlan> {
        return checkedItem(sweepPlan, unmarshall((await write(keys.plan, {}, plan)) ?? {}));
      },

      async readPlan(): Promise<SweepPlan | undefined> {
        const item = await readItem(client, table, keys.plan);
        return item && checkedItem(sweepPlan, item);
      },

      /** Keeps who logs where, as one part has found it, for the others. */
      async keepSources(part: number, targets: SourcesByTarget): Promise<void> {
        await atOnce(chunksOf(targets), WRITES_AT_ONCE, async ({ chunk, ...found }) => {
          await write(keys.sources(`${part}#${chunk}`), found);
        });
      },

      /** What all parts have found. */
      async *sources() {
        for await (const item of itemsUnder(client, table, keys.sources()))
          yield* checkedItem(foundSources, item).targets;
      },

      /** Records that a step of a part is done. */
      async partDone(step: PartStep, part: number, counts: Partial<SweepCounts>): Promise<void> {
        await write(keys.part(step, part), { part, ...counts });
      },

      /** What the parts that have done a step came to, each by its number. */
      async partsDone(step: PartStep): Promise<Map<number, SweepCounts>> {
        const done = new Map<number, SweepCounts>();
        for await (const item of itemsUnder(client, table, keys.part(step)))
          done.set(Number(item['part']), checkedItem(sweepCounts, item));
        return done;
      },
    };
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
