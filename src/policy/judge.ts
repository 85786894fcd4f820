import type { Exception } from './document.ts';
import { isInForce } from './exceptions.ts';
import { KEY_ARN, keyForm } from './key-form.ts';
import { keyProblems } from './key-problems.ts';
import { ALGORITHMS, type BucketState, type KeyReading, type Reason, type Standard, type Verdict } from './model.ts';
import { repairedRule } from './repaired-rule.ts';
import { shortfalls } from './shortfalls.ts';
import { isKept, type OurKey, strengthOf } from './strength.ts';

export interface Case {
  standard: Standard;
  state: BucketState;
  /** What KMS says of the standard's key, asked from the bucket's account and Region. */
  key: KeyReading;
  /** The exception that names the bucket, in force or not. */
  exception?: Exception;
  now: Date;
}

/** Judges one bucket that could be read. Never `unreadable`: that is for whoever failed to read. */
export function judge(given: Case): Verdict {
  const { exception, now } = given;
  if (exception === undefined) return judgeRule(given);
  if (isInForce(exception, now)) return { kind: 'exempt', reasons: [exemption(exception)] };
  const verdict = judgeRule(given);
  return { ...verdict, reasons: [...verdict.reasons, expiry(exception)] };
}

function judgeRule({ standard, state, key }: Case): Verdict {
  const ours = ourKey(standard, key);
  const strength = strengthOf(state.rule, ours);
  if (strength === undefined) return { kind: 'hold', reasons: [unknownAlgorithm(state)] };

  const measured = { standard, state, strength };
  const keeps = isKept(standard, strength);
  const lacking = shortfalls(measured);
  if (lacking.length === 0) return { kind: 'compliant', reasons: keeps ? [stronger(standard, state)] : [] };

  // Where the bucket keeps a stronger encryption, the standard's key is not touched, so its health does not matter.
  const problems = keeps ? [] : keyProblems(standard, key, state);
  if (problems.length > 0) return { kind: 'hold', reasons: [...problems, ...lacking] };
  return { kind: 'repair', reasons: lacking, write: repairedRule(measured, ours.arn) };
}

/** A policy that gives the ARN itself needs no reading to compare by. */
function ourKey(standard: Standard, reading: KeyReading): OurKey {
  if (standard.key === undefined) return {};
  if (reading.kind === 'found') return { named: standard.key, arn: reading.key.arn };
  return KEY_ARN.test(standard.key) ? { arn: standard.key } : { named: standard.key };
}

function exemption({ bucket, until, owner, reason }: Exception): Reason {
  return { code: 'exception', message: `Bucket ${bucket} is exempt through ${until} (owner ${owner}): ${reason}` };
}

function expiry({ bucket, until, owner }: Exception): Reason {
  return {
    code: 'exception-expired',
    message: `The exception for bucket ${bucket} (owner ${owner}) ended on ${until}: renew it or take it out of the policy.`,
  };
}

function unknownAlgorithm({ bucket, rule }: BucketState): Reason {
  return {
    code: 'algorithm-unknown',
    message: `Bucket ${bucket} has the algorithm ${rule.algorithm}, which is none of ${ALGORITHMS.join(', ')}: it is left alone, look at it by hand.`,
  };
}

function stronger(standard: Standard, { bucket, rule }: BucketState): Reason {
  const more = rule.algorithm === standard.algorithm ? 'as strong as' : 'stronger than';
  const key = keyForm(rule.keyId).kind === 'aws-managed' ? 'the AWS managed key aws/s3' : `the key ${rule.keyId}`;
  return {
    code: 'stronger-than-standard',
    message: `Bucket ${bucket} has ${rule.algorithm} under ${key}, which is ${more} the standard ${standard.algorithm} and stays.`,
  };
}
