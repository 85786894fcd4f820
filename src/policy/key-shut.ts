import type { Judging } from './decision.ts';
import { keyPolicyReasons, namedUsers } from './keys/key-policy-reasons.ts';
import type { KeyFacts, Reason } from './model.ts';
import type { Safety } from './safety.ts';
import type { Writer } from './writers/writer.ts';
import { writerReasons } from './writers/writer-reasons.ts';

interface RightBucket extends Pick<Judging, 'known'> {
  key: KeyFacts;
  safety: Safety;
  writers: readonly Writer[];
}

/**
 * Whom the policy of the standard's key surely keeps out of a bucket that is under it already: the account, or services that write. S3 asks
 * KMS for every object (S3 guide, Using SSE-KMS), so what they put is denied. What a condition leaves open is not told as a fact.
 */
export function keyShutNotices({ known, key, safety, writers }: RightBucket): Reason[] {
  const { batchRoleArn: _, ...about } = known;
  const given = { ...about, safety, key, bucketKey: known.state.rule.bucketKey === true };
  const algorithm = known.state.rule.algorithm === 'aws:kms:dsse' ? 'aws:kms:dsse' : 'aws:kms';
  const ofAccount = keyPolicyReasons(given);
  const policy = { statements: safety.keyPolicy ?? [], keyArn: key.arn, partition: known.partition };
  const isOpen = ofAccount.length === 0 || namedUsers(policy, given, false).length > 0;
  return [...(isOpen ? [] : ofAccount), ...writerReasons({ ...given, writers, algorithm })]
    .filter(({ code }) => SURE.has(code))
    .map((reason): Reason => ({ ...reason, code: 'key-shut' }));
}

const SURE: ReadonlySet<string> = new Set(['key-policy-lacks-account', 'key-policy-denies', 'key-policy-lacks-writer']);
