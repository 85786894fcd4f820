import type { BucketEncryption, OwnedBucket } from '../aws/bucket/bucket-encryption.ts';
import type { Ledger } from '../aws/ledger/ledger.ts';
import { changedNothing, failureOf } from '../aws/sdk/service-error.ts';
import { ResealError } from '../errors.ts';
import type { EncryptionRule } from '../policy/model.ts';
import { isWritten } from './repair.ts';

export interface RollbackDeps {
  encryption: BucketEncryption;
  ledger: Pick<Ledger, 'read' | 'beginRollback' | 'finishRollback' | 'dropRollback'>;
  now: () => Date;
}

export interface RollbackRequest extends OwnedBucket {
  /** ARN of whoever asks. */
  by: string;
}

/** What was put back in place of what. */
export interface RolledBack {
  replaced: EncryptionRule;
  restored: EncryptionRule;
  repairedAt: string;
}

/**
 * Puts back the encryption that the last repair replaced. The bucket is held first, so that the guardrail does not repair it again the
 * moment it sees the change. Throws ResealError not-rolled-back where there is nothing to put back, or somebody has changed the
 * bucket since; then nothing is changed and nothing held.
 */
export async function rollback({ by, ...owned }: RollbackRequest, deps: RollbackDeps): Promise<RolledBack> {
  const { bucket } = owned;
  const item = await deps.ledger.read(bucket);
  const last = item.repairs?.at(-1);
  if (last === undefined)
    throw refused(bucket, 'the ledger has no repair of it; is this the table of its account and Region?');
  const reading = await deps.encryption.read(owned);
  if (reading.kind !== 'read')
    throw refused(bucket, `its encryption cannot be read (${reading.kind}); use credentials that may`);
  if (!isWritten(reading.rule, last.wrote)) {
    const found = JSON.stringify(reading.rule);
    throw refused(
      bucket,
      `expected what the repair of ${last.at} wrote, ${JSON.stringify(last.wrote)}, found ${found}: somebody has changed it since`,
    );
  }
  const at = deps.now().toISOString();
  await deps.ledger.beginRollback(bucket, { at, by });
  try {
    await deps.encryption.write({ ...owned, rule: last.replaced });
  } catch (error) {
    // Where S3 has surely not taken it, nothing is held; else it may have, and the hold stays until somebody has looked.
    if (changedNothing(failureOf(error))) await deps.ledger.dropRollback(bucket);
    throw error;
  }
  await deps.ledger.finishRollback(bucket, { at, by, replaced: last.wrote, restored: last.replaced });
  return { replaced: last.wrote, restored: last.replaced, repairedAt: last.at };
}

function refused(bucket: string, why: string): ResealError {
  return new ResealError('not-rolled-back', `bucket ${bucket} was not rolled back: ${why}`, { bucket });
}
