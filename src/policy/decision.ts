import type { PolicyDocument } from './document/document.ts';
import type { FactName, Facts } from './facts.ts';
import { arnOf, type BucketKind, type BucketState, type KeyReading, type Standard, type Verdict } from './model.ts';
import { present } from '../present.ts';
import type { JobRoles } from './plan/plan-model.ts';
import type { Ruling } from './ruling/ruling.ts';

/** One bucket that could be read, the policy, and what is known so far. */
export interface Known {
  state: BucketState;
  kind: BucketKind;
  /** aws, aws-cn or aws-us-gov. */
  partition: string;
  policy: PolicyDocument;
  facts: Facts;
  now: Date;
  /** True where the ACL of a bucket under a key is read too: a sweep spares that call unless an ACL let somebody write before. */
  readsAcl?: boolean;
  /** The roles of the re-encryption jobs, as far as they are known. */
  jobRoles?: Partial<JobRoles>;
}

/**
 * The facts of a verdict are read in stages: what the rules and exceptions of the policy speak of, the key, what the ledger remembers of a
 * bucket below its standard, and everything that the write could break. Of a bucket that has its key already: who writes to it.
 */
export type Stage = 'ruling' | 'key' | 'history' | 'safety' | 'writers';

/** A stage whose facts are not all there. */
export interface Needs {
  kind: 'needs';
  stage: Stage;
  /** What to read now, all at once. */
  facts: readonly FactName[];
  /** What the stage still lacks once those are read; most stages lack nothing then. */
  more: (facts: Facts) => readonly FactName[];
  /** The alias, id or ARN of which `key`, `currentKey` and `keyPolicy` are read. */
  keys: { key?: string; currentKey?: string; keyPolicy?: string };
  observe: boolean;
}

/** A verdict and what it rests on. */
export interface Decided {
  kind: 'decided';
  verdict: Verdict;
  rule: string;
  /** Judge and record, change nothing. */
  observe: boolean;
  /** What the bucket was judged by: the policy's standard, or what takes its place where that would break logs. */
  standard: Standard;
  key: KeyReading;
}

export type Decision = Needs | Decided;

/** A bucket on its way to a verdict. */
export interface Judging {
  known: Known;
  ruling: Ruling;
  standard: Standard;
  key: KeyReading;
}

export function decided({ ruling, standard, key }: Judging, verdict: Verdict): Decided {
  return { kind: 'decided', verdict, rule: ruling.rule, observe: ruling.observe, standard, key };
}

/** The facts of a stage that a bucket under a ruling needs. */
export function needed(
  { known, ruling, standard, key }: Judging,
  stage: Stage,
  facts: readonly FactName[],
  more: Needs['more'] = () => [],
): Needs {
  const keys = present({ key: standard.key, currentKey: known.state.rule.keyId, keyPolicy: arnOf(key) });
  return { kind: 'needs', stage, facts, more, keys, observe: ruling.observe };
}
