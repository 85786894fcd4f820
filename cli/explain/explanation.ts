import { decide } from '../../src/policy/decide.ts';
import { speaksOfOrganization } from '../../src/policy/keys/s3-request.ts';
import { safetyOf } from '../../src/policy/safety.ts';
import type { Cost } from '../../src/policy/plan/cost.ts';
import { FACT_NAMES, type FactName, type Facts } from '../../src/policy/facts.ts';
import { type Encryption, type Reason, type Standard, type VerdictKind, kindOf } from '../../src/policy/model.ts';
import type { Decided, Known } from '../../src/policy/decision.ts';
import { REASONS } from '../../src/policy/reasons.ts';
import type { Gathered } from '../../src/remediation/gather.ts';
import type { ExplainDeps } from '../../src/runtime/explain-with.ts';
import type { AskedBucket } from './asked-bucket.ts';
import { commandByHand } from './by-hand.ts';
import { repairCost } from './repair-cost.ts';
import { encryptionDiff } from './encryption-diff.ts';

/** Everything that `reseal policy explain` says, as data. */
export interface Explanation {
  bucket: string;
  account: string;
  region: string;
  /** ISO 8601. */
  at: string;
  /** Absent where which rule applies was not found out. */
  rule?: string;
  observe: boolean;
  standard?: Standard;
  /** The standard's key, where it was found. */
  keyArn?: string;
  /** The encryption that was read. */
  found?: Encryption;
  facts: { read: FactName[]; unread: FactName[]; notNeeded: FactName[] };
  historyKnown: boolean;
  /** False if the verdict depends on a key policy and the role of the jobs is not given. */
  jobRoleKnown: boolean;
  verdict: VerdictKind;
  reasons: ExplainedReason[];
  /** Of a repair alone. */
  repair?: ExplainedRepair;
}

/** A reason with what the catalogue says of its code. */
export interface ExplainedReason extends Pick<Reason, 'code' | 'message'> {
  /** What mends it, ready to paste: for example the statement that a key policy lacks. */
  statement?: unknown;
  meaning: string;
  remedy: string;
}

export interface ExplainedRepair {
  write: Encryption;
  /** Lines that begin with "- ", "+ " or two spaces. */
  diff: string[];
  cost: Cost;
  monthly: string;
  /** What no job does. */
  leftovers: ExplainedReason[];
  /** The same write for a shell. */
  command: string;
}

/** A verdict with all that people want to know of it. */
export async function explanationOf(
  asked: AskedBucket,
  { known, decision: decided, facts, found }: Gathered & { known: Known; found?: Encryption },
  deps: ExplainDeps,
): Promise<Explanation> {
  const { verdict, key, standard } = decided;
  const about: Explanation = {
    ...blank(asked),
    rule: decided.rule,
    observe: decided.observe,
    standard,
    ...(key.kind === 'found' ? { keyArn: key.key.arn } : {}),
    ...(found === undefined ? {} : { found }),
    facts: factNames(withoutUnused({ ...known, facts })),
    jobRoleKnown: asked.batchRoleArn !== undefined || !judgesKeyPolicy(decided, facts, asked.bucket),
    verdict: verdict.kind,
    reasons: verdict.reasons.map(explained),
  };
  if (verdict.kind !== 'repair' || found === undefined) return about;
  const { write } = verdict;
  const diff = encryptionDiff(deps.asS3(found, asked.bucket), deps.asS3(write, asked.bucket));
  const command = commandByHand(asked, deps.asS3(write, asked.bucket));
  const { leftovers, ...price } = await repairCost({ asked, decided, found, write }, deps);
  return { ...about, repair: { write, diff, ...price, leftovers: leftovers.map(explained), command } };
}

/** A log target, an unreadable and a compliant bucket may have read it and do not rest on it; only general purpose buckets have jobs. */
function judgesKeyPolicy({ standard, verdict }: Decided, facts: Facts, bucket: string): boolean {
  if (facts.keyPolicy === undefined || kindOf(bucket) !== 'general-purpose') return false;
  return standard.algorithm !== 'AES256' && verdict.kind !== 'unreadable' && verdict.kind !== 'compliant';
}

/** A bucket whose encryption nobody could read: no fact was asked for. */
export function unreadExplanation(asked: AskedBucket, reason: Reason): Explanation {
  return { ...blank(asked), verdict: 'unreadable', reasons: [explained(reason)] };
}

function explained({ code, message, paste }: Reason): ExplainedReason {
  const { meaning, remedy } = REASONS[code];
  return { code, message, ...(paste === undefined ? {} : { statement: JSON.parse(paste) }), meaning, remedy };
}

function blank({ bucket, account, region, now, historyKnown }: AskedBucket): Explanation {
  const at = now.toISOString();
  const nothing = {
    observe: false,
    facts: factNames({}),
    jobRoleKnown: true,
    verdict: 'unreadable' as const,
    reasons: [],
  };
  return { bucket, account, region, at, historyKnown, ...nothing };
}

/** What the ledger remembers is shown once, whether a rule needed it or the bucket's own history. */
const TOLD_NAMES = FACT_NAMES.filter((name) => name !== 'remembered');

function factNames({ remembered, ...rest }: Facts): Explanation['facts'] {
  const facts: Facts = { ...(remembered === undefined ? {} : { history: remembered }), ...rest };
  const asked = TOLD_NAMES.filter((name) => facts[name] !== undefined);
  const isUnread = (name: FactName): boolean => facts[name]?.kind === 'unread';
  return {
    read: asked.filter((name) => !isUnread(name)),
    unread: asked.filter(isUnread),
    notNeeded: TOLD_NAMES.filter((name) => !asked.includes(name)),
  };
}

/** The place in the organization is there from the start: it is shown only where the ruling, or what stands against the key, rests on it. */
function withoutUnused(known: Known): Facts {
  const { ouPath: _, ...facts } = known.facts;
  const without = decide({ ...known, facts });
  if (without.kind === 'needs') return known.facts;
  const { keyPolicy = [] } = safetyOf({ ...known, facts }, without.key).safety;
  return without.verdict.kind === 'hold' && speaksOfOrganization(keyPolicy) ? known.facts : facts;
}
