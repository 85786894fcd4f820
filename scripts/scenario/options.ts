import type { PolicyDocument } from '../../src/policy/document/document.ts';
import type { KeyChoice } from '../../src/policy/document/document-standard.ts';
import type { Wanted } from './wanted.ts';

export interface ScenarioOptions {
  buckets: number;
  /** Objects of each kind in each bucket that has any. */
  objects: number;
  /** What the packaged policy decides. */
  standard: { algorithm: Wanted['algorithm']; key?: KeyChoice; bucketKey: boolean };
  reencrypt: string;
  exemptBucket: string | undefined;
  /** The policy only observes. */
  observe: boolean;
  /** After how many repairs the policy calls a bucket flapping. */
  flappingRepairs: number;
}

/** A scenario of this size under this policy. */
export function scenarioOptions(
  { standard, objects: { reencrypt }, exceptions, mode, limits }: PolicyDocument,
  size: { buckets: number; objects: number },
): ScenarioOptions {
  const named = exceptions.find(({ bucket }) => bucket !== undefined);
  return {
    ...size,
    standard,
    reencrypt,
    exemptBucket: named?.bucket,
    observe: mode === 'observe',
    flappingRepairs: limits.flapping.repairs,
  };
}
