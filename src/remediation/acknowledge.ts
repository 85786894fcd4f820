import type { BucketTable } from '../aws/ledger/bucket-table.ts';
import type { BucketId } from '../bucket-id.ts';
import { ResealError } from '../errors.ts';

export interface AcknowledgeDeps {
  ledger: Pick<BucketTable, 'read' | 'settle'>;
  now: () => Date;
}

/** What no longer holds a bucket. */
export interface Acknowledged {
  rolledBack: boolean;
  flapping: boolean;
}

/** A look may be recorded between reading and writing; several in a row are unlikely. */
const MOST_TRIES = 5;

/**
 * Ends a hold that people or flapping brought about: from now on the bucket is judged as any other, and what was before no longer
 * counts as flapping. Throws ResealError not-held where the bucket has no such hold.
 */
export async function acknowledge(
  { by, ...id }: BucketId & { by: string },
  deps: AcknowledgeDeps,
): Promise<Acknowledged> {
  const { bucket } = id;
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const item = await deps.ledger.read(id);
    const held = {
      rolledBack: (item.rolledBack ?? item.rollingBack) !== undefined,
      flapping: item.flappingSince !== undefined,
    };
    if (!held.rolledBack && !held.flapping) {
      const verdict = item.verdict ?? 'no verdict yet';
      const message = `bucket ${bucket} is held neither by a rollback nor for flapping (the ledger says: ${verdict}), so there is nothing to acknowledge`;
      throw new ResealError('not-held', message, { bucket });
    }
    const set = { acknowledgedAt: deps.now().toISOString(), acknowledgedBy: by };
    const remove = ['rolledBack', 'rollingBack', 'flappingSince'];
    const { written } = await deps.ledger.settle(id, { set, remove }, { kind: 'read', rev: item.rev });
    if (written) return held;
  }
  throw new ResealError('ledger-failed', `bucket ${bucket} is being judged again and again; try once more`, {
    bucket,
    retryable: true,
  });
}
