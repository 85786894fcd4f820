import { standardId } from '../policy/standard-id.ts';
import type { Judged, Outcome } from './assess-bucket.ts';
import { claimBucket } from './claim.ts';
import type { AssessDeps } from './deps.ts';
import { reencrypt } from './reencrypt.ts';
import { withRepair } from './repairs.ts';

/**
 * A compliant bucket costs one ledger write. Where that write finds work that was never done (objects never planned under
 * `all`, or a repair whose invocation died before its jobs), the work is taken up here.
 */
export async function keepCompliant(judged: Judged, observe: boolean, deps: AssessDeps): Promise<Outcome> {
  const { assessment, standard, key } = judged;
  const settled: Outcome = { kind: 'compliant', reasons: assessment.reasons, jobs: 0 };
  if (observe) {
    await deps.ledger.record(assessment, undefined);
    return settled;
  }
  const wanted =
    standard.reencrypt === 'all' ? standardId(standard, key.kind === 'found' ? key.key.arn : undefined) : undefined;
  if (await deps.ledger.recordCompliant(assessment, wanted)) return settled;
  const claimed = await claimBucket(judged, undefined, deps);
  // Whoever holds the claim finishes the work; if that invocation dies, its own message comes back.
  if (claimed === undefined) return settled;
  const { replaced } = claimed.pending;
  if (replaced === undefined && (wanted === undefined || claimed.item.backfilled === wanted)) {
    // Another invocation did the work between the write that failed and the claim.
    await deps.claims.release(claimed.owner, assessment, { undone: true, below: undefined });
    return settled;
  }
  const work = await reencrypt(judged, claimed, deps);
  const at = deps.now().toISOString();
  const done = { ...work.done, compliantAt: assessment.assessedAt };
  if (replaced === undefined) {
    await deps.claims.finish(claimed.owner, assessment, done);
    return { ...settled, jobs: work.jobs };
  }
  // An earlier invocation wrote the rule and died before it could say so.
  const repairs = withRepair(claimed, { replaced, wrote: judged.found }, judged, at);
  await deps.claims.finish(claimed.owner, { ...assessment, verdict: 'repair' }, { ...done, repairs });
  return { kind: 'repair', reasons: assessment.reasons, jobs: work.jobs };
}
