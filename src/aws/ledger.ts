import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EncryptionRule, Reason, VerdictKind } from '../policy/model.ts';
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

export type Ledger = ReturnType<typeof createLedger>;

/** What an assessment says only of itself: the next one takes it away unless it says something of its own. */
const PASSING = ['actor', 'attempt', 'found', 'nextTryAt', 'observed', 'parked'] as const;

/** The members of an earlier assessment that must not stay beside this one. */
export function passedBy(assessment: Assessment): string[] {
  return PASSING.filter((name) => assessment[name] === undefined);
}

/** Where the ledger keeps one bucket. */
export function bucketKey(bucket: string): { pk: string; sk: string } {
  return { pk: `BUCKET#${bucket}`, sk: 'STATE' };
}

/** What the ledger remembers of each bucket's last look. */
export function createLedger(client: DynamoDBClient, table: string) {
  return {
    /**
     * Records a compliant bucket in one call. False where the item shows unfinished work (a repair that crashed, or objects
     * never planned for `backfillFor`), in which case nothing was written.
     */
    async recordCompliant(assessment: Assessment, backfillFor: string | undefined): Promise<boolean> {
      const written = await update(client, {
        table,
        key: bucketKey(assessment.bucket),
        set: { ...assessment, compliantAt: assessment.assessedAt },
        remove: ['belowSince', ...passedBy(assessment)],
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
        key: bucketKey(assessment.bucket),
        set: { ...assessment },
        setOnce: { belowSince: below },
        remove: passedBy(assessment),
      });
    },
  };
}
