import { type Algorithm, ALGORITHMS, type Encryption, type RuleToWrite } from './model.ts';
import { present } from '../present.ts';
import { blockedTypes } from './same-encryption.ts';
import { type Measured, wantsBlock } from './standard-reasons.ts';
import { isKept } from './strength.ts';

/**
 * The rule that meets the standard: the read one, raised where it falls short. Never drops a member, and never lowers but
 * where the policy says `exactly`.
 */
export function repairedEncryption(measured: Measured, keyArn: string | undefined): RuleToWrite {
  const { standard, state, strength } = measured;
  const kept = isKept(standard, strength);
  const algorithm = (kept ? known(state.rule) : undefined) ?? standard.algorithm;
  const keyId = kept ? state.rule.keyId : keyArn;
  return {
    algorithm,
    bucketKey: repairedBucketKey(measured, algorithm),
    ...present({ keyId: algorithm === 'AES256' ? undefined : keyId, blocked: repairedBlock(measured) }),
  };
}

/** Whoever judges has held a bucket whose algorithm we do not know: it has no strength, and is never measured. */
function known({ algorithm }: Encryption): Algorithm | undefined {
  return ALGORITHMS.find((each) => each === algorithm);
}

/** Turned on where the standard wants it; off only where the policy says `exactly`. DSSE-KMS has none. */
function repairedBucketKey({ standard, state }: Measured, algorithm: Algorithm): boolean {
  const read = state.rule.bucketKey ?? false;
  if (standard.strength === 'exactly' && algorithm === 'aws:kms') return standard.bucketKey;
  if (algorithm === 'aws:kms:dsse' && state.rule.algorithm !== algorithm) return false;
  return read || (algorithm === 'aws:kms' && standard.algorithm === 'aws:kms' && standard.bucketKey);
}

function repairedBlock({ standard, state }: Measured): Encryption['blocked'] {
  const blocked = blockedTypes(state.rule);
  const blocks = blocked.includes('SSE-C');
  if (standard.blockSseC === 'off' && blocks) {
    const others = blocked.filter((type) => type !== 'SSE-C');
    return others.length === 0 ? ['NONE'] : others;
  }
  return blocks || !wantsBlock(standard, state.region) ? state.rule.blocked : [...blocked, 'SSE-C'];
}

/** True where writing the rule would bring a KMS key that the bucket does not have: what others write and read depends on it then. */
export function bringsKey(write: Encryption, rule: Encryption): boolean {
  return write.algorithm !== 'AES256' && (write.algorithm !== rule.algorithm || write.keyId !== rule.keyId);
}
