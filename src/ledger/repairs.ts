import type { Encryption } from '../policy/model.ts';
import { sameEncryption } from '../policy/same-encryption.ts';
import { present } from '../present.ts';
import type { BucketItem, Repair } from './bucket-item.ts';
import { driftAt, type Reported } from './drift.ts';
import { whenceOf } from './shapes.ts';

/**
 * A write that may have happened is a repair, whatever the next verdict: an invocation that died had begun to replace a rule, and that rule is
 * not there any more.
 */
export function repairOfWhoDied(
  { pending }: BucketItem,
  seen: { at: string; found: Encryption | undefined; wrote?: Encryption | undefined; policySha256: string },
): Repair[] {
  const { at, found, policySha256 } = seen;
  const replaced = pending?.replaced;
  if (pending === undefined || replaced === undefined || found === undefined || sameEncryption(replaced, found))
    return [];
  return [{ at, ...causeOf(pending, at), replaced, wrote: seen.wrote ?? found, policySha256 }];
}

/** How many repairs one bucket's item keeps: far below DynamoDB's 400 KB an item. */
const KEPT_REPAIRS = 50;

/** The repairs with some more: the oldest go, and one whose answer was lost is not there twice. */
export function withRepairs({ repairs = [] }: BucketItem, more: readonly Repair[]): Repair[] {
  const isSame = (a: Repair, b: Repair) => a.at === b.at && sameEncryption(a.replaced, b.replaced);
  const lacking = more.filter((repair) => !repairs.some((each) => isSame(each, repair)));
  return [...repairs, ...lacking].slice(-KEPT_REPAIRS);
}

/** The repairs of the bucket that is there now: those of one that was deleted count for nothing. */
export function livingRepairs({ repairs = [], deletedAt }: BucketItem): Repair[] {
  return repairs.filter(({ at }) => deletedAt === undefined || Date.parse(at) > Date.parse(deletedAt));
}

/** Why a repair was made, and when the bucket fell below. */
export function causeOf(reported: Reported, repairedAt: string) {
  const { causeId, cause } = reported;
  return { causeId, cause, ...present({ driftAt: driftAt(reported, repairedAt) }), ...whenceOf(reported) };
}
