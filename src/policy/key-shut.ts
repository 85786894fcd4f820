import type { Judging } from './decision.ts';
import { keyPolicyReasons, namedUsers } from './keys/key-policy-reasons.ts';
import type { KeyFacts, Reason } from './model.ts';
import { readerHolds } from './readers/reader-holds.ts';
import type { Safety } from './safety.ts';
import type { Writer } from './writers/writer.ts';
import { writerReasons } from './writers/writer-reasons.ts';

interface RightBucket extends Pick<Judging, 'known'> {
  key: KeyFacts;
  safety: Safety;
  writers: readonly Writer[];
}

/**
 * Whom the policy of the standard's key surely keeps out of a bucket that is under it already: the account, services or others that write. S3 asks
 * KMS for every object (S3 guide, Using SSE-KMS), so what they put is denied. What a condition leaves open is not told as a fact.
 */
export function keyShutNotices({ known, key, safety, writers }: RightBucket): Reason[] {
  const { jobRoles: _, ...about } = known;
  const given = { ...about, safety, key, bucketKey: known.state.rule.bucketKey === true };
  const algorithm = known.state.rule.algorithm === 'aws:kms:dsse' ? 'aws:kms:dsse' : 'aws:kms';
  const ofAccount = keyPolicyReasons(given);
  const isOpen = ofAccount.length === 0 || namedUsers(given, false).length > 0;
  const ofWriters = [...writerReasons({ ...given, writers, algorithm }), ...readerHolds(given, given)];
  return [...(isOpen ? [] : ofAccount), ...ofWriters]
    .filter(({ code }) => SURE.has(code))
    .map((reason): Reason => ({ ...reason, code: 'key-shut' }));
}

const SURE: ReadonlySet<string> = new Set(['key-policy-lacks-account', 'key-policy-denies', 'key-policy-lacks-writer']);
