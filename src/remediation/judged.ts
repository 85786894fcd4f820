import type { Assessment } from '../aws/ledger/ledger.ts';
import type { BucketFact } from '../intake/fact.ts';
import type { EncryptionRule, KeyReading, Reason, Standard, Verdict } from '../policy/model.ts';
import type { Facts } from '../policy/facts.ts';
import type { CurrentPolicy } from './deps.ts';

/** What became of one fact: a verdict of the policy, or why there was none. */
export type Outcome =
  | { kind: Verdict['kind']; reasons: Reason[]; observed?: boolean; jobs: number }
  | { kind: 'ignored' | 'forwarded' | 'deferred'; reasons: Reason[]; jobs: 0 };

/** One bucket that could be read, before there is a verdict. */
export interface Looked {
  fact: BucketFact;
  policy: CurrentPolicy;
  found: EncryptionRule;
  assessment: Assessment;
}

/** The judgement of one bucket, with all that was read for it. */
export interface Judged extends Looked {
  standard: Standard;
  key: KeyReading;
  /** What was read for the verdict. */
  facts: Facts;
}
