import type { Cost } from '../../src/policy/plan/cost.ts';
import { FACT_NAMES, type FactName, type Facts } from '../../src/policy/facts.ts';
import { type EncryptionRule, type Reason, type Standard, type VerdictKind, kindOf } from '../../src/policy/model.ts';
import type { Gathered } from '../../src/remediation/gather.ts';
import type { ExplainDeps } from '../../src/runtime/explain-deps.ts';
import type { AskedBucket } from './asked-bucket.ts';
import { commandByHand } from './by-hand.ts';
import { priceOf } from './price.ts';
import { ruleDiff } from './rule-diff.ts';

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
  found?: EncryptionRule;
  facts: { read: FactName[]; unread: FactName[]; notNeeded: FactName[] };
  historyKnown: boolean;
  /** False where the verdict rests on a key policy and nobody told the role of the jobs that would use the key. */
  jobRoleKnown: boolean;
  verdict: VerdictKind;
  reasons: Reason[];
  /** Of a repair alone. */
  repair?: Repair;
}

export interface Repair {
  write: EncryptionRule;
  /** Lines that begin with "- ", "+ " or two spaces. */
  diff: string[];
  cost: Cost;
  monthly: string;
  /** What no job does. */
  leftovers: Reason[];
  /** The same write for a shell. */
  command: string;
}

/** A verdict with all that people want to know of it. */
export async function explanationOf(
  asked: AskedBucket,
  { gathered, found }: { gathered: Gathered; found?: EncryptionRule },
  deps: ExplainDeps,
): Promise<Explanation> {
  const { decided, facts } = gathered;
  const { verdict, key, standard } = decided;
  const about: Explanation = {
    ...blank(asked),
    rule: decided.rule,
    observe: decided.observe,
    standard,
    ...(key.kind === 'found' ? { keyArn: key.key.arn } : {}),
    ...(found === undefined ? {} : { found }),
    facts: factNames(facts),
    jobRoleKnown:
      asked.batchRoleArn !== undefined || facts.keyPolicy === undefined || kindOf(asked.bucket) === 'directory',
    verdict: verdict.kind,
    reasons: verdict.reasons,
  };
  if (verdict.kind !== 'repair' || found === undefined) return about;
  const { write } = verdict;
  const diff = ruleDiff(deps.asS3(found), deps.asS3(write));
  const command = commandByHand(asked, deps.asS3(write));
  const price = await priceOf({ asked, decided, found, write }, deps);
  return { ...about, repair: { write, diff, ...price, command } };
}

/** A bucket whose encryption nobody could read: no fact was asked for. */
export function unreadExplanation(asked: AskedBucket, reason: Reason): Explanation {
  return { ...blank(asked), verdict: 'unreadable', reasons: [reason] };
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

function factNames(facts: Facts): Explanation['facts'] {
  const asked = FACT_NAMES.filter((name) => facts[name] !== undefined);
  const isUnread = (name: FactName): boolean => facts[name]?.kind === 'unread';
  return {
    read: asked.filter((name) => !isUnread(name)),
    unread: asked.filter(isUnread),
    notNeeded: FACT_NAMES.filter((name) => !asked.includes(name)),
  };
}
