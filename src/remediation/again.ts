import type { Assessment } from '../aws/ledger.ts';
import { bucketMessage } from '../intake/bucket-message.ts';
import type { BucketFact } from '../intake/fact.ts';
import { ResealError } from '../errors.ts';
import type { Reason } from '../policy/model.ts';
import type { Outcome } from './judged.ts';
import type { AssessDeps } from './deps.ts';

/** Tries before an unreadable bucket is parked: listed by name, and left to the next sweep. */
export const MAX_ATTEMPTS = 5;
const MAX_RETRY_SECONDS = 900;
const BUSY_SECONDS = 5;

/** Never written to and never "not encrypted": tried again with growing delays, then parked. */
export async function deferUnreadable(
  fact: BucketFact,
  reason: Reason,
  blank: Assessment,
  deps: AssessDeps,
): Promise<Outcome> {
  const attempt = fact.attempt + 1;
  const reasons = [reason];
  const assessment: Assessment = { ...blank, verdict: 'unreadable', reasons, attempt };
  if (attempt >= MAX_ATTEMPTS) {
    await deps.ledger.record({ ...assessment, parked: true }, undefined);
    return { kind: 'unreadable', reasons, jobs: 0 };
  }
  const delaySeconds = Math.min(MAX_RETRY_SECONDS, deps.retrySeconds * 2 ** fact.attempt);
  const nextTryAt = new Date(deps.now().getTime() + delaySeconds * 1_000).toISOString();
  await deps.ledger.record({ ...assessment, nextTryAt }, undefined);
  await sendAgain({ ...fact, attempt }, delaySeconds, deps);
  return { kind: 'unreadable', reasons, jobs: 0 };
}

/** Another try of the same fact, a little later, because somebody else works on the bucket now. */
export async function deferBusy(fact: BucketFact, reason: Reason, deps: AssessDeps): Promise<Outcome> {
  await sendAgain(fact, BUSY_SECONDS, deps);
  return { kind: 'deferred', reasons: [reason], jobs: 0 };
}

/** A bucket is repaired in its own Region, where its key, its jobs and its ledger are: its fact goes to that Region's queue. */
export async function forward(
  fact: BucketFact,
  region: string | undefined,
  blank: Assessment,
  deps: AssessDeps,
): Promise<Outcome> {
  const target = region ?? (await deps.bucketList.findOwn(fact.bucket))?.region;
  if (target === undefined || target === deps.region || fact.attempt + 1 >= MAX_ATTEMPTS) {
    const message = `bucket ${fact.bucket} is not in ${deps.region}, and S3 did not say where it is`;
    return deferUnreadable(fact, { code: 'region-unknown', message }, blank, deps);
  }
  const sent = await deps.queues.sendByName(
    { name: deps.againQueue, region: target, delaySeconds: 0 },
    bucketMessage({ ...fact, region: target, attempt: fact.attempt + 1 }),
  );
  const reason: Reason = sent
    ? { code: 'other-region', message: `bucket ${fact.bucket} is in ${target}; Reseal there was told` }
    : {
        code: 'region-not-guarded',
        message: `bucket ${fact.bucket} is in ${target}, where Reseal is not deployed; deploy the stack there`,
      };
  if (sent) return { kind: 'forwarded', reasons: [reason], jobs: 0 };
  await deps.ledger.record({ ...blank, verdict: 'unreadable', reasons: [reason], parked: true }, undefined);
  return { kind: 'unreadable', reasons: [reason], jobs: 0 };
}

async function sendAgain(fact: BucketFact, delaySeconds: number, deps: AssessDeps): Promise<void> {
  const sent = await deps.queues.sendByName(
    { name: deps.againQueue, region: deps.region, delaySeconds },
    bucketMessage(fact),
  );
  if (sent) return;
  throw new ResealError(
    'queue-refused',
    `queue ${deps.againQueue} was not found in ${deps.region}; is the stack complete?`,
    {
      retryable: true,
      bucket: fact.bucket,
    },
  );
}
