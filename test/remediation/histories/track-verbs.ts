import { ResealError } from '../../../src/errors.ts';
import { readBucketItem } from '../../../src/ledger/bucket-item.ts';
import type { Place } from '../../../src/bucket-id.ts';
import type { CloseDeps, TrackDeps } from '../../../src/remediation/deps.ts';
import { createJob, describeJob, updateJob } from './batch.ts';
import { imaginedReports, readObject } from './reports.ts';
import { imaginedJobLedger, queuedTokens } from './job-ledger.ts';
import { ACCOUNT, REGION, type World } from './world.ts';
import { type Caller, QUIET, sendJobBody } from './verbs.ts';

/** The means of track-job over the imagined AWS. */
export function trackVerbs(world: World, caller: Caller): TrackDeps {
  const { step } = caller;
  const jobLedger = imaginedJobLedger(world, step);
  const now = () => new Date(world.nowMs + caller.skewMs);
  const timeLeftMs = () => caller.untilMs - world.nowMs;
  return {
    at: () => ({ account: ACCOUNT, region: REGION, jobLedger, now, timeLeftMs, ...overBatch(world, caller) }),
    jobLedger,
    readBucket: () => step('ledger.read', () => readBucketItem(structuredClone(world.item ?? {}))),
    openJobs: () => listed('open', () => openTokens(world)),
    queuedJobs: () => listedTokens(),
    mostActive: world.mostActive,
    mayLaunch: async () => true,
    jobQueueUrl: 'jobs',
    queues: {
      sendAll: async (_url, messages) => {
        for await (const { body } of messages) await step('queue', () => sendJobBody(world, caller, body));
      },
    },
    timeLeftMs,
    log: QUIET,
    now,
  };

  async function* listed<T>(name: string, list: () => T[]): AsyncGenerator<T> {
    yield* await step(`index.${name}`, list);
  }

  function listedTokens(): AsyncGenerator<string> {
    return listed('queued', () => queuedTokens(world));
  }
}

function openTokens({ jobItems }: World) {
  return [...jobItems.values()]
    .filter((item) => item['jobId'] !== undefined && item['closedAt'] === undefined)
    .map(({ token, jobId }) => ({ token: String(token), jobId: String(jobId), account: ACCOUNT }));
}

type OverBatch = Omit<CloseDeps, keyof Place | 'jobLedger' | 'timeLeftMs' | 'now'>;

function overBatch(world: World, caller: Caller): OverBatch {
  const { step } = caller;
  return {
    mayDescribe: (jobId, now, how) =>
      step('mayDescribe', () =>
        mayDescribe(world, { jobId, nowMs: now.getTime(), onlyAgain: how?.onlyAgain === true }),
      ),
    comeBack: (body, seconds) => step('comeBack', () => sendJobBody(world, caller, body, seconds)),
    jobVia: () => step('jobVia', () => ({ roleArn: 'arn:aws:iam::role/batch', reportsBucket: 'reports' })),
    startJob: async (job) => {
      try {
        return await step('startJob', () => createJob(world, job));
      } catch (cause) {
        const { name } = cause as Error;
        // What S3 refuses it has not taken; of everything else nobody knows.
        const retryable = name !== 'InvalidRequest';
        throw new ResealError('job-refused', `CreateJob failed: ${name}`, { retryable, cause });
      }
    },
    updateJob: ({ jobId }, asked) => step('updateJob', () => updateJob(world, jobId, asked)),
    describeJob: ({ jobId }) => step('describeJob', () => describeJob(world, jobId)),
    reports: imaginedReports(world, step),
    writeManifest: async ({ key }, rows) => {
      const lines = await Array.fromAsync(rows);
      if (lines.length === 0) return undefined;
      await step('writeManifest', () => world.manifests.set(key, lines.join('')));
      return { key, etag: String(lines.length) };
    },
    // No bucket of the histories is versioned.
    versionsManifest: () => step('versionsManifest', () => ({})),
    versioning: async () => false,
    listsVersions: async () => false,
    readObject: (_bucket, { key }) => step('readObject', () => readObject(world, Number(key))),
  };
}

const DESCRIBED_MS = 30_000;

/** A job is described once in 30 seconds, by clocks that may differ; with `onlyAgain` one that nobody has described is left alone. */
function mayDescribe(
  { described }: World,
  { jobId, nowMs, onlyAgain }: { jobId: string; nowMs: number; onlyAgain: boolean },
): 'yes' | 'just-now' | 'never' {
  const last = described.get(jobId);
  if (last === undefined && onlyAgain) return 'never';
  if (last !== undefined && last <= nowMs && last > nowMs - DESCRIBED_MS) return 'just-now';
  described.set(jobId, nowMs);
  return 'yes';
}
