import type { OwnedBucket } from '../aws/bucket/owned-bucket.ts';
import {
  changedNothing,
  type Failure,
  failureOf,
  isUnreachable,
  whyOf,
  whyUnreachable,
} from '../aws/sdk/service-error.ts';
import { ResealError } from '../errors.ts';
import { KINDS } from '../policy/kinds.ts';
import { type Encryption, kindOf, type Reason } from '../policy/model.ts';
import { sameEncryption } from '../policy/same-encryption.ts';
import type { AssessDeps } from './deps.ts';

/** S3's bucket configuration is eventually consistent: a read straight after the write may still see the old rule. */
const READ_BACK_WAITS_MS = [0, 200, 800];

/** What became of a write, and of what was done meanwhile. */
export type Write<Meanwhile = undefined> =
  /** ISO 8601: S3 was seen to have it since then. `waited` where it did not show at once. */
  | { kind: 'written'; at: string; waited: boolean; meanwhile: Meanwhile }
  /** Somebody has put another rule since the look. */
  | { kind: 'changed' }
  /** S3 did not take it, or nobody knows (`mayHaveWritten`). */
  | NotWritten;

export interface NotWritten {
  kind: 'failed';
  verdict: 'hold' | 'unreadable';
  reason: Reason;
  mayHaveWritten: boolean;
  /** Where it is our own fault. */
  error?: ResealError;
}

/** Means to read and write the encryption of a bucket, and to wait for S3 to show it. */
export type Writing = Pick<AssessDeps, 'encryption' | 'now' | 'wait'>;

/**
 * Writes the whole rule over the one that was found, and reads it back. It is read once more directly before: judging takes a moment, and
 * what somebody else has put since is never overwritten unseen. `before` runs where it is as it was; `meanwhile` while S3 is read back.
 */
export async function writeRule<Meanwhile>(
  write: Encryption,
  { bucket, account, found }: OwnedBucket & { found: Encryption },
  deps: Writing,
  { before, meanwhile }: { before?: () => Promise<void>; meanwhile: () => Promise<Meanwhile> },
): Promise<Write<Meanwhile>> {
  const now = await deps.encryption.read({ bucket, account });
  if (now.kind !== 'read' || !sameEncryption(now.rule, found)) return { kind: 'changed' };
  await before?.();
  try {
    await deps.encryption.write({ bucket, account, rule: write });
  } catch (error) {
    // Our own word that there is no time left: the message comes back.
    if (error instanceof ResealError && !isUnreachable(error)) throw error;
    return isUnreachable(error) ? notReached(error, { bucket, account }) : failed(error, bucket);
  }
  const at = deps.now().toISOString();
  const [seen, done] = await Promise.all([readBack(write, { bucket, account }, deps), meanwhile()]);
  return seen.kind === 'written' ? { ...seen, at, meanwhile: done } : seen;
}

/** The account left between the look and the write: nobody took the write, and the bucket is tried again as one that cannot be read. */
function notReached(error: unknown, { bucket, account }: OwnedBucket): NotWritten {
  const why = whyUnreachable(error, account);
  const message = `The encryption of bucket ${bucket} could not be written: ${why}.`;
  return {
    kind: 'failed',
    verdict: 'unreadable',
    reason: { code: 'account-unreachable', message },
    mayHaveWritten: false,
  };
}

/** What a refused write means: denied is a hold, busy is another try, a rule that S3 does not take is our error. */
function failed(error: unknown, bucket: string): NotWritten {
  const failure = failureOf(error);
  const { verdict, reason } = refusal(failure, whyOf(error), bucket);
  const isOurs = failure === 'refused' && verdict !== 'hold';
  return {
    kind: 'failed',
    verdict,
    reason,
    mayHaveWritten: !changedNothing(failure),
    ...(isOurs ? { error: new ResealError('write-refused', reason.message, { bucket, cause: error }) } : {}),
  };
}

function refusal(failure: Failure, why: string, bucket: string): { verdict: 'hold' | 'unreadable'; reason: Reason } {
  if (failure === 'denied') {
    const message = `AWS denies this role ${KINDS[kindOf(bucket)].writes} on bucket ${bucket} (${why}): allow it in its own policies (infra/member/roles.yml), in the bucket policy and in service control policies.`;
    return { verdict: 'hold', reason: { code: 'write-denied', message } };
  }
  if (failure === 'refused' && kindOf(bucket) === 'directory') {
    const message = `S3 refuses this encryption for directory bucket ${bucket} (${why}): it may have had another key before, and keeps one key for life; copy its objects to a new bucket.`;
    return { verdict: 'hold', reason: { code: 'directory-write-refused', message } };
  }
  const message = `The encryption of bucket ${bucket} could not be written (${why}).`;
  return { verdict: 'unreadable', reason: { code: 'write-failed', message } };
}

/** Nothing is called "repaired" before S3 itself says so. */
async function readBack(
  write: Encryption,
  owned: OwnedBucket,
  deps: Writing,
): Promise<{ kind: 'written'; waited: boolean } | NotWritten> {
  let seen = 'nothing';
  for (const waitMs of READ_BACK_WAITS_MS) {
    if (waitMs > 0) await deps.wait(waitMs);
    const reading = await deps.encryption.read(owned);
    if (reading.kind === 'read' && isWritten(reading.rule, write)) return { kind: 'written', waited: waitMs > 0 };
    seen = reading.kind === 'read' ? JSON.stringify(reading.rule) : reading.kind;
  }
  const message = `Bucket ${owned.bucket} was written and reads back as ${seen}, expected ${JSON.stringify(write)}: it is looked at again.`;
  return { kind: 'failed', verdict: 'unreadable', reason: { code: 'not-verified', message }, mayHaveWritten: true };
}

/** Whether a bucket has what was written: blocked types that were not written are S3's own choice. */
export function isWritten({ blocked, ...rule }: Encryption, write: Encryption): boolean {
  const asked = write.blocked === undefined || blocked === undefined ? {} : { blocked };
  return sameEncryption({ ...rule, ...asked }, write);
}
