import type { PolicyDocument } from './document/document.ts';
import type { FactName, Facts } from './facts.ts';
import type { BucketKind, BucketState, KeyReading, Standard, Verdict } from './model.ts';
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
  /** The role of the re-encryption jobs, where there is one. */
  batchRoleArn?: string;
}

/** What must be read before the verdict can be had. */
export interface Ask {
  kind: 'ask';
  facts: readonly FactName[];
  /** The alias, id or ARN of which `key`, `currentKey` and `keyPolicy` are asked. */
  keys: { key?: string; currentKey?: string; keyPolicy?: string };
  /** True once the bucket is known to be below its standard, so that whoever means to change it may claim it. */
  below: boolean;
  observe: boolean;
  /** The rule that applies; absent while that is the question. */
  rule?: string;
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

export type Decision = Ask | Decided;

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
