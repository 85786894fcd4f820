import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { bucketKey, ITEM_VERSION } from '../../ledger/bucket-item.ts';
import { type ClosedJob, jobKey, type JobRequest, type JobVia, type OpenJob, slotsKey } from '../../ledger/job-item.ts';
import { type JobItem, readJobItem } from '../../ledger/read-job-item.ts';
import { queueOf } from '../../ledger/job-queues.ts';
import type { Reopening } from '../../ledger/reopened.ts';
import { type Update, update, updateAll } from './ledger-update.ts';
import { readItem } from './plain-item.ts';
import { reopeningOf } from './reopening.ts';

/** What is recorded with the end of a job, in one transaction. */
export interface AfterJob {
  /** The next attempt, to be queued. */
  next?: JobRequest | undefined;
  /** How the bucket's item changes where the work of a job that never ran is due again. */
  reopening?: Reopening | undefined;
  /** True where it is closed only while S3 surely does not have it. */
  isUnlaunched?: boolean;
}

/** Queues a job that nobody has queued before. Its place in the index `open` says how urgent it is, and of which account. */
export function queueingOf(job: JobRequest, table: string): Update {
  return {
    table,
    key: jobKey(job.token),
    set: { v: ITEM_VERSION, ...job, status: 'queued', open: queueOf(job) },
    condition: 'attribute_not_exists(#createdAt)',
  };
}

type OfJob = Pick<JobRequest, 'token' | 'account'>;

/** How updates of a job, of its slot and of several items at once are written. */
function createWrites(client: DynamoDBClient, table: string) {
  const slots = ({ account }: OfJob) => ({ table, key: slotsKey(account), set: {} });
  return {
    ofJob: ({ token }: OfJob, change: Partial<Update>): Update => ({ table, key: jobKey(token), set: {}, ...change }),
    taken: (job: OfJob): Update => ({ ...slots(job), join: { tokens: job.token } }),
    freed: (job: OfJob): Update => ({ ...slots(job), leave: { tokens: job.token } }),
    all: async (...changes: readonly Update[]) => (await updateAll(client, changes)).length === 0,
  };
}

/** Which jobs have a slot of their account: from before S3 is asked for one until it has ended or is suspended. */
function createJobSlots(client: DynamoDBClient, table: string) {
  const { ofJob, taken, freed, all } = createWrites(client, table);
  return {
    /** The tokens of the jobs of an account that have a slot. */
    async slotsOf(account: string): Promise<string[]> {
      const tokens: unknown = (await readItem(client, table, slotsKey(account)))?.['tokens'];
      return tokens instanceof Set ? [...tokens].map(String) : [];
    },

    /** Takes a slot for a queued job, keeps what else S3 is asked for it with, and queues what is left of its versions. `full` where the account has no slot left; `passed` where the job is not queued any more, or somebody has taken the slot since it was read. */
    async claim(
      job: OfJob & { via?: JobVia },
      { rest, ...kept }: { via: JobVia; manifest?: JobRequest['manifest']; rest?: JobRequest | undefined },
      most: number,
    ): Promise<'claimed' | 'full' | 'passed'> {
      const slot: Update = { ...taken(job), ...whereFree(job, most) };
      // Who lists at the same time has another list.
      const condition = job.via === undefined ? `${IS_QUEUED} AND attribute_not_exists(#via)` : IS_QUEUED;
      const claim = ofJob(job, { set: kept, condition, count: 'claims' });
      const refused = await updateAll(client, [slot, claim, ...(rest === undefined ? [] : [queueingOf(rest, table)])]);
      if (refused.length === 0) return 'claimed';
      return refused.includes(slot) && !refused.includes(claim) ? 'full' : 'passed';
    },

    /** Gives the slot of a queued job back that S3 surely does not have: nobody else has taken it up since it was read and claimed. */
    async unclaim(job: OfJob & { claims?: number }): Promise<void> {
      const condition = `${IS_QUEUED} AND #claims = :claims`;
      const conditionValues = { claims: (job.claims ?? 0) + 1 };
      await all(freed(job), ofJob(job, { remove: ['via'], condition, conditionValues }));
    },

    /** Gives back a slot whose job has ended, or is in no ledger. */
    async free(job: OfJob): Promise<void> {
      await update(client, freed(job));
    },

    /** S3 has taken the job. False where it is not queued any more. */
    async open(job: OfJob, jobId: string, launchedAt: string): Promise<boolean> {
      const set = { jobId, launchedAt, status: 'open', open: 'OPEN' };
      return (await update(client, ofJob(job, { set, remove: ['claims'], condition: IS_QUEUED }))) !== undefined;
    },

    /** People are asked before the job runs: others may run meanwhile. */
    async suspend(job: OfJob, suspendedAt: string): Promise<boolean> {
      return all(freed(job), ofJob(job, { set: { status: 'suspended', suspendedAt }, ...whereIts('open') }));
    },

    /** Somebody has confirmed it. Where it runs already it has a slot whatever the limit is; with `most` false where the account has none left. */
    async resume(job: OfJob, most?: number): Promise<boolean> {
      return all(
        most === undefined ? taken(job) : { ...taken(job), ...whereFree(job, most) },
        ofJob(job, {
          set: { status: 'open', open: 'OPEN' },
          remove: ['suspendedAt'],
          ...whereIts('suspended'),
        }),
      );
    },

    /** One that is confirmed and has no slot waits in the queue of its account. */
    async waitForSlot(job: JobRequest): Promise<void> {
      await update(client, ofJob(job, { set: { open: queueOf(job) }, ...whereIts('suspended') }));
    },
  };
}

