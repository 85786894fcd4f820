import type { Assessment } from '../aws/ledger/ledger.ts';
import { ResealError } from '../errors.ts';
import { changedNothing, type Failure, failureOf, messageOf, nameOf } from '../aws/sdk/service-error.ts';
import { type EncryptionRule, kindOf, type Reason } from '../policy/model.ts';
import { sameRule } from '../policy/same-rule.ts';
import { deferBusy, deferUnreadable, tryObjectsAgain } from './again.ts';
import type { Judged, Outcome } from './judged.ts';
import { type Claimed, claimBucket, finishClaim, isBegunOver } from './claim.ts';
import type { AssessDeps } from './deps.ts';
import { reencrypt } from './reencrypt.ts';
import type { Stance } from './remember.ts';
import { withRepair } from './repairs.ts';
import { earliestDrift } from './told-drift.ts';

/** S3's bucket configuration is eventually consistent: a read straight after the write may still see the old rule. */
const READ_BACK_WAITS_MS = [0, 200, 800];

/** Claims the bucket, writes the merged rule, reads it back, launches the jobs, and leaves the old rule in the ledger. */
export async function repair(
  write: EncryptionRule,
  judged: Judged,
  stance: Stance,
  deps: AssessDeps,
): Promise<Outcome> {
  const claimed = stance.claimed ?? (await claimBucket(judged, judged.found, deps));
  if (claimed === undefined) return deferBusy(judged.fact, deps);
  if (await isOutdated(judged, deps)) {
    await deps.claims.abandon(claimed.owner, judged.fact.bucket, { undone: isBegunOver(claimed, judged.found) });
    return deferBusy(judged.fact, deps);
  }
  const refused = await writeRule(write, judged, claimed, deps);
  if (refused !== undefined) return refused;
  const at = deps.now().toISOString();
  const unseen = await readBack(write, judged, deps);
  if (unseen !== undefined) return notVerified(unseen, judged, claimed, deps);
  const work = await reencrypt(judged, claimed, deps);
  const repairs = withRepair(claimed, { replaced: judged.found, wrote: write }, judged, at);
  await finishClaim(claimed.owner, judged.assessment, { ...work.done, compliantAt: at, repairs }, deps);
  if (work.again === true) await tryObjectsAgain(judged.fact, deps);
  return { kind: 'repair', reasons: judged.assessment.reasons, jobs: work.jobs };
}

/** How old a look may be whose rule is overwritten: judging takes a moment, and reads that are slow may take minutes. */
const LOOK_AGE_MS = 2_000;

/** Whether somebody has put another rule on the bucket while it was judged: that one is judged anew, and never overwritten unseen. */
async function isOutdated({ fact, found, assessment }: Judged, deps: AssessDeps): Promise<boolean> {
  if (deps.now().getTime() - Date.parse(assessment.assessedAt) < LOOK_AGE_MS) return false;
  const reading = await deps.encryption.read({ bucket: fact.bucket, account: fact.account });
  return reading.kind !== 'read' || !sameRule(reading.rule, found);
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
    const { verdict, reason } = refusal(failure, why, fact.bucket);
    const undone = changedNothing(failure) && isBegunOver(claimed, judged.found);
    const below = earliestDrift([pending, fact], assessment.assessedAt);
    await deps.claims.release(owner, { ...assessment, verdict, reasons: [reason] }, { undone, below });
    if (verdict === 'hold') return { kind: 'hold', reasons: [reason], jobs: 0 };
    if (failure === 'refused') throw new ResealError('write-refused', reason.message, { bucket, cause: error });
    return deferUnreadable([reason], judged, { claimed: undefined }, deps);
  }
}

function refusal(failure: Failure, why: string, bucket: string): { verdict: 'hold' | 'unreadable'; reason: Reason } {
  if (failure === 'denied') {
    const message = `AWS denies this role s3:PutEncryptionConfiguration on bucket ${bucket} (${why}): allow it in the bucket policy and in service control policies.`;
    return { verdict: 'hold', reason: { code: 'write-denied', message } };
  }
  if (failure === 'refused' && kindOf(bucket) === 'directory') {
    const message = `S3 refuses this encryption for directory bucket ${bucket} (${why}): it may have had another key before, and keeps one key for life; copy its objects to a new bucket.`;
    return { verdict: 'hold', reason: { code: 'directory-write-refused', message } };
  }
  const message = `The encryption of bucket ${bucket} could not be written (${why}).`;
  return { verdict: 'unreadable', reason: { code: 'write-failed', message } };
}

/** Nobody is told "repaired" before S3 itself says so: undefined then, else what it says instead. */
async function readBack(write: EncryptionRule, { fact }: Judged, deps: AssessDeps): Promise<Reason | undefined> {
  let seen = 'nothing';
  for (const waitMs of READ_BACK_WAITS_MS) {
    if (waitMs > 0) await deps.wait(waitMs);
    const reading = await deps.encryption.read({ bucket: fact.bucket, account: fact.account });
    if (reading.kind === 'read' && isWritten(reading.rule, write)) return undefined;
    seen = reading.kind === 'read' ? JSON.stringify(reading.rule) : reading.kind;
  }
  const message = `Bucket ${fact.bucket} was written and reads back as ${seen}, expected ${JSON.stringify(write)}: it is looked at again.`;
  return { code: 'not-verified', message };
}

/** S3 is slow to show the write, or somebody has changed the bucket since: it is given back with its work, and looked at again. */
async function notVerified(
  reason: Reason,
  judged: Judged,
  { owner, pending }: Claimed,
  deps: AssessDeps,
): Promise<Outcome> {
  const { fact, assessment } = judged;
  const below = earliestDrift([pending, fact], assessment.assessedAt);
  const unreadable: Assessment = { ...assessment, verdict: 'unreadable', reasons: [reason] };
  await deps.claims.release(owner, unreadable, { undone: false, below });
  return deferUnreadable([reason], judged, { claimed: undefined }, deps);
}

/** Whether a bucket has what was written: blocked types that were not written are S3's own choice. */
export function isWritten({ blocked, ...rule }: EncryptionRule, write: EncryptionRule): boolean {
  const asked = write.blocked === undefined || blocked === undefined ? {} : { blocked };
  return sameRule({ ...rule, ...asked }, write);
}
