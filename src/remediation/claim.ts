import { causeRow } from '../cause.ts';
import type { BucketItem, Pending, Repair } from '../ledger/bucket-item.ts';
import { driftAt, earliest, ruleOfDrift } from '../ledger/drift.ts';
import { notBegun } from '../ledger/ending.ts';
import { repairOfWhoDied, withRepairs } from '../ledger/repairs.ts';
import { whenceOf } from '../ledger/shapes.ts';
import type { Encryption } from '../policy/model.ts';
import { sameEncryption } from '../policy/same-encryption.ts';
import type { AssessDeps } from './deps.ts';
import { livingItem, type Look, type LookAgain } from './look.ts';
import { present } from '../present.ts';

/** Longer than the function's timeout (60 s): a lease that has ended belongs to an invocation that has ended. */
export const LEASE_MS = 75_000;

/** A bucket that is ours until the lease ends, and the work on it: begun now, or taken up from an invocation that died. */
export interface Claimed {
  kind: 'claimed';
  owner: string;
  item: BucketItem;
  pending: Pending;
}

/** Another invocation works on the bucket, until its lease ends. */
export interface Busy {
  kind: 'busy';
  owner: string;
  /** Epoch milliseconds, by the clock of whoever claimed. */
  untilMs: number;
  /** What that work was begun for. */
  causeId?: string;
}

/**
 * Takes the bucket. `replaced` is the rule that a repair is about to replace. The claim rests on the look: it is refused where the ledger
 * knows of a newer one, or of a look under a newer policy.
 */
export async function claimBucket(
  look: Look,
  replaced: Encryption | undefined,
  deps: AssessDeps,
): Promise<Claimed | Busy | LookAgain> {
  const { trigger, id, policy, lookedAt } = look;
  const owner = deps.newOwner();
  const nowMs = deps.now().getTime();
  const pending = workOf(look, owner, replaced);
  const { written, item } = await deps.ledger.claim({
    id,
    owner,
    nowMs,
    untilMs: nowMs + LEASE_MS,
    pending,
    terms:
      look.item === undefined
        ? { kind: 'unread', lookedAt, policyOrder: policy.order }
        : { kind: 'read', rev: look.item.rev },
    over: trigger.waitedFor,
  });
  if (!written) return busyOf(item, look, deps) ?? { kind: 'look-again', item };
  const living = livingItem(item, look);
  // The work of an invocation that died keeps its identity, so that its jobs are not paid twice.
  const work = living.pending ?? pending;
  return { kind: 'claimed', owner, item: { ...living, pending: work }, pending: work };
}

/** The work that this look begins. */
function workOf({ trigger }: Look, owner: string, replaced: Encryption | undefined): Pending {
  const { cause, causeId, at, rulePut } = trigger;
  return { id: owner, cause, causeId, at, ...whenceOf(trigger), ...present({ replaced, rulePut }) };
}

/** The living claim of somebody else, where there is one. */
export function busyOf(
  { claimOwner, claimUntil = 0, pending }: BucketItem,
  { trigger }: Look,
  deps: AssessDeps,
): Busy | undefined {
  const isOver = claimOwner === undefined || claimUntil < deps.now().getTime() || claimOwner === trigger.waitedFor;
  return isOver
    ? undefined
    : { kind: 'busy', owner: claimOwner, untilMs: claimUntil, ...present({ causeId: pending?.causeId }) };
}

/** Where work was left over another rule than the one that is there, what it may have replaced is recorded before this one is replaced. */
export async function renewWork(claimed: Claimed, look: Look, deps: AssessDeps): Promise<Claimed> {
  const { owner, item, pending: left } = claimed;
  if (left.id === owner) return claimed;
  const { id, found, lookedAt, policy } = look;
  const died = repairOfWhoDied(item, { at: lookedAt, found, policySha256: policy.sha256 });
  const pending = takenOver(left, workOf(look, owner, found), died);
  const set = { pending, ...(died.length === 0 ? {} : leftBy(left, died, item, lookedAt)) };
  await deps.ledger.settle(id, { set, remove: [] }, { kind: 'owner', owner });
  return { ...claimed, item: { ...item, ...set }, pending };
}

/** The work as it goes on: over the same rule it is the same drift; over another one, a new drift that remembers the rules. */
function takenOver(left: Pending, own: Pending, died: readonly Repair[]): Pending {
  if (died.length === 0) {
    // A sweep tells of no drift, and whoever takes over after it may.
    const told = causeRow(left.cause).isDrift ? left : { ...own, ...present({ rules: left.rules }) };
    return { ...told, id: own.id, ...present({ replaced: own.replaced }) };
  }
  const began = ruleOfDrift(left);
  const start = began === undefined ? [] : [began];
  return { ...own, rules: [...(left.rules ?? []), ...died.map(({ replaced }) => replaced), ...start] };
}

/** What work leaves in the item that another drift follows: its repair, and since when the bucket was below. */
function leftBy(left: Pending, died: readonly Repair[], item: BucketItem, lookedAt: string): Partial<BucketItem> {
  const belowSince = earliest([item.belowSince, driftAt(left, lookedAt)]);
  return { repairs: withRepairs(item, died), ...present({ belowSince }) };
}

/**
 * True where the claim was taken over the rule that is there. Work on another rule was begun by an invocation that died, and may have
 * been half done.
 */
export function isBegunOver({ pending }: Pick<Claimed, 'pending'>, found: Encryption): boolean {
  return pending.replaced !== undefined && sameEncryption(pending.replaced, found);
}

/**
 * Gives the bucket back as if nobody had looked, but for what another invocation left: that one may have written over this very rule after the look.
 */
export async function releaseClaim(claimed: Claimed, { id, found }: Look, deps: AssessDeps): Promise<BucketItem> {
  const isOwn = claimed.pending.id === claimed.owner && isBegunOver(claimed, found);
  const left = isOwn ? notBegun(claimed.pending) : claimed.pending;
  const change = {
    set: present({ pending: left }),
    remove: ['claimOwner', 'claimUntil', ...(left === undefined ? ['pending'] : [])],
  };
  const { item } = await deps.ledger.settle(id, change, { kind: 'owner', owner: claimed.owner });
  return item;
}