function whereFree({ token }: OfJob, most: number) {
  return {
    condition: 'attribute_not_exists(#tokens) OR size(#tokens) < :most OR contains(#tokens, :token)',
    conditionValues: { most, token },
  };
}

export type JobLedger = ReturnType<typeof createJobLedger>;

/** The job items of the ledger table, and the slots of their accounts. Each throws the SDK's error, or ResealError ledger-failed. */
export function createJobLedger(client: DynamoDBClient, table: string) {
  const { ofJob, freed, all } = createWrites(client, table);
  return {
    ...createJobSlots(client, table),

    async read(token: string): Promise<JobItem | undefined> {
      const item = await readItem(client, table, jobKey(token));
      return item && readJobItem(item);
    },

    /** What somebody asked of the job by hand is done, or came to nothing. */
    async forgetWish(job: OfJob): Promise<void> {
      await update(client, ofJob(job, { remove: ['wish'], condition: 'attribute_exists(#createdAt)' }));
    },

    /** People need not be asked any more. Nothing where S3 may have been asked to ask them: the wish is kept until it does. */
    async confirm(job: OfJob): Promise<void> {
      const condition = `${IS_QUEUED} AND attribute_not_exists(#via)`;
      await update(client, ofJob(job, { remove: ['wish', 'needsConfirmation'], condition }));
    },

    /** Closes a job once, gives its slot back, and records what comes after it, for the next sweep too; false where it was closed before. */
    async close(job: ClosedJob, { next, reopening, isUnlaunched }: AfterJob = {}): Promise<boolean> {
      const condition = `attribute_not_exists(#closedAt)${isUnlaunched === true ? ' AND attribute_not_exists(#via)' : ''}`;
      const closed = ofJob(job, { set: { v: ITEM_VERSION, ...job }, remove: ['open', 'wish', 'claims'], condition });
      const isUndone = job.again === 'next-sweep';
      const ofBucket: Update = {
        ...(reopening === undefined
          ? { table, key: bucketKey(job), set: {} }
          : reopeningOf(job, reopening, { table, nowMs: Date.parse(job.closedAt) })),
        ...(isUndone ? { join: { undone: job.token } } : {}),
      };
      return all(
        closed,
        freed(job),
        ...(isUndone || reopening !== undefined ? [ofBucket] : []),
        ...(next === undefined ? [] : [queueingOf(next, table)]),
      );
    },

    /** Queues the next attempt of a job that was closed; false where somebody has done so. */
    async again(job: ClosedJob, next: JobRequest): Promise<boolean> {
      const { token: nextToken } = next;
      const set = { again: 'now', nextToken };
      const condition = 'attribute_exists(#closedAt) AND attribute_not_exists(#nextToken)';
      const closed = ofJob(job, { set, remove: ['wish'], condition });
      const left: Update = { table, key: bucketKey(job), set: {}, leave: { undone: job.token } };
      return all(closed, left, queueingOf(next, table));
    },
  };
}

/** The condition of a write on a job that waits: S3 has not taken it, and nobody has closed it. */
export const IS_QUEUED =
  'attribute_exists(#createdAt) AND attribute_not_exists(#closedAt) AND attribute_not_exists(#jobId)';

function whereIts(was: OpenJob['status']) {
  return { condition: 'attribute_not_exists(#closedAt) AND #status = :was', conditionValues: { was } };
}
