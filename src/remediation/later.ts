import { ResealError } from '../errors.ts';
import { bucketMessage, type BucketTrigger, toldBy } from '../intake/bucket-message.ts';
import type { ReasonCode } from '../policy/reasons.ts';
import { type Busy, LEASE_MS } from './claim.ts';
import type { AssessDeps } from './deps.ts';
import type { Look, Outcome } from './look.ts';

/** Tries before an unreadable bucket is parked: listed by name, and left to the next sweep. */
const MOST_TRIES = 5;
const MOST_SECONDS = 900;

/**
 * How often one message may be sent on: Lambda stops a function that feeds its own queue at about 16 (Lambda guide, recursive loop
 * detection), and no chain of ours passes 8.
 */
const MOST_SENDS = 7;

/** When the next try of an unreadable bucket is, in seconds; undefined where there is none left. */
export function nextTryIn({ attempt, sends = 0 }: BucketTrigger, { retrySeconds }: AssessDeps): number | undefined {
  const isOver = attempt + 1 >= MOST_TRIES || sends >= MOST_SENDS;
  return isOver ? undefined : Math.min(MOST_SECONDS, retrySeconds * 2 ** attempt);
}

/** Another try of the same trigger. False after the last one: then the bucket is left to the sweep. */
export async function tryAgain(trigger: BucketTrigger, deps: AssessDeps): Promise<boolean> {
  const delaySeconds = nextTryIn(trigger, deps);
  if (delaySeconds !== undefined) await send({ ...trigger, attempt: trigger.attempt + 1 }, delaySeconds, deps);
  return delaySeconds !== undefined;
}

/** Another look once the lease of whoever works on the bucket is over; that owner is not waited for twice, whatever the clocks say. */
export async function whenFree({ trigger, id }: Look, { owner, untilMs }: Busy, deps: AssessDeps): Promise<Outcome> {
  const leftMs = Math.min(untilMs - deps.now().getTime(), LEASE_MS);
  await send({ ...trigger, waitedFor: owner }, Math.ceil(Math.max(leftMs, 0) / 1_000) + 1, deps);
  const message = `Another invocation works on bucket ${id.bucket}: it is tried again.`;
  return deferred('claimed-elsewhere', message);
}

/** One more look for this trigger. */
export async function lookLater({ trigger }: Look, deps: AssessDeps): Promise<void> {
  await send(trigger, deps.retrySeconds, deps);
}

/** Another look a little later, because the bucket changed as fast as it was looked at. */
export async function whenQuiet({ trigger, id }: Look, deps: AssessDeps): Promise<Outcome> {
  await send(trigger, 5, deps);
  return deferred('claimed-elsewhere', `Bucket ${id.bucket} changed while it was looked at: it is tried again.`);
}

/** What is looked at again later, and why. */
export function deferred(code: ReasonCode, message: string): Outcome {
  return { kind: 'deferred', reasons: [{ code, message }], jobs: 0 };
}

/** What an event told is in no message of ours: it is kept in the ledger before the first message that follows it. */
export async function keepEvent(trigger: BucketTrigger, deps: Pick<AssessDeps, 'ledger' | 'region'>): Promise<void> {
  const { account, bucket, cause, causeId, at, sends = 0 } = trigger;
  const told = toldBy(trigger);
  if (told === undefined || sends > 0) return;
  await deps.ledger.keepEvent({ account, region: deps.region, bucket }, { ...told, cause, causeId, at });
}

/**
 * Sends the trigger into the queue for later tries. Throws ResealError claimed-elsewhere, retryable, where it was sent on too often: then
 * its message comes back by itself, which is no new link of the chain.
 */
async function send(trigger: BucketTrigger, delaySeconds: number, deps: AssessDeps): Promise<void> {
  const { sends = 0, bucket } = trigger;
  if (sends >= MOST_SENDS) {
    const message = `bucket ${bucket} was not free in ${sends + 1} tries; its message comes back`;
    throw new ResealError('claimed-elsewhere', message, { retryable: true, bucket });
  }
  await keepEvent(trigger, deps);
  await deps.sendLater(bucketMessage({ ...trigger, sends: sends + 1 }), delaySeconds);
}
