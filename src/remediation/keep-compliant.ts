import type { BucketItem } from '../aws/ledger/ledger-item.ts';
import type { UndoneObjects } from '../aws/ledger/ledger.ts';
import { boundedReasons } from '../policy/bounded-reasons.ts';
import type { LogSource } from '../policy/facts.ts';
import { standardId } from '../policy/standard-id.ts';
import { tryObjectsAgain } from './again.ts';
import type { Judged, Outcome } from './judged.ts';
import { type Claimed, claimBucket, finishClaim, isBegunOver } from './claim.ts';
import type { AssessDeps } from './deps.ts';
import { objectObstacles } from './object-obstacles.ts';
import { postponed, reencrypt, type Work } from './reencrypt.ts';
import type { Stance } from './remember.ts';
import { withRepair } from './repairs.ts';

/** The ledger remembers access logs that come here, where they fail: the bucket is to be judged with that. */
export interface LogTarget {
  kind: 'log-target';
  logSources: LogSource[];
}

/**
 * A compliant bucket costs one ledger write. Where that write finds work that was never done (objects never planned under
 * `all`, a drift that somebody else ended, or a repair whose invocation died before its jobs), the work is taken up here.
 */
export async function keepCompliant(judged: Judged, stance: Stance, deps: AssessDeps): Promise<Outcome | LogTarget> {
  const { assessment } = judged;
  const settled: Outcome = { kind: 'compliant', reasons: assessment.reasons, jobs: 0 };
  if (stance.observe && stance.claimed === undefined) {
    await deps.ledger.record(assessment, undefined);
    return settled;
  }
  const unless = undoneObjects(judged);
  const claimed = await claimedForWork(judged, unless, stance, deps);
  // Whoever holds the claim finishes the work; if that invocation dies, its own message comes back.
  if (claimed === undefined) return settled;
  const { logSources = [] } = claimed.item;
  if (unless.logTarget === true && logSources.length > 0) {
    await deps.claims.abandon(claimed.owner, judged.fact.bucket, { undone: claimed.pending.replaced === undefined });
    return { kind: 'log-target', logSources };
  }
  if (stance.observe || !isUndone(claimed, unless)) {
    // Nothing was left to do, or another invocation did it between the write that failed and the claim.
    await deps.claims.release(claimed.owner, assessment, { undone: true, below: undefined, compliant: true });
    return settled;
  }
  const { obstacles, facts } = await objectObstacles(judged, deps);
  const work: Work =
    obstacles.length > 0
      ? postponed(boundedReasons(obstacles), judged, claimed)
      : await reencrypt({ ...judged, facts }, claimed, deps);
  const done = { ...work.done, compliantAt: assessment.assessedAt };
  const { replaced } = claimed.pending;
  if (replaced === undefined) {
    await finishClaim(claimed.owner, assessment, done, deps);
    if (work.again === true) await tryObjectsAgain(judged.fact, deps);
    return { ...settled, jobs: work.jobs };
  }
  // An earlier invocation wrote the rule and died before it could say so.
  const repairs = withRepair(claimed, { replaced, wrote: judged.found }, judged, deps.now().toISOString());
  await finishClaim(claimed.owner, { ...assessment, verdict: 'repair' }, { ...done, repairs }, deps);
  if (work.again === true) await tryObjectsAgain(judged.fact, deps);
  return { kind: 'repair', reasons: assessment.reasons, jobs: work.jobs };
}

/** The claim on a bucket whose item shows work that was never done; undefined where it does not, which one write finds out. */
async function claimedForWork(
  judged: Judged,
  unless: UndoneObjects,
  { claimed }: Stance,
  deps: AssessDeps,
): Promise<Claimed | undefined> {
  if (claimed !== undefined) return withoutOwnBeginning(claimed, judged);
  if (await deps.ledger.recordCompliant(judged.assessment, unless)) return undefined;
  return claimBucket(judged, undefined, deps);
}

/** A bucket that was claimed as below and judged compliant after all: nothing was replaced, so nothing is pending. */
function withoutOwnBeginning(claimed: Claimed, { found }: Judged): Claimed {
  const { replaced: _, ...pending } = claimed.pending;
  return isBegunOver(claimed, found) ? { ...claimed, pending } : claimed;
}

function undoneObjects({ fact, standard, key, found }: Judged): UndoneObjects {
  // A sweep has just said it; else the ledger remembers.
  const logTarget = fact.logSources === undefined && found.algorithm !== undefined && found.algorithm !== 'AES256';
  if (standard.reencrypt === 'none') return { below: false, logTarget };
  const backfill = standard.reencrypt === 'all';
  return {
    below: true,
    logTarget,
    ...(backfill ? { notBackfilledFor: standardId(standard, key.kind === 'found' ? key.key.arn : undefined) } : {}),
    // Somebody else put it right again within the settle delay: what was written meanwhile was not.
    ...(fact.cause === 'encryption-deleted' ? { notCoveredSince: new Date(fact.at).toISOString() } : {}),
  };
}

function isUndone({ item, pending }: Claimed, unless: UndoneObjects): boolean {
  return (
    pending.replaced !== undefined ||
    (unless.below && item.belowSince !== undefined) ||
    (unless.notBackfilledFor !== undefined && item.backfilled !== unless.notBackfilledFor) ||
    (unless.notCoveredSince !== undefined && !covers(item, unless.notCoveredSince))
  );
}

function covers({ coveredFrom, coveredTo }: BucketItem, driftedAt: string): boolean {
  return coveredFrom !== undefined && coveredTo !== undefined && coveredFrom <= driftedAt && coveredTo >= driftedAt;
}
