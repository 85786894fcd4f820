import type { EncryptionReading } from '../aws/bucket/bucket-encryption.ts';
import type { BucketId } from '../bucket-id.ts';
import { causeRow } from '../cause.ts';
import { type BucketTrigger, toldBy } from '../intake/bucket-message.ts';
import type { Membership } from '../ledger/account-item.ts';
import type { BucketItem, LookRecord } from '../ledger/bucket-item.ts';
import type { End } from '../ledger/ending.ts';
import { latest } from '../ledger/drift.ts';
import { historyOf } from '../ledger/history.ts';
import { ofLivingBucket, ofTag } from '../ledger/of-living-bucket.ts';
import { whenceOf } from '../ledger/shapes.ts';
import type { Decided, Known } from '../policy/decision.ts';
import type { Fact, Facts, History, TagHistory } from '../policy/facts.ts';
import { type Encryption, kindOf, type Reason, type Verdict } from '../policy/model.ts';
import { standardId } from '../policy/plan/job-token.ts';
import { writersOf } from '../policy/writers/writers-of.ts';
import { tagHistoryOf, withEvent, withLook } from '../policy/ruling/exception-tag.ts';
import type { AssessDeps, CurrentPolicy } from './deps.ts';
import type { Judgement } from './objects.ts';
import { present } from '../present.ts';

/** What became of one trigger: a verdict of the policy, or why there was none. */
export type Outcome =
  | { kind: Verdict['kind']; reasons: Reason[]; observed?: boolean; jobs: number }
  | { kind: 'ignored' | 'forwarded' | 'deferred'; reasons: Reason[]; jobs: 0 };

/** Somebody was faster, or something changed: the bucket is to be looked at again, now that this is known. */
export interface LookAgain {
  kind: 'look-again';
  /** What the ledger remembered before the next look: what is written then rests on it. */
  item: BucketItem;
}

/** One look at a bucket: what was asked, under which policy, and what S3 answered. */
export interface Look {
  trigger: BucketTrigger;
  id: BucketId;
  policy: CurrentPolicy;
  /** ISO 8601, from before S3 was asked. */
  lookedAt: string;
  reading: EncryptionReading;
  /** The rule that was found; empty where it could not be read. */
  found: Encryption;
  /** What is known of the account. */
  membership: Membership;
  /** What the ledger remembered, where that was read before the look. */
  item?: BucketItem | undefined;
}

/** Asks for the policy, for the account and for the bucket's encryption at once. Throws where there is no policy. */
export async function lookAt(trigger: BucketTrigger, item: BucketItem | undefined, deps: AssessDeps): Promise<Look> {
  const { bucket, account } = trigger;
  const lookedAt = deps.now().toISOString();
  const [policy, reading, membership] = await Promise.all([
    deps.policy(item?.policyOrder),
    deps.encryption.read({ bucket, account }),
    deps.membership(account),
  ]);
  return {
    trigger,
    id: { account, region: deps.region, bucket },
    policy,
    lookedAt,
    reading,
    membership,
    found: reading.kind === 'read' ? reading.rule : {},
    item,
  };
}

/** One bucket as the policy judges it, with what is known of it so far. */
export function knownOf(look: Look, facts: Facts, deps: AssessDeps): Known {
  const { trigger, id, policy, found, item } = look;
  return {
    state: { ...id, rule: found, own: deps.isOwnBucket(id.bucket) },
    kind: kindOf(id.bucket),
    partition: deps.partition,
    policy: policy.document,
    facts: {
      ...present({ logSources: trigger.logSources, remembered: item && rememberedOf(look, item) }),
      ...facts,
    },
    now: deps.now(),
    readsAcl: trigger.cause !== 'sweep' || item?.aclWriters === true,
    jobRoles: deps.jobRoles,
  };
}

/** The look as it is recorded, under a verdict. */
export function recordOf(
  look: Look,
  answer: Pick<LookRecord, 'verdict' | 'reasons'> & Partial<LookRecord>,
): LookRecord {
  const { trigger, id, policy, lookedAt, reading, found } = look;
  const { cause, causeId } = trigger;
  return {
    ...id,
    rule: 'unknown',
    policySha256: policy.sha256,
    policyOrder: policy.order,
    assessedAt: lookedAt,
    causeId,
    cause,
    ...whenceOf(trigger),
    ...(reading.kind === 'read' ? { found } : {}),
    ...answer,
  };
}

