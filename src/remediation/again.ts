import type { Assessment } from '../aws/ledger/ledger.ts';
import { messageOf, nameOf } from '../aws/sdk/service-error.ts';
import { bucketMessage } from '../intake/bucket-message.ts';
import type { BucketFact } from '../intake/fact.ts';
import { ResealError } from '../errors.ts';
import { boundedReasons } from '../policy/bounded-reasons.ts';
import type { Reason } from '../policy/model.ts';
import type { AssessDeps } from './deps.ts';
import type { Looked, Outcome } from './judged.ts';
import { remember, type Stance } from './remember.ts';

/** Tries before an unreadable bucket is parked: listed by name, and left to the next sweep. */
const MAX_ATTEMPTS = 5;
const MAX_RETRY_SECONDS = 900;
const BUSY_SECONDS = 5;

/** Never written to and never "not encrypted": tried again with growing delays, then parked. */
export async function deferUnreadable(
  reasons: Reason[],
  looked: Looked,
  stance: Pick<Stance, 'claimed'>,
  deps: AssessDeps,
): Promise<Outcome> {
  const { fact } = looked;
  const attempt = fact.attempt + 1;
  const assessment: Assessment = {
    ...looked.assessment,
    verdict: 'unreadable',
    reasons: boundedReasons(reasons),
    attempt,
  };
  if (attempt >= MAX_ATTEMPTS) {
    await remember({ ...looked, assessment: parked(assessment) }, stance, deps);
    return { kind: 'unreadable', reasons, jobs: 0 };
  }
  const delaySeconds = delayOf(fact, deps);
  const nextTryAt = new Date(deps.now().getTime() + delaySeconds * 1_000).toISOString();
  await remember({ ...looked, assessment: { ...assessment, nextTryAt } }, stance, deps);
  await sendAgain({ ...fact, attempt }, delaySeconds, deps);
  return { kind: 'unreadable', reasons, jobs: 0 };
}

/** Another look at a bucket whose rule is right and whose objects could not be seen to; after the last try they are left to the sweep. */
export async function tryObjectsAgain(fact: BucketFact, deps: AssessDeps): Promise<void> {
  const attempt = fact.attempt + 1;
  if (attempt < MAX_ATTEMPTS) await sendAgain({ ...fact, attempt }, delayOf(fact, deps), deps);
}

function delayOf({ attempt }: BucketFact, { retrySeconds }: AssessDeps): number {
  return Math.min(MAX_RETRY_SECONDS, retrySeconds * 2 ** attempt);
}

/** Listed by name in the ledger's sparse index until somebody can read the bucket again. */
function parked(assessment: Assessment): Assessment {
  return {
    ...assessment,
    parked: true,
    nextTry: 'at the next sweep',
    open: 'PARKED',
    createdAt: assessment.assessedAt,
  };
}

/** Another try of the same fact, a little later, because somebody else works on the bucket now. */
export async function deferBusy(fact: BucketFact, deps: AssessDeps): Promise<Outcome> {
  const message = `Another invocation works on bucket ${fact.bucket}: it is tried again.`;
  const reason: Reason = { code: 'claimed-elsewhere', message };
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
  const { bucket, account } = fact;
  const target = region ?? (await deps.bucketRegion({ bucket, account }));
  if (target === undefined || target === deps.region || fact.attempt + 1 >= MAX_ATTEMPTS) {
    const message = `Bucket ${fact.bucket} is not in ${deps.region}, and S3 did not say where it is.`;
    const looked = { fact, found: {}, assessment: blank, policy: await deps.policy() };
    return deferUnreadable([{ code: 'region-unknown', message }], looked, { claimed: undefined }, deps);
  }
  const sent = await told({ ...fact, region: target, attempt: fact.attempt + 1 }, deps);
  if (sent instanceof Error) {
    const message = `Bucket ${fact.bucket} is in ${target}, and Reseal there could not be told (${nameOf(sent)}: ${messageOf(sent)}): allow this role sqs:GetQueueUrl and sqs:SendMessage there.`;
    const looked = { fact, found: {}, assessment: blank, policy: await deps.policy() };
    return deferUnreadable([{ code: 'region-unreachable', message }], looked, { claimed: undefined }, deps);
  }
  const reason: Reason = sent
    ? { code: 'other-region', message: `Bucket ${fact.bucket} is in ${target}, and Reseal there was told.` }
    : {
        code: 'region-not-guarded',
        message: `Bucket ${fact.bucket} is in ${target}, where Reseal is not deployed: deploy the stack there.`,
      };
  // What is remembered of it here is closed: the ledger of its own Region goes on.
  if (sent) await deps.ledger.recordGone(blank);
  if (sent) return { kind: 'forwarded', reasons: [reason], jobs: 0 };
  await deps.ledger.record(parked({ ...blank, verdict: 'unreadable', reasons: [reason] }), undefined);
  return { kind: 'unreadable', reasons: [reason], jobs: 0 };
}

/** False where there is no such queue; the error where nobody can say. */
async function told(fact: BucketFact, deps: AssessDeps): Promise<boolean | Error> {
  try {
    const to = { name: deps.againQueue, region: fact.region, delaySeconds: 0 };
    return await deps.queues.sendByName(to, bucketMessage(fact));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
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
