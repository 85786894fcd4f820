import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Reason } from '../../policy/model.ts';
import { type Assessment, passedBy } from './ledger.ts';
import { type BucketItem, bucketKey, type Pending, type Repair, readBucketItem } from './ledger-item.ts';
import { openingOf, type StartedJob } from './job-ledger.ts';
import { type Update, update, updateAll } from './ledger-update.ts';

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
  /** Recorded as open beside the bucket, in one transaction. */
  jobs?: StartedJob[];
  leftovers: Reason[];
}

export type BucketClaims = ReturnType<typeof createBucketClaims>;

const IS_FREE = '(attribute_not_exists(#claimUntil) OR #claimUntil < :nowMs OR #claimOwner = :claimOwner)';
const NOT_OUTDATED = [
  '(attribute_not_exists(#compliantAt) OR #compliantAt < :lookedAt)',
  '(attribute_not_exists(#assessedAt) OR #assessedAt <= :lookedAt)',
];

/** Who works on a bucket: one conditional write each, and a lease that is compared by its own time. */
export function createBucketClaims(client: DynamoDBClient, table: string) {
  return {
    /**
     * Takes the bucket for `owner` until the lease ends; `undefined` where a living claim of another owner is there, or the look
     * is out of date.
     */
    async claim(claim: Claim): Promise<BucketItem | undefined> {
      const attributes = await update(client, {
        table,
        key: bucketKey(claim.bucket),
        set: { bucket: claim.bucket, claimOwner: claim.owner, claimUntil: claim.untilMs },
        setOnce: { pending: claim.pending },
        condition: [IS_FREE, ...(claim.lookedAt === undefined ? [] : NOT_OUTDATED)].join(' AND '),
        conditionNames: claim.lookedAt === undefined ? [] : ['compliantAt', 'assessedAt'],
        conditionValues: { ':nowMs': claim.nowMs, ':lookedAt': claim.lookedAt },
      });
      return attributes === undefined ? undefined : readBucketItem(attributes);
    },

    /** Ends the claim and records what was done. False where the claim was lost to another owner meanwhile. */
    async finish(owner: string, assessment: Assessment, done: Finished): Promise<boolean> {
      const bucket = finishOf(owner, assessment, done);
      const jobs = (done.jobs ?? []).map((job) => openingOf(job, table));
      if (jobs.length > 0 && (await updateAll(client, [{ table, ...bucket }, ...jobs]))) return true;
      // No job, or one of them has ended already, or the claim is lost: then each record stands for itself.
      for (const job of jobs) await update(client, job);
      return (await update(client, { table, ...bucket })) !== undefined;
    },

    /** Gives the bucket back as if nobody had looked. `undone: false` keeps what another invocation left. */
    async abandon(owner: string, bucket: string, { undone }: { undone: boolean }): Promise<void> {
      await update(client, {
        table,
        key: bucketKey(bucket),
        set: { bucket },
        remove: ['claimOwner', 'claimUntil', ...(undone ? ['pending'] : [])],
        condition: '#claimOwner = :owner',
        conditionNames: ['claimOwner'],
        conditionValues: { ':owner': owner },
      });
    },

    /** Gives the bucket back unrepaired and records why. `undone: false` keeps the work pending: the write may have arrived. */
    async release(owner: string, assessment: Assessment, terms: ReleaseTerms): Promise<void> {
      await update(client, { table, ...releaseOf(owner, assessment, terms) });
    },
  };
}

function finishOf(owner: string, assessment: Assessment, done: Finished): Omit<Update, 'table'> {
  const { jobs, ...rest } = done;
  return {
    key: bucketKey(assessment.bucket),
    set: {
      ...assessment,
      ...rest,
      jobs: jobs?.map(({ token, jobId, objectClass, method }) => ({ token, jobId, objectClass, method })),
      // A later compliant look says nothing of the drifts before it, so the plan's reach ends here.
      coveredTo: done.coveredFrom === undefined ? undefined : done.compliantAt,
    },
    remove: [
      ...(done.belowSince === undefined ? ['belowSince'] : []),
      ...(jobs === undefined ? ['jobs'] : []),
      'pending',
      'claimOwner',
      'claimUntil',
      ...passedBy(assessment),
    ],
    condition: '#claimOwner = :owner',
    conditionValues: { ':owner': owner },
  };
}

interface ReleaseTerms {
  /** False keeps the work pending: the write may have arrived. */
  undone: boolean;
  /** Since when the bucket is known to be below. */
  below: string | undefined;
  /** True where the bucket was found to have what it must. */
  compliant?: boolean;
}

function releaseOf(
  owner: string,
  assessment: Assessment,
  { undone, below, compliant = false }: ReleaseTerms,
): Omit<Update, 'table'> {
  return {
    key: bucketKey(assessment.bucket),
    set: { ...assessment, ...(compliant ? { compliantAt: assessment.assessedAt } : {}) },
    setOnce: { belowSince: below },
    remove: [
      ...(compliant ? ['belowSince'] : []),
      'claimOwner',
      'claimUntil',
      ...(undone ? ['pending'] : []),
      ...passedBy(assessment),
    ],
    condition: '#claimOwner = :owner',
    conditionValues: { ':owner': owner },
  };
}
