import { paginateListJobs } from '@aws-sdk/client-s3-control';
import { type LedgerJob, readWholeLedger } from '../ledger-view.ts';
import { finishMember } from '../member-act.ts';
import type { BucketResult } from '../result.ts';
import { ACCOUNTS, HUB_PLACE, PLACES, REGIONS } from './accounts.ts';
import { EVENTS } from './cast.ts';
import type { OrgResult } from './org-result.ts';
import { type OrgPlayed, viewOf } from './played.ts';

/** Reads every bucket and object back. */
export async function readAll(played: OrgPlayed): Promise<void> {
  const { acts } = played;
  played.results = await Promise.all(
    acts.map(async (act) => finishMember(act, await viewOf(played, act.play, HUB_PLACE))),
  );
}

/** Every job of the ledger. */
export async function ledgerJobs({ clients, hub }: Pick<OrgPlayed, 'clients' | 'hub'>): Promise<LedgerJob[]> {
  return (await readWholeLedger(clients(HUB_PLACE).dynamoDb, hub.ledgerTable)).jobs;
}

/** A job as S3 Batch Operations shows it to the account in which it is. */
export interface AccountJob {
  account: string;
  jobId: string;
}

/** Every job of every account and Region. */
export async function accountJobs({ clients }: OrgPlayed): Promise<AccountJob[]> {
  const jobs = await Promise.all(
    PLACES.map(async (place) => {
      const found = [];
      const pages = paginateListJobs({ client: clients(place).s3Control }, { AccountId: place.account });
      for await (const { Jobs = [] } of pages) found.push(...Jobs);
      return found.map(({ JobId: jobId = '' }) => ({ account: place.account, jobId }));
    }),
  );
  return jobs.flat();
}

/** Adds everything up. */
export function orgResult(
  played: Pick<OrgPlayed, 'results' | 'acts' | 'seen' | 'left'>,
  jobs: readonly AccountJob[],
  closed: ReadonlySet<string>,
): Omit<OrgResult, 'seconds'> {
  const { results, acts, seen, left } = played;
  const sum = (of: readonly BucketResult[], pick: (objects: BucketResult['objects']) => number) =>
    of.reduce((total, { objects }) => total + pick(objects), 0);
  const having = (of: readonly BucketResult[], wanted: string) => of.filter(({ verdict }) => verdict === wanted).length;
  const accounts = [...ACCOUNTS].map(([account, is]) => {
    const its = results.filter((result) => result.account === account);
    return {
      account,
      is,
      buckets: its.length,
      repaired: having(its, 'repair'),
      held: having(its, 'hold'),
      gone: having(its, 'gone'),
      jobs: jobs.filter((job) => job.account === account).length,
      objectsReencrypted: sum(its, ({ reencrypted }) => reencrypted),
    };
  });
  const verdicts = new Map(results.map(({ bucket, verdict }) => [bucket, verdict]));
  const events = Object.entries(EVENTS).map(([kind, event]) => {
    const its = acts.map(({ play }) => play).filter((play) => play.kind === kind);
    return { event, sent: its.length, answered: its.filter((one) => verdicts.get(one.bucket) === one.expected).length };
  });
  return {
    accounts,
    regions: [...REGIONS],
    events,
    jobs: jobs.length,
    jobsClosed: jobs.filter(({ jobId }) => closed.has(jobId)).length,
    objectsRead: sum(results, ({ total }) => total),
    objectsReencrypted: sum(results, ({ reencrypted }) => reencrypted),
    objectsBelowStandard: sum(results, ({ below }) => below),
    seen,
    left: [...left],
    results,
  };
}
