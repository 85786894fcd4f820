import { paginateScan } from '@aws-sdk/client-dynamodb';
import { paginateListJobs } from '@aws-sdk/client-s3-control';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { judgeResult } from '../judge-result.ts';
import { readDefault, readObjects } from '../read-bucket.ts';
import type { BucketResult } from '../result.ts';
import { ACCOUNTS, HUB_PLACE, PLACES, REGIONS } from './accounts.ts';
import { EVENTS } from './cast.ts';
import type { OrgResult } from './org-result.ts';
import { type OrgAct, type OrgPlayed, viewOf } from './played.ts';

/** Reads every bucket and object back. */
export async function readAll(played: OrgPlayed): Promise<void> {
  played.results = await Promise.all(played.acts.map((act) => readOne(act, played)));
}

async function readOne(act: OrgAct, played: OrgPlayed): Promise<BucketResult> {
  const { play, wanted, written, before: encryption } = act;
  const { s3 } = act.clients;
  const { bucket } = play;
  const ledger = await viewOf(played, play, HUB_PLACE);
  const isGone = play.kind === 'deleted';
  const after = isGone
    ? { encryption: 'none', objects: new Map() }
    : {
        encryption: await readDefault(s3, bucket, wanted),
        objects: await readObjects({ s3, bucket, written }, wanted),
      };
  return judgeResult({ play, ledger, before: { encryption, objects: written }, after, wanted, reencrypt: 'all' });
}

/** Every job of the ledger. The table is read whole, as nobody does who waits for an answer. */
export async function ledgerJobs({
  clients,
  hub,
}: OrgPlayed): Promise<{ jobId: string; account: string; isClosed: boolean }[]> {
  const jobs = [];
  const table = { TableName: hub.ledgerTable };
  for await (const { Items = [] } of paginateScan({ client: clients(HUB_PLACE).dynamoDb }, table)) {
    for (const { sk, account, jobId, closedAt } of Items.map((item) => unmarshall(item)))
      if (sk === 'JOB') jobs.push({ account, jobId, isClosed: closedAt !== undefined });
  }
  return jobs;
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
