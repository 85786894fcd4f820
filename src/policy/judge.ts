import { KEY_ARN, keyForm, type KeyNames } from './keys/key-form.ts';
import { keyReasons } from './keys/key-reasons.ts';
import { ALGORITHMS, type BucketState, type KeyReading, type Reason, type Standard, type Verdict } from './model.ts';
import { repairedEncryption } from './repaired-encryption.ts';
import { standardReasons } from './standard-reasons.ts';
import { isKept, strengthOf } from './strength.ts';

export interface Case {
  standard: Standard;
  state: BucketState;
  /** What KMS says of the standard's key, asked from the bucket's account and Region. */
  key: KeyReading;
  now: Date;
}

/** Judges one bucket that could be read and is not exempt. Never `unreadable`: that is for whoever failed to read. */
export function judge({ standard, state, key, now }: Case): Verdict {
  const ours = ourKey(standard, key);
  const strength = strengthOf(state.rule, ours);
  if (strength === undefined) return { kind: 'hold', reasons: [unknownAlgorithm(state)] };

  const measured = { standard, state, strength };
  const keeps = isKept(standard, strength);
  const lacking = standardReasons(measured);
  if (lacking.length === 0) return { kind: 'compliant', reasons: keeps ? [stronger(standard, state)] : [] };

  // Where the bucket keeps a stronger encryption, the standard's key is not touched, so its health does not matter.
  const problems = keeps ? [] : keyReasons(standard, key, state, { now });
  if (problems.length > 0) return { kind: 'hold', reasons: [...problems, ...lacking] };
  return { kind: 'repair', reasons: lacking, write: repairedEncryption(measured, ours.arn) };
}

/** A policy that gives the ARN itself needs no reading to compare by. */
function ourKey(standard: Standard, reading: KeyReading): KeyNames {
  if (standard.key === undefined) return {};
  if (reading.kind === 'found') return { named: standard.key, arn: reading.key.arn };
  return KEY_ARN.test(standard.key) ? { arn: standard.key } : { named: standard.key };
}

function unknownAlgorithm({ bucket, rule }: BucketState): Reason {
  const message = `Bucket ${bucket} has the algorithm ${rule.algorithm}, which is none of ${ALGORITHMS.join(', ')}: it is left alone, check it by hand.`;
  return { code: 'algorithm-unknown', message };
}

function stronger(standard: Standard, { bucket, rule }: BucketState): Reason {
  const more = rule.algorithm === standard.algorithm ? 'as strong as' : 'stronger than';
  const key = keyForm(rule.keyId).kind === 'aws-managed' ? 'the AWS managed key aws/s3' : `the key ${rule.keyId}`;
  const message = `Bucket ${bucket} has ${rule.algorithm} under ${key}, which is ${more} the standard ${standard.algorithm} and stays.`;
  return { code: 'stronger-than-standard', message };
}
