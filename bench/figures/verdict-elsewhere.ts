import { decide } from '../../src/policy/decide.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';

const state = {
  bucket: 'elsewhere',
  account: '111122223333',
  region: 'eu-west-1',
  own: false,
  rule: { algorithm: 'AES256', bucketKey: false },
};

/** Judges a bucket that no rule names, in both rounds of a verdict: what the rules ask for first, then the bucket judged by it. */
export function verdictElsewhere(policy: PolicyDocument): void {
  const known = { policy, state, kind: 'general-purpose', partition: 'aws', now: new Date() } as const;
  decide({ ...known, facts: {} });
  decide({ ...known, facts: { tags: { kind: 'read', value: [] } } });
}
