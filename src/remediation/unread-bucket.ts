import type { EncryptionReading } from '../aws/bucket/bucket-encryption.ts';
import { whyOf } from '../aws/sdk/service-error.ts';
import { bucketMessage } from '../intake/bucket-message.ts';
import { decide } from '../policy/decide.ts';
import type { Known } from '../policy/decision.ts';
import { kindOf, type Reason } from '../policy/model.ts';
import type { AssessDeps } from './deps.ts';
import { factReading, factsAtHand, type Gathered, type ReadFacts, readRuling } from './gather.ts';
import { nextTryIn } from './later.ts';
import { endOf, knownOf, type Look, recordOf } from './look.ts';
import { gone, parkedAt, settled, type StoryAnswer, unreadable } from './settle.ts';

/** The story of a bucket whose encryption could not be read: exempt all the same, not ours, or tried again. */
export async function unreadBucket(
  look: Look,
  reading: Extract<EncryptionReading, { kind: 'unreadable' }>,
  deps: AssessDeps,
): StoryAnswer {
  const { id, trigger } = look;
  const known = knownOf(look, factsAtHand(trigger, deps), deps);
  const exempt = await exemptUnread(known, factReading(trigger, deps));
  if (exempt !== undefined)
    return settled(endOf({ look, decided: exempt.decision, facts: exempt.facts }), { look }, deps);
  const asksOwner = reading.denied && kindOf(id.bucket) === 'general-purpose';
  const found = asksOwner ? await deps.bucketList.findOwn(id.bucket) : undefined;
  if (found?.owned !== false) return unreadable([encryptionUnread(id.bucket, reading)], { look }, deps);
  const message = `Bucket ${id.bucket} is not owned by account ${id.account}.`;
  return gone(look, { code: 'not-our-bucket', message }, deps);
}

/** An exception holds whatever the encryption is: the verdict on a bucket whose encryption is unread, where it is exempt. */
export async function exemptUnread(known: Known, read: ReadFacts): Promise<Gathered | undefined> {
  const facts = await readRuling(known, read);
  const decision = decide({ ...known, facts });
  return decision.kind === 'decided' && decision.verdict.kind === 'exempt' ? { decision, facts } : undefined;
}

/** Why a bucket whose encryption could not be read is unreadable, and what to do. */
export function encryptionUnread(
  bucket: string,
  { code, message, denied }: Extract<EncryptionReading, { kind: 'unreadable' }>,
): Reason {
  const hint = denied
    ? ': allow this role s3:GetEncryptionConfiguration in the bucket policy and in service control policies'
    : '';
  return {
    code: denied ? 'read-denied' : 'read-failed',
    message: `The encryption of bucket ${bucket} could not be read (${code}: ${message})${hint}.`,
  };
}

/** A bucket is repaired in its own Region, where its key, its jobs and its ledger are: its trigger goes to that Region's queue. */
export async function notHere(look: Look, region: string | undefined, deps: AssessDeps): StoryAnswer {
  const { trigger, id } = look;
  const { bucket, account } = id;
  const target = region ?? (await deps.bucketRegion({ bucket, account }));
  if (target === undefined || target === deps.region || nextTryIn(trigger, deps) === undefined) {
    const message = `Bucket ${bucket} is not in ${deps.region}, and S3 did not say where it is.`;
    return unreadable([{ code: 'region-unknown', message }], { look }, deps);
  }
  const sent = await sendTo(target, look, deps);
  if (sent instanceof Error) {
    const message = `Bucket ${bucket} is in ${target}, and Reseal there could not be reached (${whyOf(sent)}): allow this role sqs:GetQueueUrl and sqs:SendMessage there.`;
    return unreadable([{ code: 'region-unreachable', message }], { look }, deps);
  }
  if (sent) {
    // What is remembered of it here is closed: the ledger of its own Region goes on.
    const message = `Bucket ${bucket} is in ${target}, and the message was sent to Reseal there.`;
    const answer = await gone(look, { code: 'other-region', message }, deps);
    return answer.kind === 'ignored' ? { ...answer, kind: 'forwarded' } : answer;
  }
  const message = `Bucket ${bucket} is in ${target}, where Reseal is not deployed: deploy the stack there.`;
  const reasons: Reason[] = [{ code: 'region-not-guarded', message }];
  return settled(
    { look: recordOf(look, { verdict: 'unreadable', reasons, ...parkedAt(look.lookedAt) }), trigger },
    { look },
    deps,
  );
}

/** False where there is no such queue; the error where nobody can say. */
async function sendTo(region: string, { trigger }: Look, deps: AssessDeps): Promise<boolean | Error> {
  const { attempt, sends = 0 } = trigger;
  try {
    const to = { name: deps.againQueue, region, delaySeconds: 0 };
    return await deps.queues.sendByName(
      to,
      bucketMessage({ ...trigger, region, attempt: attempt + 1, sends: sends + 1 }),
    );
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
