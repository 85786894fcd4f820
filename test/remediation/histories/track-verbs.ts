import type { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { createJobInput } from '../../../src/aws/job/start-job.ts';
import { createVersionsManifest } from '../../../src/aws/job/versions-manifest.ts';
import { ResealError } from '../../../src/errors.ts';
import { readBucketItem } from '../../../src/ledger/bucket-item.ts';
import type { Place } from '../../../src/bucket-id.ts';
import type { CloseDeps, TrackDeps } from '../../../src/remediation/deps.ts';
import { createJob, describeJob, updateJob } from './batch.ts';
import { etagOf } from './batch-tasks.ts';
import { isCurrent, type StoredObject, versionsIn } from './objects.ts';
import { imaginedReports, readObject } from './reports.ts';
import { imaginedJobLedger, queuedTokens } from './job-ledger.ts';
import { imaginedPieces } from './pieces.ts';
import { Injected, type Step } from './scheduler.ts';
import { ACCOUNT, nextId, REGION, sendPiece, type World } from './world.ts';
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
    queuedJobs: () => listed('queued', () => queuedTokens(world, { own: false })),
    ownJobs: () => listed('own', () => queuedTokens(world, { own: true })),
    pieces: imaginedPieces(world, step),
    sendPieces: async (_job, pieces) => {
      for await (const piece of pieces) await step('sendPieces', () => sendPiece(world, piece));
    },
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
}

function openTokens({ jobItems }: World) {
  return [...jobItems.values()]
    .filter((item) => item['jobId'] !== undefined && item['closedAt'] === undefined)
    .map(({ token, jobId }) => ({ token: String(token), jobId: String(jobId), account: ACCOUNT }));
}

type OverBatch = Omit<CloseDeps, keyof Place | 'jobLedger' | 'timeLeftMs' | 'now'>;

function overBatch(world: World, caller: Caller): OverBatch {
  const { step } = caller;
  const writeList = async (key: string, rows: AsyncGenerator<string>) => {
    const text = (await Array.fromAsync(rows)).join('');
    if (text === '') return undefined;
    await step('writeManifest', () => world.manifests.set(key, text));
    return { key, etag: etagOf(text) };
  };
  return {
    mayDescribe: (jobId, now, how) =>
      step('mayDescribe', () =>
        mayDescribe(world, { jobId, nowMs: now.getTime(), onlyAgain: how?.onlyAgain === true }),
      ),
    comeBack: (body, seconds) => step('comeBack', () => sendJobBody(world, caller, body, seconds)),
    jobVia: () => step('jobVia', () => ({ roleArn: 'arn:aws:iam::role/batch', reportsBucket: 'reports' })),
    startJob: async (job, via) => {
      try {
        return await step('startJob', () => createJob(world, createJobInput(job, via)));
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
    writeManifest: ({ key }, rows) => writeList(key, rows),
    versionsManifest: createVersionsManifest(
      listing(world, step),
      ({ key }, rows) => writeList(key, rows),
      () => String(nextId(world)),
    ),
    versioning: () => step('versioning', () => world.isVersioned),
    listsVersions: () => step('listsVersions', () => world.listsVersions),
    readObject: (_bucket, named) => step('readObject', () => readObject(world, named)),
  };
}

const PAGE = 3;

/** ListObjectVersions, a few at a time: by key, the newest version first. */
function listing(world: World, step: Step): S3Client {
  const send = ({ input }: ListObjectVersionsCommand) =>
    step('listObjectVersions', () => {
      if (!world.exists) throw new Injected('NoSuchBucket', 'there is no such bucket');
      const all = versionsIn(world)
        .toReversed()
        .toSorted((one, other) => one.key - other.key);
      const from = all.findIndex((each) => nameOf(each) === `${input.KeyMarker} ${input.VersionIdMarker}`) + 1;
      const page = all.slice(from, from + PAGE);
      const last = page.at(-1);
      const isTruncated = from + PAGE < all.length;
      const Versions = page
        .filter(({ isMarker }) => !isMarker)
        .map((each) => ({
          Key: String(each.key),
          VersionId: each.version,
          IsLatest: isCurrent(world, each),
          LastModified: new Date(each.writtenMs),
        }));
      const next = isTruncated && last && { NextKeyMarker: String(last.key), NextVersionIdMarker: last.version };
      return { Versions, IsTruncated: isTruncated, ...next };
    });
  return { send } as unknown as S3Client;
}

function nameOf({ key, version }: StoredObject): string {
  return `${key} ${version}`;
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
