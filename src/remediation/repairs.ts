import type { Pending, Repair } from '../aws/ledger/ledger-item.ts';
import type { EncryptionRule } from '../policy/model.ts';
import { sameRule } from '../policy/same-rule.ts';
import type { Judged } from './judged.ts';
import type { Claimed } from './claim.ts';
import { whenceOf } from './history.ts';
import { toldDrift } from './told-drift.ts';

/** How many repairs one bucket's item keeps: far below DynamoDB's 400 KB an item. */
const KEPT_REPAIRS = 50;

/**
 * The bucket's repairs with one more, newest last: the replaced rule is what a rollback puts back. Where an invocation died
 * over another rule, which it may have replaced, that rule is kept as well.
 */
export function withRepair(
  { item, pending }: Claimed,
  { replaced, wrote }: { replaced: EncryptionRule; wrote: EncryptionRule },
  { fact, policy, assessment }: Judged,
  at: string,
): Repair[] {
  const made = { at, wrote, policySha256: policy.sha256 };
  // Where the bucket was found compliant, the reasons are not those of the repair.
  const why = assessment.verdict === 'repair' ? { reasons: assessment.reasons } : {};
  const begun = pending.replaced;
  const repairs =
    begun === undefined || sameRule(begun, replaced)
      ? [{ ...made, ...causeOf(pending, at), replaced, ...why }]
      : [
          { ...made, ...causeOf(pending, at), replaced: begun },
          { ...made, ...causeOf(fact, at), replaced, ...why },
        ];
  return [...(item.repairs ?? []), ...repairs].slice(-KEPT_REPAIRS);
}

function causeOf(told: Omit<Pending, 'replaced'>, repairedAt: string) {
  const driftAt = toldDrift(told, repairedAt);
  return { causeId: told.causeId, cause: told.cause, ...(driftAt === undefined ? {} : { driftAt }), ...whenceOf(told) };
}
