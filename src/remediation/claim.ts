import type { Finished } from '../aws/ledger/bucket-claims.ts';
import type { Assessment } from '../aws/ledger/ledger.ts';
import type { BucketItem, Pending } from '../aws/ledger/ledger-item.ts';
import type { EncryptionRule } from '../policy/model.ts';
import { sameRule } from '../policy/same-rule.ts';
import type { AssessDeps } from './deps.ts';
import { whenceOf } from './history.ts';
import type { Looked } from './judged.ts';

/** Longer than the function's timeout (60 s): a lease that has ended belongs to an invocation that has ended. */
const LEASE_MS = 75_000;

/** A bucket that is ours until the lease ends, and the work on it: begun now, or taken up from an invocation that died. */
export interface Claimed {
  owner: string;
  item: BucketItem;
  pending: Pending;
}

/**
 * Takes the bucket; `undefined` while another invocation has it, or where one has finished since this one looked. `replaced` is the
 * rule a repair is about to replace.
 */
export async function claimBucket(
  looked: Looked,
  replaced: EncryptionRule | undefined,
  deps: AssessDeps,
): Promise<Claimed | undefined> {
  const { fact, assessment } = looked;
  const owner = deps.newOwner();
  const nowMs = deps.now().getTime();
  const pending: Pending = {
    cause: fact.cause,
    causeId: fact.causeId,
    at: fact.at,
    ...(replaced === undefined ? {} : { replaced }),
    ...whenceOf(fact),
  };
  const item = await deps.claims.claim({
    bucket: fact.bucket,
    owner,
    nowMs,
    untilMs: nowMs + LEASE_MS,
    pending,
    lookedAt: assessment.assessedAt,
  });
  return item === undefined ? undefined : { owner, item, pending: item.pending ?? pending };
}

/**
 * True where the claim was taken over the rule that is there. Work on another rule was begun by an invocation that died, and may have
 * been half done.
 */
export function isBegunOver({ pending }: Pick<Claimed, 'pending'>, found: EncryptionRule): boolean {
  return pending.replaced !== undefined && sameRule(pending.replaced, found);
}

/** Ends the claim with what was done. Where the lease ended meanwhile, whoever has the bucket now records it; that is worth a line. */
export async function finishClaim(
  owner: string,
  assessment: Assessment,
  done: Finished,
  deps: Pick<AssessDeps, 'claims' | 'log'>,
): Promise<void> {
  if (await deps.claims.finish(owner, assessment, done)) return;
  deps.log.warn('claim lost', { bucket: assessment.bucket, owner, jobs: done.jobs?.length ?? 0 });
}
