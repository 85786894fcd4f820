import { causeRow } from '../cause.ts';
import { ResealError } from '../errors.ts';
import type { BucketTrigger } from '../intake/bucket-message.ts';
import type { BucketItem } from '../ledger/bucket-item.ts';
import { sameEncryption } from '../policy/same-encryption.ts';
import type { PolicyDocument } from '../policy/document/document.ts';
import type { ReasonCode } from '../policy/reasons.ts';
import type { AssessDeps } from './deps.ts';
import { judgeBucket } from './judge-bucket.ts';
import { deferred, tryAgain, whenFree, whenQuiet } from './later.ts';
import { type Look, type LookAgain, lookAt, type Outcome } from './look.ts';
import type { Busy } from './claim.ts';
import { notHere, unreadBucket } from './unread-bucket.ts';
import { gone } from './settle.ts';

/** Looks in one invocation: each is taken because somebody was faster, and three in a row mean that the bucket is not at rest. */
const MOST_LOOKS = 3;

/** The story of one bucket: look at it, judge it, do what that asks for, and settle it in the ledger once. */
export async function assessBucket(trigger: BucketTrigger, deps: AssessDeps): Promise<Outcome> {
  const ignoredFor = await notOurs(trigger, deps);
  if (ignoredFor !== undefined) return ignoredFor;
  let item = await rememberedFirst(trigger, deps);
  for (let looks = 1; ; looks += 1) {
    const look = await lookAt(trigger, item, deps);
    const answer = isUnderOlderPolicy(look) ? await leftToNewer(look, deps) : await storyOf(look, deps);
    if (answer.kind === 'busy') return whenFree(look, answer, deps);
    if (answer.kind !== 'look-again') return answer;
    if (looks === MOST_LOOKS) return whenQuiet(look, deps);
    item = answer.item;
  }
}

async function storyOf(look: Look, deps: AssessDeps): Promise<Outcome | Busy | LookAgain> {
  switch (look.reading.kind) {
    case 'gone':
      return gone(look, { code: 'bucket-gone', message: `Bucket ${look.id.bucket} does not exist any more.` }, deps);
    case 'elsewhere':
      return notHere(look, look.reading.region, deps);
    case 'unreadable':
      return unreadBucket(look, look.reading, deps);
    case 'read':
      return judgeBucket(look, deps);
  }
}

async function notOurs({ account, bucket, cause }: BucketTrigger, deps: AssessDeps): Promise<Outcome | undefined> {
  if (account !== deps.account) {
    return ignored('other-account', `The event is of account ${account}, and this is ${deps.account}.`);
  }
  if (cause !== 'tagged' || speaksOfTags((await deps.policy()).document)) return undefined;
  return ignored('tags-not-asked', `No rule of the policy speaks of tags, and only those of bucket ${bucket} changed.`);
}

/** True where the tags of a bucket can change its verdict. */
function speaksOfTags({ rules, exceptions, exceptionRequests }: PolicyDocument): boolean {
  return (
    exceptionRequests !== undefined ||
    rules.some(({ when }) => when.tags !== undefined) ||
    exceptions.some(({ when }) => when?.tags !== undefined)
  );
}

/** Some triggers change what is remembered: who set a tag, and that an earlier bucket of this name is gone. */
async function rememberedFirst(
  { account, bucket, cause }: BucketTrigger,
  deps: AssessDeps,
): Promise<BucketItem | undefined> {
  if (cause !== 'tagged' && !causeRow(cause).endsLife) return undefined;
  return deps.ledger.read({ account, region: deps.region, bucket });
}

/**
 * Policies have an order. Where a look under a newer one has left the bucket as it is now, this process, which still has an older one,
 * changes nothing.
 */
function isUnderOlderPolicy({ item, policy, found, reading }: Look): boolean {
  if (item === undefined || (item.policyOrder ?? 0) <= policy.order || reading.kind !== 'read') return false;
  const isRepaired = item.verdict === 'repair' && item.observed !== true;
  const left = isRepaired ? item.repairs?.at(-1)?.wrote : item.found;
  return left !== undefined && sameEncryption(left, found);
}

/** An event waits until this process knows the newer policy. Throws ResealError invalid-policy, retryable, after the last try. */
async function leftToNewer({ trigger, id, policy, item }: Look, deps: AssessDeps): Promise<Outcome> {
  const message = `Bucket ${id.bucket} was judged under policy ${item?.policyOrder}, and this process has ${policy.order} still.`;
  if (trigger.cause === 'sweep') return ignored('policy-outdated', message);
  if (await tryAgain(trigger, deps)) return deferred('policy-outdated', message);
  throw new ResealError('invalid-policy', `${message} Its event comes back.`, { retryable: true, bucket: id.bucket });
}

function ignored(code: ReasonCode, message: string): Outcome {
  return { kind: 'ignored', reasons: [{ code, message }], jobs: 0 };
}
