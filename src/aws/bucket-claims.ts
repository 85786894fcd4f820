import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Reason } from '../policy/model.ts';
import { type Assessment, bucketKey, passedBy } from './ledger.ts';
import { type BucketItem, type Pending, type Repair, readBucketItem } from './ledger-item.ts';
import { update } from './ledger-update.ts';

export interface Claim {
  bucket: string;
  owner: string;
  nowMs: number;
  untilMs: number;
  pending: Pending;
  /** ISO 8601. When the bucket was read: a claim is refused where another invocation saw it compliant since. */
  lookedAt?: string;
}

/** What a finished claim leaves in the bucket's item. */
export interface Finished {
  compliantAt: string;
  backfilled?: string;
  /** ISO 8601 with milliseconds. How far back the plan looked. */
  coveredFrom?: string;
  /** Since when objects are below that could not be planned; absent where nothing was left over for lack of a plan. */
  belowSince?: string;
  repairs?: Repair[];
  jobs?: { token: string; jobId: string; objectClass: string; method: string }[];
  leftovers: Reason[];
}

export type BucketClaims = ReturnType<typeof createBucketClaims>;

/** Who works on a bucket: one conditional write each, and a lease that is compared by its own time. */
export function createBucketClaims(client: DynamoDBClient, table: string) {
  return {
    /**
     * Takes the bucket for `owner` until the lease ends; `undefined` where a living claim of another owner is there, or the look
     * is out of date.
     */
    async claim(claim: Claim): Promise<BucketItem | undefined> {
      const stillTrue =
        claim.lookedAt === undefined ? '' : ' AND (attribute_not_exists(#compliantAt) OR #compliantAt < :lookedAt)';
      const attributes = await update(client, {
        table,
        key: bucketKey(claim.bucket),
        set: { bucket: claim.bucket, claimOwner: claim.owner, claimUntil: claim.untilMs },
        setOnce: { pending: claim.pending },
        condition: `(attribute_not_exists(#claimUntil) OR #claimUntil < :nowMs OR #claimOwner = :claimOwner)${stillTrue}`,
        conditionNames: claim.lookedAt === undefined ? [] : ['compliantAt'],
        conditionValues: { ':nowMs': claim.nowMs, ':lookedAt': claim.lookedAt },
      });
      return attributes === undefined ? undefined : readBucketItem(attributes);
    },

    /** Ends the claim and records what was done. False where the claim was lost to another owner meanwhile. */
    async finish(owner: string, assessment: Assessment, done: Finished): Promise<boolean> {
      const written = await update(client, {
        table,
        key: bucketKey(assessment.bucket),
        // A later compliant look says nothing of the drifts before it, so the plan's reach ends here.
        set: { ...assessment, ...done, coveredTo: done.coveredFrom === undefined ? undefined : done.compliantAt },
        remove: [
          ...(done.belowSince === undefined ? ['belowSince'] : []),
          'pending',
          'claimOwner',
          'claimUntil',
          ...passedBy(assessment),
        ],
        condition: '#claimOwner = :owner',
        conditionValues: { ':owner': owner },
      });
      return written !== undefined;
    },

    /** Gives the bucket back unrepaired and records why. `undone: false` keeps the work pending: the write may have arrived. */
    async release(
      owner: string,
      assessment: Assessment,
      { undone, below }: { undone: boolean; below: string | undefined },
    ): Promise<void> {
      await update(client, {
        table,
        key: bucketKey(assessment.bucket),
        set: { ...assessment },
        setOnce: { belowSince: below },
        remove: ['claimOwner', 'claimUntil', ...(undone ? ['pending'] : []), ...passedBy(assessment)],
        condition: '#claimOwner = :owner',
        conditionValues: { ':owner': owner },
      });
    },
  };
}
