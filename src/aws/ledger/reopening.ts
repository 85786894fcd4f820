import type { BucketId } from '../../bucket-id.ts';
import { bucketKey } from '../../ledger/bucket-item.ts';
import type { Reopening } from '../../ledger/reopened.ts';
import { sameRev, type Update } from './ledger-update.ts';

/** Where objects of a bucket are due again: nobody may have written the bucket's item since it was read, nor have it claimed, whose end would take that away. */
export function reopeningOf(
  id: BucketId,
  { set, remove, rev }: Reopening,
  { table, nowMs }: { table: string; nowMs: number },
): Update {
  const condition = `${sameRev(rev)} AND (attribute_not_exists(#claimUntil) OR #claimUntil < :nowMs)`;
  const conditionValues = { readRev: rev, nowMs };
  return { table, key: bucketKey(id), set, remove, count: 'rev', condition, conditionValues };
}
