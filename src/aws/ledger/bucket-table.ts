import { type DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type BucketId, bucketText, placeText } from '../../bucket-id.ts';
import { ResealError } from '../../errors.ts';
import { type BucketItem, bucketKey, ITEM_VERSION, type Pending, readBucketItem } from '../../ledger/bucket-item.ts';
import type { ItemChange } from '../../ledger/ending.ts';
import { type HeardEvent, heardEventKey, readHeardEvent } from '../../ledger/heard-event.ts';
import type { JobRequest } from '../../ledger/job-item.ts';
import { queueingOf } from './job-ledger.ts';
import { sameRev, tryUpdate, type Update, update, updateAll } from './ledger-update.ts';
import { readItem } from './plain-item.ts';

/** What must not be in the item of a compliant bucket, or must be, that nobody has read: else there is work to do. */
export interface Unless {
  /** Objects that are known to be below, or uploads in flight that may be. */
  below: boolean;
  /** True for a bucket under a key: where access logs are known to come here, they fail, and the bucket is no more than right. */
  logTarget: boolean;
  /** True for such a bucket whose ACL this look has not read: where it let an AWS service write before, it is to be read again. */
  aclWriters?: boolean;
  /** The standard for which the existing objects are to be planned. */
  notBackfilledFor?: string;
}

/**
 * Under what terms an item is written: by the owner of its claim; by somebody who has read it, where nobody has written since; or unread, where
 * it says nothing newer, nothing under a newer policy, and nothing is pending.
 */
export type Terms =
  | { kind: 'owner'; owner: string }
  | { kind: 'read'; rev: number | undefined }
  | {
      kind: 'unread';
      lookedAt: string;
      policyOrder: number;
      driftAt?: string | undefined;
      unless?: Unless;
      exists?: boolean;
      /** A time below begins: the rules of one that has begun already are kept by who has read them. */
      begins?: boolean;
      /** What is written rests on an item that was read: nobody has written it since. */
      read?: { rev?: number };
    };

export interface Claim {
  id: BucketId;
  owner: string;
  nowMs: number;
  untilMs: number;
  pending?: Pending;
  terms: Exclude<Terms, { kind: 'owner' }>;
  /** An owner whose lease was waited for: it is over, whatever the clocks say. */
  over?: string | undefined;
}

/** The item as it is now, written or not. */
export interface Written {
  written: boolean;
  item: BucketItem;
}

export type BucketTable = ReturnType<typeof createBucketTable>;

/** The buckets of the ledger: every write of a bucket's item goes through here, on terms that say what it may overwrite. */
export function createBucketTable(client: DynamoDBClient, table: string) {
  return {
    read: createBucketReader(client, table),

    /** Keeps what an event told, so that a later try knows it: the same event again says the same. Throws the SDK's error. */
    async keepEvent(id: BucketId, event: HeardEvent): Promise<void> {
      const set = { v: ITEM_VERSION, ...named(id), ...event };
      await update(client, { table, key: heardEventKey(id, event.causeId), set });
    },

    /** What an event told that was kept for this bucket; undefined where none was. */
    async eventOf(id: BucketId, causeId: string): Promise<HeardEvent | undefined> {
      const item = await readItem(client, table, heardEventKey(id, causeId));
      return item && readHeardEvent(item);
    },

    /** Takes the bucket until the lease ends. Not written where a living claim of another owner is there, or the terms do not hold. */
    async claim({ id, owner, nowMs, untilMs, pending, terms, over }: Claim): Promise<Written> {
      const { condition, values } = conditionOf(terms, true);
      return written(client, {
        table,
        key: bucketKey(id),
        set: { ...named(id), place: placeText(id), claimOwner: owner, claimUntil: untilMs },
        setOnce: { pending },
        count: 'rev',
        condition: `${IS_FREE} AND ${condition}`,
        conditionValues: { ...values, nowMs, over: over ?? owner },
      });
    },

    /**
     * Writes the end of a story, and queues its jobs in the same transaction: all of it, or nothing where the terms do not hold. Of what was
     * written, only the owner of a claim is told the item, and nobody where jobs were queued.
     */
    async settle(id: BucketId, change: ItemChange, terms: Terms, jobs: readonly JobRequest[] = []): Promise<Written> {
      const { condition, values } = conditionOf(terms, false);
      const bucket: Update = {
        table,
        key: bucketKey(id),
        ...change,
        count: 'rev',
        condition,
        conditionValues: values,
        // Only whoever gives a claim back goes on with what is there then.
        isBlind: terms.kind !== 'owner',
      };
      if (jobs.length === 0) return written(client, bucket);
      const refused = await updateAll(client, [bucket, ...jobs.map((job) => queueingOf(job, table))]);
      return refused.length === 0
        ? { written: true, item: {} }
        : { written: false, item: await createBucketReader(client, table)(id) };
    },
  };
}

