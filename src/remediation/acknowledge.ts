import type { Ledger } from '../aws/ledger/ledger.ts';
import { ResealError } from '../errors.ts';

export interface AcknowledgeDeps {
  ledger: Pick<Ledger, 'read' | 'acknowledge'>;
  now: () => Date;
}

/** What no longer holds a bucket. */
export interface Acknowledged {
  rolledBack: boolean;
  flapping: boolean;
}

/**
 * Ends a hold that people or flapping brought about: from now on the bucket is judged as any other, and what was before no longer
 * counts as flapping. Throws ResealError not-held where the bucket has no such hold.
 */
export async function acknowledge(
  { bucket, by }: { bucket: string; by: string },
  deps: AcknowledgeDeps,
): Promise<Acknowledged> {
  const item = await deps.ledger.read(bucket);
  const held = {
    rolledBack: (item.rolledBack ?? item.rollingBack) !== undefined,
    flapping: item.flappingSince !== undefined,
  };
  if (!held.rolledBack && !held.flapping) {
    const verdict = item.verdict ?? 'no verdict yet';
    const message = `bucket ${bucket} is held neither by a rollback nor for flapping (the ledger says: ${verdict}), so there is nothing to acknowledge`;
    throw new ResealError('not-held', message, { bucket });
  }
  await deps.ledger.acknowledge(bucket, { at: deps.now().toISOString(), by });
  return held;
}
