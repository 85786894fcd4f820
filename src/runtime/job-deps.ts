import { createDescribeJob, type JobSnapshot } from '../aws/job/describe-job.ts';
import { readItem } from '../aws/ledger/plain-item.ts';
import { createJobReader } from '../aws/ledger/job-reader.ts';
import { createJobWishes } from '../aws/ledger/job-wishes.ts';
import { credentialsHint, toPerson, whyOf } from '../aws/sdk/service-error.ts';
import { type Place, placeText } from '../bucket-id.ts';
import { ResealError } from '../errors.ts';
import { describedKey, DESCRIBE_SECONDS } from '../ledger/job-item.ts';
import type { JobView } from '../ledger/job-view.ts';
import { createClients } from './clients.ts';
import { createHubClients } from './hub-clients.ts';
import { hubSweep, type OpenedHub } from './hub.ts';
import { assumed, READER } from './member-access.ts';

/** What S3 says of a job, or why this person cannot ask. */
export type JobLook =
  | { kind: 'described'; job: Pick<JobSnapshot, 'status' | 'total' | 'succeeded' | 'failed'> }
  | { kind: 'unknown' }
  /** `isSoon`: somebody has asked a moment ago, and S3 is not asked twice in 30 seconds. */
  | { kind: 'unread'; why: string; isSoon?: true };

export type JobDeps = ReturnType<typeof jobDeps>;

/** What a person reads of jobs, and asks of them, under the credentials of the shell; in other accounts under the role for readers. */
export function jobDeps({ hub, caller }: OpenedHub) {
  const clients = createHubClients(hub.region);
  const dynamoDb = clients.dynamoDb();
  const reader = createJobReader(dynamoDb, hub.table);
  const wish = createJobWishes(dynamoDb, hub.table);
  const described = new Map<string, Promise<ReturnType<typeof createDescribeJob>>>();
  const describeIn = (place: Place) => {
    const key = placeText(place);
    const known = described.get(key) ?? describer(place);
    described.set(key, known);
    return known;
  };
  const describer = async (place: Place) => {
    const { RolePath = '/', RolePrefix = '' } = Object.fromEntries(hub.parameters);
    const role = { ...place, hubRegion: hub.region, role: `${RolePath.slice(1)}${RolePrefix}${READER}` };
    const credentials = place.account === caller.account ? undefined : await assumed(role, caller);
    return createDescribeJob(createClients(place.region, credentials).s3Control());
  };
  return {
    caller,
    /** What has not ended. This and the next five throw ResealError unreadable. */
    running: () => told(() => Array.fromAsync(reader.running())),
    /** Every job of the ledger, one after the other. */
    each: (take: (job: JobView) => void | Promise<void>) =>
      told(async () => {
        for await (const job of reader.all()) await take(job);
      }),
    find: (id: string) => told(() => reader.find(id)),
    ownProgress: (token: string) => told(() => reader.ownProgress(token)),
    byToken: (token: string) => told(() => reader.byToken(token)),
    wish: (...asked: Parameters<typeof wish>) => told(() => wish(...asked)),

    /** DescribeJob. What this person may not read is a value: the ledger has the rest. */
    async describe({ jobId, account, region }: Place & { jobId: string }): Promise<JobLook> {
      try {
        const seconds = DESCRIBE_SECONDS - (Date.now() - (await describedMs(dynamoDb, hub.table, jobId))) / 1_000;
        if (seconds > 0)
          return { kind: 'unread', why: `S3 was asked a moment ago: again in ${Math.ceil(seconds)} s`, isSoon: true };
        const describe = await describeIn({ account, region });
        const job = await describe({ jobId, account });
        return job === undefined ? { kind: 'unknown' } : { kind: 'described', job };
      } catch (error) {
        const why = error instanceof ResealError ? error.message : whyOf(error);
        return { kind: 'unread', why: `${why}; ${credentialsHint(error) ?? 'allow these credentials s3:DescribeJob'}` };
      }
    },

    /** Has the function look at one job now, in place of its schedule; into its queue nobody may write. Throws ResealError function-failed. */
    async haveLookedAt(token: string): Promise<void> {
      await hubSweep(hub)({ job: token });
    },
  };
}

/** When the function track-job has described a job last, 0 where it never has. */
async function describedMs(
  ...[client, table, jobId]: [...Parameters<typeof createJobReader>, string]
): Promise<number> {
  const item = await readItem(client, table, describedKey(jobId));
  return Date.parse(String(item?.['describedAt'])) || 0;
}

const RIGHTS = 'what docs/permissions.md lists for operators of the hub';

const told = <T>(ask: () => Promise<T>) =>
  toPerson(ask, { failed: 'the hub did not answer about its jobs', rights: RIGHTS });
