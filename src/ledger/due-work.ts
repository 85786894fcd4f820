import { causeRow } from '../cause.ts';
import type { Encryption, Reencrypt } from '../policy/model.ts';
import type { PlanScope } from '../policy/plan/plan-model.ts';
import { sameEncryption } from '../policy/same-encryption.ts';
import type { BucketItem, Pending } from './bucket-item.ts';
import { isCovered } from './covered.ts';
import { driftAt, earliest, isBefore, MOST_SKEW_MS, type Reported } from './drift.ts';
import { isOfEarlier } from './of-living-bucket.ts';

export interface DueCase {
  item: BucketItem;
  /** The work that was claimed; absent where nobody has claimed the bucket yet. */
  pending?: Pending | undefined;
  trigger: Reported;
  /** The rule that the look found. */
  found: Encryption;
  /** True where the bucket was found below its standard and has been repaired. */
  repaired: boolean;
  reencrypt: Reencrypt;
  /** The standard, as one text: what the existing objects are planned for once. */
  standardId: string;
  /** ISO 8601. */
  lookedAt: string;
}

/** Which objects of a bucket that has its standard now are to be looked for. */
export interface Due {
  scopes: PlanScope[];
  /** Set where all existing objects are planned. */
  backfilled?: string;
  /** Since when objects are looked for; absent where nobody knows. */
  from?: string;
}

const EVERYTHING = new Date(0).toISOString();
/** What a bucket has that nobody gave another rule. */
export const SSE_S3: Encryption = { algorithm: 'AES256' };

/** What is due; no scope where nothing is, or where nobody knows since when the bucket was below. */
export function dueWork(given: DueCase): Due {
  const { item, reencrypt, standardId } = given;
  if (reencrypt === 'none') return { scopes: [] };
  if (reencrypt === 'all' && item.backfilled !== standardId) {
    return { scopes: [{ kind: 'all' }], backfilled: standardId, from: EVERYTHING };
  }
  const from = startOf(given);
  if (from === undefined) return { scopes: [] };
  return { scopes: rulesSince(given).map((replaced) => ({ kind: 'window', from, replaced })), from };
}

/**
 * The earliest time that is known: settled by an earlier try, recorded as below, named by an event, or, where no event reported the drift, the
 * last time the bucket was seen compliant. What began the work decides, so that whoever takes it up asks for the same jobs.
 */
function startOf(given: DueCase): string | undefined {
  const { item, pending, trigger, repaired, lookedAt } = given;
  if (pending?.from !== undefined) return pending.from;
  const reported = driftsOf(given).map((drift) => driftAt(drift, lookedAt));
  if (!repaired && !mayHaveReplaced(pending) && item.belowSince === undefined) return earliest(reported);
  const began = driftAt(pending ?? trigger, lookedAt) ?? earliest(reported);
  const wasCompliant = item.verdict === 'compliant' || (item.verdict === 'repair' && item.observed !== true);
  const compliantAt = began === undefined || !wasCompliant ? surelyBy(item.compliantAt, lookedAt) : undefined;
  return earliest([item.belowSince, ...reported, compliantAt]);
}

/** A time of the future was told by a clock that was ahead: it was so much earlier at most. */
function surelyBy(time: string | undefined, lookedAt: string): string | undefined {
  if (time === undefined || time <= lookedAt) return time;
  return new Date(Date.parse(time) - MOST_SKEW_MS).toISOString();
}

/** True for work that was begun over a rule, now or by whoever had it before: objects under that rule are due. */
export function mayHaveReplaced(pending: Pending | undefined): boolean {
  return (pending?.replaced ?? pending?.rules) !== undefined;
}

/** The drifts that say since when: of a bucket that was found right, only those that surely made it weaker, and only once. */
function driftsOf({ item, pending, trigger, repaired }: DueCase): Reported[] {
  const isOpen = ({ at, cause }: Reported) =>
    causeRow(cause).coversObjects && !isCovered(item.covered, at) && !isOfEarlier(at, item);
  const unanswered = ({ at }: Reported) => item.compliantAt === undefined || !isBefore(at, item.compliantAt);
  const { lastDrift } = item;
  const last =
    lastDrift !== undefined && !isCovered(item.covered, lastDrift.at) && unanswered(lastDrift) ? [lastDrift] : [];
  if (repaired) return [trigger, ...(pending === undefined ? [] : [pending]), ...last];
  return [
    ...[trigger, ...last].filter(isOpen),
    ...(pending !== undefined && mayHaveReplaced(pending) ? [pending] : []),
  ];
}

/** The rules that are known to have been in force since then, each once. */
function rulesSince(given: DueCase): Encryption[] {
  const { item, pending, trigger, found, repaired } = given;
  const began = [trigger, ...(pending === undefined ? [] : [pending]), ...driftsOf(given)];
  const seen = [
    repaired ? found : undefined,
    // What was replaced by an invocation that died before its jobs, and what was found by a look that changed nothing.
    pending?.replaced,
    ...(pending?.rules ?? []),
    ...(item.belowRules ?? []),
    encryptionWhileBelow(item),
    // Somebody may have put another rule since, but this is how it began.
    began.some(({ cause }) => causeRow(cause).startsAsSseS3) ? SSE_S3 : undefined,
  ].filter((rule) => rule !== undefined);
  return eachOnce(seen);
}

export function eachOnce(rules: readonly Encryption[]): Encryption[] {
  return rules.filter((rule, at) => rules.findIndex((other) => sameEncryption(other, rule)) === at);
}

/** Where only an observing look has found the bucket compliant since, nobody knows the rule any more: that of a bucket without one. */
function encryptionWhileBelow({ belowSince, verdict, found }: BucketItem): Encryption | undefined {
  if (belowSince === undefined) return undefined;
  return verdict === 'compliant' ? SSE_S3 : (found ?? SSE_S3);
}
