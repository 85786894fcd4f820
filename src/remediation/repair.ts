import { ResealError } from '../errors.ts';
import { type Failure, failureOf, messageOf, nameOf } from '../aws/service-error.ts';
import { type EncryptionRule, kindOf, type Reason } from '../policy/model.ts';
import { sameRule } from '../policy/same-rule.ts';
import { deferBusy, deferUnreadable } from './again.ts';
import type { Judged, Outcome } from './judged.ts';
import { type Claimed, claimBucket } from './claim.ts';
import type { AssessDeps } from './deps.ts';
import { reencrypt } from './reencrypt.ts';
import type { Standing } from './remember.ts';
import { withRepair } from './repairs.ts';
import { earliest, toldDrift } from './told-drift.ts';

/** S3's bucket configuration is eventually consistent: a read straight after the write may still see the old rule. */
const READ_BACK_WAITS_MS = [0, 200, 800];

/** Claims the bucket, writes the merged rule, reads it back, launches the jobs, and leaves the old rule in the ledger. */
export async function repair(
  write: EncryptionRule,
  judged: Judged,
  standing: Standing,
  deps: AssessDeps,
): Promise<Outcome> {
  const claimed = standing.claimed ?? (await claimBucket(judged, judged.found, deps));
  if (claimed === undefined) return deferBusy(judged.fact, deps);
  const refused = await writeRule(write, judged, claimed, deps);
  if (refused !== undefined) return refused;
  const at = deps.now().toISOString();
  await readBack(write, judged, deps);
  const work = await reencrypt(judged, claimed, deps);
  const repairs = withRepair(claimed, { replaced: judged.found, wrote: write }, judged, at);
  await deps.claims.finish(claimed.owner, judged.assessment, { ...work.done, compliantAt: at, repairs });
  return { kind: 'repair', reasons: judged.assessment.reasons, jobs: work.jobs };
}

/** Writes, or says what a refused write means: denied is a hold, busy is another try, a rule that S3 does not take is our error. */
async function writeRule(
  write: EncryptionRule,
  judged: Judged,
  claimed: Claimed,
  deps: AssessDeps,
): Promise<Outcome | undefined> {
  const { fact, assessment } = judged;
  const { owner, pending } = claimed;
  const { bucket, account } = fact;
  try {
    await deps.encryption.write({ bucket, account, rule: write });
    return undefined;
  } catch (error) {
    const failure = failureOf(error);
    const why = `${nameOf(error)}: ${messageOf(error)}`;
    const certain = ['refused', 'denied', 'gone', 'elsewhere', 'not-found'].includes(failure);
    const { verdict, reason } = refusal(failure, why, fact.bucket);
    // Work on another rule than the one that is there was begun by an invocation that died, and may have been half done.
    const undone = certain && pending.replaced !== undefined && sameRule(pending.replaced, judged.found);
    const below = earliest([pending, fact].map((each) => toldDrift(each, assessment.assessedAt)));
    await deps.claims.release(owner, { ...assessment, verdict, reasons: [reason] }, { undone, below });
    if (verdict === 'hold') return { kind: 'hold', reasons: [reason], jobs: 0 };
    if (failure === 'refused') throw new ResealError('write-refused', reason.message, { bucket, cause: error });
    return deferUnreadable([reason], judged, { claimed: undefined }, deps);
  }
}

function refusal(failure: Failure, why: string, bucket: string): { verdict: 'hold' | 'unreadable'; reason: Reason } {
  if (failure === 'denied') {
    const message = `AWS denies this role s3:PutEncryptionConfiguration on bucket ${bucket} (${why}); allow it in the bucket policy and in service control policies`;
    return { verdict: 'hold', reason: { code: 'write-denied', message } };
  }
  if (failure === 'refused' && kindOf(bucket) === 'directory') {
    const message = `S3 refuses this encryption for directory bucket ${bucket} (${why}): it may have had another key before, and keeps one key for life; copy its objects to a new bucket.`;
    return { verdict: 'hold', reason: { code: 'directory-write-refused', message } };
  }
  const message = `the encryption of bucket ${bucket} could not be written: ${why}`;
  return { verdict: 'unreadable', reason: { code: 'write-failed', message } };
}

/** Nobody is told "repaired" before S3 itself says so. Throws ResealError not-verified, retryable: the claim is taken up again. */
async function readBack(write: EncryptionRule, { fact }: Judged, deps: AssessDeps): Promise<void> {
  let seen = 'nothing';
  for (const waitMs of READ_BACK_WAITS_MS) {
    if (waitMs > 0) await deps.wait(waitMs);
    const reading = await deps.encryption.read({ bucket: fact.bucket, account: fact.account });
    if (reading.kind === 'read' && isWritten(reading.rule, write)) return;
    seen = reading.kind === 'read' ? JSON.stringify(reading.rule) : reading.kind;
  }
  throw new ResealError(
    'not-verified',
    `bucket ${fact.bucket} was written but reads back as ${seen}; expected ${JSON.stringify(write)}; it is tried again`,
    { retryable: true, bucket: fact.bucket },
  );
}

/** Blocked types that were not written are S3's own choice. */
function isWritten({ blocked, ...rule }: EncryptionRule, write: EncryptionRule): boolean {
  const asked = write.blocked === undefined || blocked === undefined ? {} : { blocked };
  return sameRule({ ...rule, ...asked }, write);
}
