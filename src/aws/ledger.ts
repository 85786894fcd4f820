import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { EncryptionRule, Reason, VerdictKind } from '../policy/model.ts';
import {
  type BucketItem,
  type Pending,
  type PolicyPin,
  type Repair,
  readBucketItem,
  readPinItem,
} from './ledger-item.ts';
import { update } from './ledger-update.ts';

/** What one assessment found; written on every look at a bucket. */
export interface Assessment {
  bucket: string;
  account: string;
  region: string;
  verdict: VerdictKind;
  reasons: Reason[];
  /** The name of the policy rule that applied. */
  rule: string;
  policySha256: string;
  /** ISO 8601. */
  assessedAt: string;
  causeId: string;
  cause: string;
  actor?: string;
  /** The encryption that was read; absent where it could not be. */
  found?: EncryptionRule;
  /** True where a repair was judged and, in observe mode, not made. */
  observed?: boolean;
  attempt?: number;
  /** An unreadable bucket is tried again at this time, or is parked until the next sweep. */
  nextTryAt?: string;
  parked?: boolean;
}

export interface Claim {
  bucket: string;
  owner: string;
  nowMs: number;
  untilMs: number;
  pending: Pending;
}

export type Ledger = ReturnType<typeof createLedger>;

/** How many repairs one bucket's item keeps: far below DynamoDB's 400 KB an item. */
export const KEPT_REPAIRS = 50;

/** The bucket items of the ledger table: single-item conditional writes only, and a lease that is compared by its own time. */
export function createLedger(client: DynamoDBClient, table: string) {
  const key = (bucket: string) => ({ pk: `BUCKET#${bucket}`, sk: 'STATE' });
  return {
    /**
     * Records a compliant bucket in one call. False where the item shows unfinished work (a repair that crashed, or objects
     * never planned for `backfillFor`), in which case nothing was written.
     */
    async recordCompliant(assessment: Assessment, backfillFor: string | undefined): Promise<boolean> {
      const written = await update(client, {
        table,
        key: key(assessment.bucket),
        set: { ...assessment, compliantAt: assessment.assessedAt },
        remove: ['belowSince', 'nextTryAt', 'parked', 'observed'].filter((name) => !(name in assessment)),
        condition: `attribute_not_exists(#pending)${backfillFor === undefined ? '' : ' AND #backfilled = :backfillFor'}`,
        conditionNames: ['pending', ...(backfillFor === undefined ? [] : ['backfilled'])],
        conditionValues: { ':backfillFor': backfillFor },
      });
      return written !== undefined;
    },

    /** Records any verdict that writes nothing to the bucket. `below` keeps the earliest time the bucket is known to be below. */
    async record(assessment: Assessment, below: string | undefined): Promise<void> {
      await update(client, {
        table,
        key: key(assessment.bucket),
        set: { ...assessment },
        setOnce: { belowSince: below },
        remove: ['nextTryAt', 'parked', 'observed'].filter((name) => !(name in assessment)),
      });
    },

    /** Takes the bucket for `owner` until the lease ends; `undefined` where a living claim of another owner is there. */
    async claim(claim: Claim): Promise<BucketItem | undefined> {
      const attributes = await update(client, {
        table,
        key: key(claim.bucket),
        set: { bucket: claim.bucket, claimOwner: claim.owner, claimUntil: claim.untilMs },
        setOnce: { pending: claim.pending },
        condition: 'attribute_not_exists(#claimUntil) OR #claimUntil < :nowMs OR #claimOwner = :claimOwner',
        conditionValues: { ':nowMs': claim.nowMs },
      });
      return attributes === undefined ? undefined : readBucketItem(attributes);
    },

    /** Ends the claim and records what was done. False where the claim was lost to another owner meanwhile. */
    async finish(owner: string, assessment: Assessment, done: Finished): Promise<boolean> {
      const written = await update(client, {
        table,
        key: key(assessment.bucket),
        set: { ...assessment, ...done },
        remove: ['pending', 'claimOwner', 'claimUntil', 'belowSince', 'nextTryAt', 'parked', 'observed'],
        condition: '#claimOwner = :owner',
        conditionValues: { ':owner': owner },
      });
      return written !== undefined;
    },

    /** Gives the bucket back unrepaired and records why. `undone: false` keeps the work pending: the write may have arrived. */
    async release(
      owner: string,
      assessment: Assessment,
      { undone, below }: { undone: boolean; below: string },
    ): Promise<void> {
      await update(client, {
        table,
        key: key(assessment.bucket),
        set: { ...assessment },
        setOnce: { belowSince: below },
        remove: ['claimOwner', 'claimUntil', ...(undone ? ['pending'] : [])],
        condition: '#claimOwner = :owner',
        conditionValues: { ':owner': owner },
      });
    },

    /** The pinned policy object, if one was published. */
    async policyPin(): Promise<PolicyPin | undefined> {
      const output = await client.send(
        new GetItemCommand({ TableName: table, Key: marshall({ pk: 'POLICY', sk: 'PIN' }), ConsistentRead: true }),
      );
      return readPinItem(output.Item);
    },
  };
}

/** What a finished claim leaves in the bucket's item. */
export interface Finished {
  compliantAt: string;
  backfilled?: string;
  repairs?: Repair[];
  jobs?: { token: string; jobId: string; objectClass: string; method: string }[];
  leftovers: Reason[];
}
