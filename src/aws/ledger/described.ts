import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ITEM_VERSION } from '../../ledger/bucket-item.ts';
import { describedKey, DESCRIBE_SECONDS } from '../../ledger/job-item.ts';
import { tryUpdate } from './ledger-update.ts';

const KEPT_SECONDS = 40 * 86_400;

export type MayDescribe = ReturnType<typeof createDescribed>;

/** When a job was described last, by the job's id: an event names nothing else of it. The item outlives every job that is suspended (`expiresAt`). */
export function createDescribed(client: DynamoDBClient, table: string) {
  /** `yes` for one caller every 30 seconds. With `onlyAgain` a job that nobody has described is `never` to be. Throws the SDK's error. */
  return async function mayDescribe(
    jobId: string,
    now: Date,
    { onlyAgain = false }: { onlyAgain?: boolean } = {},
  ): Promise<'yes' | 'just-now' | 'never'> {
    const before = new Date(now.getTime() - DESCRIBE_SECONDS * 1_000).toISOString();
    const { written, item } = await tryUpdate(client, {
      table,
      key: describedKey(jobId),
      set: {
        v: ITEM_VERSION,
        describedAt: now.toISOString(),
        expiresAt: Math.floor(now.getTime() / 1_000) + KEPT_SECONDS,
      },
      // What lies in the future was written by a clock that is ahead: nobody waits for that.
      condition: `${onlyAgain ? '' : 'attribute_not_exists(#describedAt) OR '}#describedAt <= :before OR #describedAt > :describedAt`,
      conditionValues: { before },
      isBlind: true,
    });
    if (written) return 'yes';
    return item === undefined ? 'never' : 'just-now';
  };
}
