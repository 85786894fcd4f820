import type { Known } from '../policy/decision.ts';
import type { Facts } from '../policy/facts.ts';
import { kindOf } from '../policy/model.ts';
import type { AssessDeps } from './deps.ts';
import type { Looked } from './judged.ts';

/** One bucket as the policy judges it, with what is known of it so far. */
export function knownOf({ fact, policy, found }: Looked, facts: Facts, deps: AssessDeps): Known {
  const { bucket, account } = fact;
  return {
    state: { bucket, account, region: deps.region, rule: found, own: deps.ownBuckets.has(bucket) },
    kind: kindOf(bucket),
    partition: deps.partition,
    policy: policy.document,
    facts,
    now: deps.now(),
    batchRoleArn: deps.jobSettings.roleArn,
  };
}
