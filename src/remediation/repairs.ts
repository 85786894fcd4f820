import type { Repair } from '../aws/ledger-item.ts';
import type { EncryptionRule } from '../policy/model.ts';
import type { Judged } from './assess-bucket.ts';
import type { Claimed } from './claim.ts';

/** How many repairs one bucket's item keeps: far below DynamoDB's 400 KB an item. */
const KEPT_REPAIRS = 50;

/** The bucket's repairs with one more, newest last: the replaced rule is what a rollback puts back. */
export function withRepair(
  { item, pending }: Claimed,
  { replaced, wrote }: { replaced: EncryptionRule; wrote: EncryptionRule },
  { policy }: Judged,
  at: string,
): Repair[] {
  const made: Repair = {
    at,
    causeId: pending.causeId,
    cause: pending.cause,
    ...(pending.actor === undefined ? {} : { actor: pending.actor }),
    replaced,
    wrote,
    policySha256: policy.sha256,
  };
  return [...(item.repairs ?? []), made].slice(-KEPT_REPAIRS);
}
