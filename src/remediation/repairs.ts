import type { Repair } from '../aws/ledger-item.ts';
import { KEPT_REPAIRS } from '../aws/bucket-claims.ts';
import type { EncryptionRule } from '../policy/model.ts';
import type { Judged } from './assess-bucket.ts';
import type { Claimed } from './claim.ts';

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