/** The end of a story whose verdict changes nothing; `over` says what else is to be recorded of the look. */
export function endOf({ look, decided, facts }: Judgement, over: Partial<LookRecord> = {}): End {
  const { rule, verdict } = decided;
  return {
    look: recordOf(look, { rule, verdict: verdict.kind, reasons: verdict.reasons, ...over }),
    trigger: look.trigger,
    ...tagEnd(look, facts),
    ...present({
      aclWriters: aclWriters(look, facts),
      standardId: standardOf(decided),
      standardAlgorithm: algorithmOf(decided),
    }),
  };
}

/** The standard that the bucket's objects are brought to; empty where they are left alone. */
function standardOf(decided: Decided): string | undefined {
  const { standard, verdict, observe } = decided;
  if (verdict.kind === 'exempt' || observe || standard.reencrypt === 'none') return '';
  return verdict.kind === 'compliant' || verdict.kind === 'repair' ? standardId(decided) : undefined;
}

/** What writes of clients are judged by; empty where nobody is to be told of them. */
function algorithmOf({ standard, verdict, observe }: Decided): string | undefined {
  if (verdict.kind === 'exempt' || observe) return '';
  return verdict.kind === 'unreadable' ? undefined : standard.algorithm;
}

/** Whether an AWS service may write by the bucket's ACL; undefined where nobody has read that. */
function aclWriters({ id }: Look, { acl }: Facts): boolean | undefined {
  if (acl?.kind !== 'read') return undefined;
  const bucket = { state: id, kind: kindOf(id.bucket), partition: '' };
  return writersOf(bucket, [], { bucketPolicy: [], acl: acl.value }).length > 0;
}

/** What the ledger remembers, where it was read before the look; a tagging event changes who vouches for an exception. */
function rememberedOf(look: Look, item: BucketItem): Fact<History> {
  const tag = tagAfter(look);
  const known = { ...livingItem(item, look), ...(tag === undefined ? {} : ofTag(tag)) };
  return { kind: 'read', value: historyOf(known, look.trigger.logSources) };
}

/** What is known of the exception's tag after the event of this look; undefined where that says nothing of the tags of the bucket that is there now. */
function tagAfter({ trigger, policy, item = {} }: Look): TagHistory | undefined {
  const tag = policy.document.exceptionRequests?.tag;
  if (trigger.cause !== 'tagged' || tag === undefined || toldBy(trigger) === undefined) return undefined;
  if (item.deletedAt !== undefined && Date.parse(trigger.at) <= Date.parse(item.deletedAt)) return undefined;
  return withEvent(tagHistoryOf(historyOf(item, undefined), tag), trigger);
}

/**
 * What is known of the exception's tag after this look. Where the ledger was not asked, the tag is not there or asks for nothing that could
 * count, and what was known before counts no more.
 */
export function tagEnd(look: Look, { tags, remembered, history }: Facts): Pick<End, 'tagHistory' | 'tagRead'> {
  const { policy, trigger, lookedAt, item } = look;
  const tag = policy.document.exceptionRequests?.tag;
  if (tag === undefined || tags?.kind !== 'read') return present({ tagHistory: tagAfter(look) });
  // The event of this look is in what was remembered with it; what a claim has read is newer than anything else.
  const known = item === undefined ? (history ?? remembered) : remembered;
  const read: Partial<History> = known?.kind === 'read' ? known.value : { isSeen: true };
  // The look was taken after the event that asked for it, whatever the clocks say.
  const at = latest([lookedAt, trigger.at]) ?? lookedAt;
  const tagHistory = withLook(tagHistoryOf(read, tag), { at, causeId: trigger.causeId, tags: tags.value });
  const isReadAlone = item === undefined && history === undefined && known !== undefined;
  return { tagHistory, ...(isReadAlone ? { tagRead: present({ rev: read.rev }) } : {}) };
}

/** What the ledger remembers of the bucket that is there now. */
export function livingItem(item: BucketItem, { trigger }: Pick<Look, 'trigger'>): BucketItem {
  return causeRow(trigger.cause).endsLife ? ofLivingBucket(item, trigger.at) : item;
}
