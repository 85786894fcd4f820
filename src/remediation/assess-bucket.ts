import { causeRow } from '../cause.ts';
import { ResealError } from '../errors.ts';
import type { BucketTrigger } from '../intake/bucket-message.ts';
import type { BucketItem } from '../ledger/bucket-item.ts';
import { withLogSource } from '../ledger/log-sources.ts';
import { sameEncryption } from '../policy/same-encryption.ts';
import type { PolicyDocument } from '../policy/document/document.ts';
import type { LogSource } from '../policy/facts.ts';
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
export async function assessBucket(asked: BucketTrigger, deps: AssessDeps): Promise<Outcome> {
  const ignoredFor = await notOurs(asked, deps);
  if (ignoredFor !== undefined) return ignoredFor;
  const trigger = await asHeard(asked, deps);
  const [remembered, source] = await Promise.all([
    rememberedFirst(trigger, deps),
    provenSource(trigger, deps),
    isFromEvent(asked) ? deps.heard(deps) : undefined,
  ]);
  let item = remembered;
  for (let looks = 1; ; looks += 1) {
    const look = await lookAt(withSource(trigger, source, item), item, deps);
    const answer = isUnderOlderPolicy(look) ? await leftToNewer(look, deps) : await storyOf(look, deps);
    if (answer.kind === 'busy') return whenFree(look, answer, deps);
    if (answer.kind !== 'look-again') return answer;
    if (looks === MOST_LOOKS) return whenQuiet(look, deps);
    item = answer.item;
  }
}

/** True for what came from outside just now: no message of our own says that events come. */
function isFromEvent({ cause, sends = 0, attempt }: BucketTrigger): boolean {
  return cause !== 'sweep' && sends === 0 && attempt === 0;
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

async function notOurs({ bucket, cause }: BucketTrigger, deps: AssessDeps): Promise<Outcome | undefined> {
  // Every deployment puts policies on these.
  if (READS_WRITERS.has(cause) && deps.isOwnBucket(bucket)) {
    return ignored(
      'access-not-asked',
      `Bucket ${bucket} is one of Reseal's own, whose standard is SSE-S3 whoever writes.`,
    );
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

/** The trigger of a later try, with what its event told: no message of ours says it. */
async function asHeard(trigger: BucketTrigger, deps: AssessDeps): Promise<BucketTrigger> {
  const { account, bucket, cause, causeId, sends = 0 } = trigger;
  if (cause === 'sweep' || sends === 0) return trigger;
  return { ...trigger, ...(await deps.ledger.eventOf({ account, region: deps.region, bucket }, causeId)) };
}

/** A bucket that sends its server access logs here, as S3 says of it now: what a message says proves nothing. */
async function provenSource(
  { bucket, account, loggedBucket }: BucketTrigger,
  deps: AssessDeps,
): Promise<LogSource | undefined> {
  if (loggedBucket === undefined) return undefined;
  const logging = await deps.facts.logging({ bucket: loggedBucket, account });
  if (logging.kind === 'unread') deps.log.warn('logging not read', { buckets: 1, first: [loggedBucket] });
  if (logging.kind === 'unread' || logging.value?.targetBucket !== bucket) return undefined;
  return { bucket: loggedBucket, prefix: logging.value.prefix };
}

/** What the ledger knows of sources stays beside a new one, until a complete sweep has seen them all. */
function withSource(
  trigger: BucketTrigger,
  source: LogSource | undefined,
  item: BucketItem | undefined,
): BucketTrigger {
  return source === undefined ? trigger : { ...trigger, logSources: withLogSource(item?.logSources, source) };
}

/** Some triggers change what is remembered: who set a tag, who sends logs, and that an earlier bucket of this name is gone. */
async function rememberedFirst(
  { account, bucket, cause }: BucketTrigger,
  deps: AssessDeps,
): Promise<BucketItem | undefined> {
  if (!READS_FIRST.has(cause) && !causeRow(cause).endsLife) return undefined;
  return deps.ledger.read({ account, region: deps.region, bucket });
}

const READS_FIRST: ReadonlySet<string> = new Set(['tagged', 'logging-changed']);
const READS_WRITERS: ReadonlySet<string> = new Set(['access-changed', 'logging-changed']);

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