/** What is remembered of a bucket; nothing of one that was never looked at. */
export function createBucketReader(client: DynamoDBClient, table: string) {
  return async function readBucket(id: BucketId): Promise<BucketItem> {
    try {
      return readBucketItem((await readItem(client, table, bucketKey(id))) ?? {});
    } catch (cause) {
      if (!(cause instanceof ResourceNotFoundException)) throw cause;
      const message = `there is no table ${table} in this account and Region; expected the output LedgerTableName of the hub's stack (--hub-region names another Region)`;
      throw new ResealError('ledger-failed', message, { cause, retryable: true, bucket: bucketText(id) });
    }
  };
}

/** Which bucket an item is about. */
function named({ bucket, account, region }: BucketId): BucketId {
  return { bucket, account, region };
}

const IS_FREE =
  '(attribute_not_exists(#claimUntil) OR #claimUntil < :nowMs OR #claimOwner = :claimOwner OR #claimOwner = :over)';

async function written(client: DynamoDBClient, change: Update): Promise<Written> {
  const result = await tryUpdate(client, change);
  return { written: result.written, item: readBucketItem(unmarshall(result.item ?? {})) };
}

interface Condition {
  condition: string;
  values: Record<string, unknown>;
}

/** `claims` is stricter: a claim rests on a look that began after all that the item speaks of. */
function conditionOf(terms: Terms, claims: boolean): Condition {
  if (terms.kind === 'owner') return { condition: '#claimOwner = :owner', values: { owner: terms.owner } };
  return terms.kind === 'read' ? unchanged(terms.rev, claims) : unread(terms, claims);
}

/** A claim whose answer was lost is asked for again by its owner, and has counted already. */
function unchanged(rev: number | undefined, claims: boolean): Condition {
  const same = sameRev(rev);
  return { condition: claims ? `(${same} OR #claimOwner = :claimOwner)` : same, values: { readRev: rev } };
}

function unread(
  { lookedAt, policyOrder, driftAt, unless, exists, begins, read }: Extract<Terms, { kind: 'unread' }>,
  claims: boolean,
): Condition {
  const conditions = [
    `(attribute_not_exists(#asOf) OR #asOf ${claims ? '<' : '<='} :lookedAt)`,
    '(attribute_not_exists(#policyOrder) OR #policyOrder <= :order)',
    // A claim may be without work: that of a rollback.
    ...(claims ? [] : ['attribute_not_exists(#pending)', 'attribute_not_exists(#claimOwner)']),
    ...(read === undefined ? [] : [sameRev(read.rev)]),
    ...(exists === true ? ['attribute_exists(#rev)'] : []),
    ...(claims || driftAt === undefined ? [] : ['(attribute_not_exists(#lastDrift) OR #lastDrift.#at <= :driftAt)']),
    ...(unless?.below === true || begins === true ? ['attribute_not_exists(#belowSince)'] : []),
    ...(unless?.below === true ? ['attribute_not_exists(#openUploads)', 'attribute_not_exists(#undone)'] : []),
    ...(unless?.logTarget === true ? ['(attribute_not_exists(#logSources) OR size(#logSources) = :none)'] : []),
    ...(unless?.aclWriters === true ? ['attribute_not_exists(#aclWriters)'] : []),
    ...(unless?.notBackfilledFor === undefined ? [] : ['#backfilled = :backfillFor']),
  ];
  const values = { lookedAt, order: policyOrder, driftAt, backfillFor: unless?.notBackfilledFor, readRev: read?.rev };
  return { condition: conditions.join(' AND '), values };
}
