import { causeRow } from '../cause.ts';
import type { Encryption, Reencrypt } from '../policy/model.ts';
import { isBackfilledFor } from '../policy/plan/job-token.ts';
import { CLOCK_MARGIN_MS } from '../policy/plan/object-classes.ts';
import type { PlanScope } from '../policy/plan/plan-model.ts';
import { writesAlike } from '../policy/same-encryption.ts';
import type { BucketItem, Pending } from './bucket-item.ts';
import { isCovered } from './covered.ts';
import { driftAt, earliest, isBefore, type Reported, ruleOfDrift, SSE_S3, surelyWeakened } from './drift.ts';
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
  /** Whether what was written under a rule is below the standard, where somebody can say: events tell of right rules too. */
  isBelow?: (rule: Encryption) => boolean;
  /** What the existing objects are planned for once (`backfillId`). */
  backfillId: string;
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

/** What is due; no scope where nothing is, or where nobody knows since when the bucket was below. */
export function dueWork(given: DueCase): Due {
  const { item, reencrypt, backfillId } = given;
  if (reencrypt === 'none') return { scopes: [] };
  if (reencrypt === 'all' && !isBackfilledFor(backfillId, item.backfilled)) {
    return { scopes: [{ kind: 'all' }], backfilled: backfillId, from: EVERYTHING };
  }
  const from = startOf(given);
  if (from === undefined) return { scopes: [] };
  return { scopes: rulesSince(given).map((replaced) => ({ kind: 'window', from, replaced })), from };
}

/**
 * The earliest time that is known: recorded as below, named by an event, or, where no event reported the drift, the
 * last time the bucket was seen compliant. What began the work decides, so that whoever takes it up asks for the same jobs.
 */
function startOf(given: DueCase): string | undefined {
  const { item, pending, trigger, repaired, lookedAt } = given;
  // A drift that the item itself remembers, and nobody has answered, is not forgotten however old it is: an exception may have lasted for months.
  const remembered = (drift: Reported) => (drift === item.lastDrift && drift.at <= lookedAt ? drift.at : undefined);
  const reported = driftsOf(given).map((drift) => driftAt(drift, lookedAt) ?? remembered(drift));
  if (!repaired && !mayHaveReplaced(pending) && item.belowSince === undefined) return earliest(reported);
  const began = driftAt(pending ?? trigger, lookedAt) ?? earliest(reported);
  const wasCompliant = item.verdict === 'compliant' || (item.verdict === 'repair' && item.observed !== true);
  const compliantAt = began === undefined || !wasCompliant ? surelyBy(item.compliantAt, lookedAt) : undefined;
  return earliest([item.belowSince, ...reported, compliantAt]);
}

/** A time of the future was told by a clock that was ahead: it was so much earlier at most. */
function surelyBy(time: string | undefined, lookedAt: string): string | undefined {
  if (time === undefined || time <= lookedAt) return time;
  return new Date(Date.parse(time) - CLOCK_MARGIN_MS).toISOString();
}

/** True for work that was begun over a rule, now or by whoever had it before: objects under that rule are due. */
export function mayHaveReplaced(pending: Pending | undefined): boolean {
  return (pending?.replaced ?? pending?.rules) !== undefined;
}

/** The drifts that say since when: of a bucket that was found right, only those that surely made it weaker, and only once. */
function driftsOf({ item, pending, trigger, repaired }: DueCase): Reported[] {
  const isNew = (drift: Reported) => !isCovered(item.covered, drift.at, ruleOfDrift(drift));
  // Where somebody began to replace a rule and died, it was below, whatever the drift says of itself.
  const isBelow = (drift: Reported) => surelyWeakened(drift) || mayHaveReplaced(pending);
  const isOpen = (drift: Reported) => isBelow(drift) && isNew(drift) && !isOfEarlier(drift.at, item);
  const unanswered = ({ at }: Reported) => item.compliantAt === undefined || !isBefore(at, item.compliantAt);
  const { lastDrift } = item;
  const last = lastDrift !== undefined && isNew(lastDrift) && unanswered(lastDrift) ? [lastDrift] : [];
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
  const told = [...(item.belowRules ?? []), ...driftsOf(given).map(({ rulePut }) => rulePut)];
  const seen = [
    repaired ? found : undefined,
    // What was replaced by an invocation that died before its jobs, and what was found by a look that changed nothing.
    pending?.replaced,
    ...(pending?.rules ?? []),
    encryptionWhileBelow(item),
    // Somebody may have put another rule since, but this is how it began.
    began.some(({ cause }) => causeRow(cause).startsAsSseS3) ? SSE_S3 : undefined,
    // What looks and events say: only events know of a rule that another one has replaced before anybody looked.
    ...told.filter((rule) => rule !== undefined && given.isBelow?.(rule) !== false),
  ].filter((rule) => rule !== undefined);
  return eachOnce(seen);
}

/** How many rules of one time below are told apart: each may become a job. */
const KEPT_RULES = 5;
/** A rule with a key that no filter can name: its job looks for objects under any. */
export const ANY_KEY: Encryption = { algorithm: 'aws:kms' };

/** The rules, each once. Where there are too many, those of KMS become one, whose job looks for objects under any key: none is forgotten. */
export function eachOnce(rules: readonly Encryption[]): Encryption[] {
  const once = rules.filter((rule, at) => rules.findIndex((other) => writesAlike(other, rule)) === at);
  if (once.length <= KEPT_RULES) return once;
  return [...once.filter(({ algorithm }) => algorithm !== 'aws:kms'), ANY_KEY];
}

/** Where nobody has seen the rule, or an older version recorded none: that of a bucket without one. */
function encryptionWhileBelow({ belowSince, belowRules = [], verdict, found }: BucketItem): Encryption | undefined {
  if (belowSince === undefined) return undefined;
  if (verdict !== 'compliant' && found !== undefined) return found;
  return belowRules.length > 0 ? undefined : SSE_S3;
}
