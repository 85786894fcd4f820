import type { EncryptionReading } from '../aws/bucket/bucket-encryption.ts';
import type { Known } from '../policy/decision.ts';
import type { Reason } from '../policy/model.ts';
import { gather, type Gathered, type ReadFacts } from './gather.ts';

/** Why a bucket whose encryption could not be read is unreadable, and what to do. */
export function unreadReason(
  bucket: string,
  { code, message, denied }: Extract<EncryptionReading, { kind: 'unreadable' }>,
): Reason {
  const hint = denied
    ? ': allow this role s3:GetEncryptionConfiguration in the bucket policy and in service control policies'
    : '';
  return {
    code: denied ? 'read-denied' : 'read-failed',
    message: `The encryption of bucket ${bucket} could not be read (${code}: ${message})${hint}.`,
  };
}

/**
 * An exception holds whatever the encryption is: the verdict on a bucket whose encryption is unread, where it is exempt. Once the policy
 * has no more questions of its own, the rest would rest on the encryption.
 */
export async function exemptUnread(known: Known, read: ReadFacts): Promise<Gathered | undefined> {
  const gathered = await gather(known, async (ask, facts) =>
    ask.rule === undefined ? await read(ask, facts) : undefined,
  );
  return gathered?.decided.verdict.kind === 'exempt' ? gathered : undefined;
}
