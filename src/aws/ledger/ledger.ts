import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Drift, LogSource } from '../../policy/facts.ts';
import type { EncryptionRule, Reason, VerdictKind } from '../../policy/model.ts';
import { createBucketMemory } from './bucket-memory.ts';
import { bucketKey } from './ledger-item.ts';
import { type Update, update } from './ledger-update.ts';

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
  sourceAddress?: string;
  userAgent?: string;
  /** The drift that this look answers, where an event told of one; kept until the next. */
  lastDrift?: Drift;
  /** From a complete sweep; kept until the next. */
  logSources?: LogSource[];
  /** While the bucket is held for flapping. */
  flappingSince?: string;
  /** What the repair that was judged and not made would have cost, in plain words. */
  price?: string;
  /** The encryption that was read; absent where it could not be. */
  found?: EncryptionRule;
  /** True where a repair was judged and, in observe mode, not made. */
  observed?: boolean;
  attempt?: number;
  /** An unreadable bucket is tried again at this time, or is parked until the next sweep. */
  nextTryAt?: string;
  /** Listed by name, and left to the next sweep. */
  parked?: boolean;
  /** When a parked bucket is tried again, in words. */
  nextTry?: string;
  /** PARKED while it is: the sparse index lists such buckets beside the open jobs. */
  open?: string;
  createdAt?: string;
}

/** Objects of a compliant bucket that may still be below: which of these in its item speak of such. */
export interface UndoneObjects {
  /** A drift that was recorded and that somebody else ended. */
  below: boolean;
  /** True for a bucket under a key: where access logs are known to come here, they fail, and the bucket is no more than right. */
  logTarget?: boolean;
  /** The standard for which the existing objects are to be planned. */
  notBackfilledFor?: string;
  /** ISO 8601 with milliseconds. When an event says that the bucket lost its encryption: no plan since then has looked that far back. */
  notCoveredSince?: string;
}

export type Ledger = ReturnType<typeof createLedger>;

/** What an assessment says only of itself: the next one takes it away unless it says something of its own. */
const PASSING = [
  'actor',
  'attempt',
  'createdAt',
  'flappingSince',
  'found',
  'nextTry',
  'nextTryAt',
  'observed',
  'open',
  'parked',
  'price',
  'sourceAddress',
  'userAgent',
] as const;

/** What is remembered of a bucket that exists: one that is made again under its name begins anew, and its repairs count for nothing. */
const OF_A_LIVING = [
  'backfilled',
  'belowSince',
  'claimOwner',
  'claimUntil',
  'compliantAt',
  'coveredFrom',
  'coveredTo',
  'exceptionTag',
  'jobs',
  'lastDrift',
  'leftovers',
  'logSources',
  'pending',
  'rolledBack',
  'rollingBack',
] as const;

/** The members of an earlier assessment that must not stay beside this one. */
export function passedBy(assessment: Assessment): string[] {
  // What could not be read says nothing against what was seen before: held for flapping stays held, and parked stays listed.
  const stays = assessment.verdict === 'unreadable' ? ['createdAt', 'flappingSince', 'open', 'parked'] : [];
  return [...PASSING.filter((name) => assessment[name] === undefined && !stays.includes(name)), 'goneAt'];
}

const NO_LOG_SOURCES = '(attribute_not_exists(#logSources) OR size(#logSources) = :zero)';

/** A look that took long says nothing against one that began after it. */
const NOT_OUTDATED = '(attribute_not_exists(#assessedAt) OR #assessedAt <= :assessedAt)';

/** What the ledger remembers of each bucket's last look. */
export function createLedger(client: DynamoDBClient, table: string) {
  return {
    ...createBucketMemory(client, table),

    /**
     * Records a compliant bucket in one call. False, with nothing written, where the item shows work that was never done: a
     * repair that crashed, or what `unless` names.
     */
    async recordCompliant(assessment: Assessment, unless: UndoneObjects): Promise<boolean> {
      const conditions = [
        NOT_OUTDATED,
        'attribute_not_exists(#pending)',
        ...(unless.below ? ['attribute_not_exists(#belowSince)'] : []),
        ...(unless.logTarget === true ? [NO_LOG_SOURCES] : []),
        ...(unless.notBackfilledFor === undefined ? [] : ['#backfilled = :backfillFor']),
        ...(unless.notCoveredSince === undefined ? [] : ['#coveredFrom <= :driftedAt AND #coveredTo >= :driftedAt']),
      ];
      const written = await update(client, {
        table,
        key: bucketKey(assessment.bucket),
        set: { ...assessment, compliantAt: assessment.assessedAt },
        remove: ['belowSince', ...passedBy(assessment)],
        condition: conditions.join(' AND '),
        conditionNames: [
          'pending',
          ...(unless.logTarget === true ? ['logSources'] : []),
          ...(unless.notBackfilledFor === undefined ? [] : ['backfilled']),
          ...(unless.notCoveredSince === undefined ? [] : ['coveredFrom', 'coveredTo']),
        ],
        conditionValues: {
          ':backfillFor': unless.notBackfilledFor,
          ':driftedAt': unless.notCoveredSince,
          ...(unless.logTarget === true ? { ':zero': 0 } : {}),
        },
      });
      return written !== undefined;
    },

    /** A bucket that is gone stays in the ledger with its repairs, and under no verdict. A bucket that never was there is not made. */
    async recordGone(assessment: Assessment): Promise<void> {
      await update(client, { table, ...closingOf(assessment) });
    },

    /**
     * Records any verdict that writes nothing to the bucket, unless a later look was recorded already. `below` keeps the earliest time the
     * bucket is known to be below.
     */
    async record(assessment: Assessment, below: string | undefined): Promise<void> {
      await update(client, {
        table,
        key: bucketKey(assessment.bucket),
        set: { ...assessment },
        setOnce: { belowSince: below },
        remove: passedBy(assessment),
        condition: NOT_OUTDATED,
      });
    },
  };
}

function closingOf(assessment: Assessment): Omit<Update, 'table'> {
  const { bucket, assessedAt } = assessment;
  const { lastDrift: _, logSources: __, ...told } = assessment;
  const passing = passedBy({ ...assessment, verdict: 'compliant' }).filter((name) => name !== 'goneAt');
  return {
    key: bucketKey(bucket),
    set: { ...told, verdict: 'gone', reasons: [], goneAt: assessedAt, acknowledgedAt: assessedAt },
    remove: [...passing, ...OF_A_LIVING],
    condition: 'attribute_exists(#pk)',
    conditionNames: ['pk'],
  };
}
