import { type Algorithm, ALGORITHMS, type EncryptionRule, type Verdict } from './model.ts';
import { blockedTypes } from './same-rule.ts';
import { type Measured, wantsBlock } from './shortfalls.ts';
import { isKept } from './strength.ts';

/** A whole rule to write: PutBucketEncryption replaces everything, so every member that stays is in it. */
export type RuleToWrite = Extract<Verdict, { kind: 'repair' }>['write'];

/**
 * The rule that meets the standard: the read one, raised where it falls short. Never drops a member, and never lowers but
 * where the policy says `exactly`.
 */
export function repairedRule(measured: Measured, keyArn: string | undefined): RuleToWrite {
  const { standard, state, strength } = measured;
  const kept = isKept(standard, strength);
  const algorithm = (kept ? known(state.rule) : undefined) ?? standard.algorithm;
  const keyId = kept ? state.rule.keyId : keyArn;
  const blocked = repairedBlock(measured);
  return {
    algorithm,
    bucketKey: repairedBucketKey(measured, algorithm),
    ...(keyId === undefined || algorithm === 'AES256' ? {} : { keyId }),
    ...(blocked === undefined ? {} : { blocked }),
  };
}

/** Whoever judges has held a bucket whose algorithm we do not know: it has no strength, and is never measured. */
function known({ algorithm }: EncryptionRule): Algorithm | undefined {
  return ALGORITHMS.find((each) => each === algorithm);
}

/** Turned on where the standard wants it; off only where the policy says `exactly`. DSSE-KMS has none. */
function repairedBucketKey({ standard, state }: Measured, algorithm: Algorithm): boolean {
  const read = state.rule.bucketKey ?? false;
  if (standard.strength === 'exactly' && algorithm === 'aws:kms') return standard.bucketKey;
  if (algorithm === 'aws:kms:dsse' && state.rule.algorithm !== algorithm) return false;
  return read || (algorithm === 'aws:kms' && standard.algorithm === 'aws:kms' && standard.bucketKey);
}

function repairedBlock({ standard, state }: Measured): EncryptionRule['blocked'] {
  if (standard.blockSseC === 'off' && blockedTypes(state.rule).includes('SSE-C')) {
    const others = blockedTypes(state.rule).filter((type) => type !== 'SSE-C');
    return others.length === 0 ? ['NONE'] : others;
  }
  if (!wantsBlock(standard, state.region)) return state.rule.blocked;
  const blocked = blockedTypes(state.rule);
  return blocked.includes('SSE-C') ? state.rule.blocked : [...blocked, 'SSE-C'];
}

/** True where writing the rule would bring a KMS key that the bucket does not have: what others write and read depends on it then. */
export function bringsKey(write: EncryptionRule, rule: EncryptionRule): boolean {
  return write.algorithm !== 'AES256' && (write.algorithm !== rule.algorithm || write.keyId !== rule.keyId);
}
