import type { EncryptionReading } from '../aws/bucket/bucket-encryption.ts';
import { isSessionRefused, whyOf } from '../aws/sdk/service-error.ts';
import type { BucketId } from '../bucket-id.ts';
import { bucketMessage } from '../intake/bucket-message.ts';
import { decide } from '../policy/decide.ts';
import type { Known } from '../policy/decision.ts';
import { KINDS } from '../policy/kinds.ts';
import { kindOf, type Reason } from '../policy/model.ts';
import type { AssessDeps } from './deps.ts';
import { factReading, factsAtHand, type Gathered, type ReadFacts, readRuling } from './gather.ts';
import { keepEvent, nextTryIn } from './later.ts';
import { endOf, knownOf, type Look, recordOf } from './look.ts';
import { gone, PARKED, settled, type StoryAnswer, unreadable } from './settle.ts';

/** The story of a bucket whose encryption could not be read: exempt all the same, not ours, or tried again. */
export async function unreadBucket(
  look: Look,
  reading: Extract<EncryptionReading, { kind: 'unreadable' }>,
  deps: AssessDeps,
): StoryAnswer {
  const { id, trigger } = look;
  const known = knownOf(look, factsAtHand(trigger, look.membership), deps);
  const exempt = await exemptUnread(known, factReading(trigger, deps));
  if (exempt !== undefined)
    return settled(endOf({ look, decided: exempt.decision, facts: exempt.facts }), { look }, deps);
  const asksOwner = reading.denied && kindOf(id.bucket) === 'general-purpose';
  const found = asksOwner ? await deps.bucketList.findOwn(id.bucket) : undefined;
  if (found?.owned !== false) {
    const reason = encryptionUnread(id, reading);
    const { shut } = reason.code === 'account-unreachable' ? await deps.membership(id.account, 0) : {};
    return shut === undefined
      ? unreadable([reason], { look }, deps)
      : unreadable([shutReason(id, shut)], { look, isLast: true }, deps);
  }
  const message = `Bucket ${id.bucket} is not owned by account ${id.account}.`;
  return gone(look, { code: 'not-our-bucket', message }, deps);
}

/** An exception holds whatever the encryption is: the verdict on a bucket whose encryption is unread, where it is exempt. */
export async function exemptUnread(known: Known, read: ReadFacts): Promise<Gathered | undefined> {
  const facts = await readRuling(known, read);
  const decision = decide({ ...known, facts });
  return decision.kind === 'decided' && decision.verdict.kind === 'exempt' ? { decision, facts } : undefined;
}

/** The account lets Reseal in and takes nothing from it there: it is closed, the Region is off, or the role is another one by now. */
function sessionRefused(
  { account, region, bucket }: BucketId,
  { code, message }: Extract<EncryptionReading, { kind: 'unreadable' }>,
): Reason | undefined {
  if (!isSessionRefused(code)) return undefined;
  const why = `account ${account} takes no session in ${region} (${code}: ${message}): is it suspended, is the Region turned off there, or were Reseal's roles removed?`;
  return { code: 'account-unreachable', message: `The encryption of bucket ${bucket} could not be read: ${why}` };
}

/** Nobody gets into such an account, so nobody tries again before the next sweep, or the event that it is open again. */
function shutReason({ account, bucket }: BucketId, shut: string): Reason {
  const message = `The encryption of bucket ${bucket} could not be read: AWS Organizations says that account ${account} is ${shut}.`;
  return { code: 'account-unreachable', message };
}

/** Why a bucket whose encryption could not be read is unreadable, and what to do. */
export function encryptionUnread(id: BucketId, reading: Extract<EncryptionReading, { kind: 'unreadable' }>): Reason {
  const refused = sessionRefused(id, reading);
  if (refused !== undefined) return refused;
  const { code, message, denied } = reading;
  const { bucket } = id;
  if (code === 'account-unreachable')
    return { code, message: `The encryption of bucket ${bucket} could not be read: ${message}.` };
  const hint = denied
    ? `: allow this role ${KINDS[kindOf(bucket)].reads}, in its own policies (infra/member/roles.yml), in the bucket policy and in service control policies`
    : '';
  return {
    code: denied ? 'read-denied' : 'read-failed',
    message: `The encryption of bucket ${bucket} could not be read (${code}: ${message})${hint}.`,
  };
}

/**
 * A bucket is repaired in its own Region, where its key and its jobs are: its trigger is sent on, as one of that Region. Reseal is there where the
 * account has its reports bucket, which is deployed with everything else of a Region.
 */
export async function notHere(look: Look, region: string | undefined, deps: AssessDeps): StoryAnswer {
  const { trigger, id } = look;
  const { bucket, account } = id;
  const target = region ?? (await deps.bucketRegion({ bucket, account }));
  if (target === undefined || target === deps.region || nextTryIn(trigger, deps) === undefined) {
    const message = `Bucket ${bucket} is not in ${deps.region}, and S3 did not say where it is.`;
    return unreadable([{ code: 'region-unknown', message }], { look }, deps);
  }
  const reports = await deps.reportsBucketIn(target).catch((error: unknown) => ({ unread: whyOf(error) }));
  if (typeof reports === 'object') {
    const message = `Bucket ${bucket} is in ${target}, and whether Reseal is deployed there could not be read (${reports.unread}): allow this role s3:ListAllMyBuckets.`;
    return unreadable([{ code: 'read-failed', message }], { look }, deps);
  }
  if (reports === undefined) {
    const message = `Bucket ${bucket} is in ${target}, where Reseal is not deployed: deploy infra/member/region.yml there.`;
    const record = { verdict: 'unreadable', reasons: [{ code: 'region-not-guarded', message }] } as const;
    return settled(
      { look: recordOf(look, { ...record, reasons: [...record.reasons], ...PARKED }), trigger },
      { look },
      deps,
    );
  }
  const { attempt, sends = 0 } = trigger;
  // The ledger tells it to the look in that Region.
  await keepEvent(trigger, { ...deps, region: target });
  await deps.sendLater(bucketMessage({ ...trigger, region: target, attempt: attempt + 1, sends: sends + 1 }), 0);
  // What is remembered of it here is closed: the ledger's item of its own Region goes on.
  const message = `Bucket ${bucket} is in ${target}, and its message was sent on as one of that Region.`;
  const answer = await gone(look, { code: 'other-region', message }, deps);
  return answer.kind === 'ignored' ? { ...answer, kind: 'forwarded' } : answer;
}
