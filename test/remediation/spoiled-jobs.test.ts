import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CopyObjectCommand, type CopyObjectCommandInput, type S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import type { JobLedger } from '../../src/aws/ledger/job-ledger.ts';
import type { JobRequest } from '../../src/ledger/job-item.ts';
import { present } from '../../src/present.ts';
import type { CloseDeps, TrackDeps } from '../../src/remediation/deps.ts';
import { played } from './histories/ends.ts';
import { imaginedHistory } from './histories/imagined-history.ts';
import { type Spoiling, storiesOver } from './histories/stories.ts';
import { nextId } from './histories/world.ts';

/** Histories that cannot fail prove nothing: each of these is a fault that they have to find. */
const SPOILED: Record<string, { found: RegExp } & Spoiling> = {
  'a job is launched although no slot is left': {
    found: /jobs at once, \d allowed/,
    track: (deps) => withLedger(deps, { claim: (job, how) => deps.jobLedger.claim(job, how, 99) }),
  },
  'every try of a launch asks S3 under a token of its own': {
    found: /the ledger does not know job/,
    track: (deps, world) => ({
      ...deps,
      at: (place) => {
        const here = deps.at(place);
        const renamed: CloseDeps['startJob'] = (job, via) =>
          here.startJob({ ...job, token: `${job.token}-${nextId(world)}` }, via);
        return { ...here, startJob: renamed };
      },
    }),
  },
  'a job that S3 has taken is not recorded': {
    found: /is left queued/,
    track: (deps) => withLedger(deps, { open: async () => true }),
  },
  'the slot of a job that has ended is kept': {
    found: /is left queued|is not given back/,
    track: (deps, world) =>
      withLedger(deps, {
        close: async (job, after) => {
          const isFirst = await deps.jobLedger.close(job, after);
          world.slots.add(job.token);
          return isFirst;
        },
      }),
  },
  'what a job has not done is forgotten with its end': {
    found: /is left under/,
    track: (deps, world) =>
      withLedger(deps, {
        close: async (job, after) => {
          const isFirst = await deps.jobLedger.close({ ...job, again: 'next-sweep' }, { ...after, next: undefined });
          world.item = { ...world.item, undone: new Set() };
          return isFirst;
        },
      }),
  },
  'nobody asks for jobs whose end no event told': {
    found: /is left open/,
    track: (deps) => ({ ...deps, openJobs: async function* none() {} }),
  },
  'a copy names no storage class': {
    found: /was written, and/,
    track: (deps) => starting(deps, ({ storageClass, ...job }) => (storageClass === undefined ? job : { ...job })),
  },
  'a list that names old versions is copied': {
    found: /was made the current one/,
    track: (deps) => ({ ...deps, at: (place) => ({ ...deps.at(place), listsVersions: async () => false }) }),
  },
  'a copy of our own has no condition': {
    found: /was written, and/,
    s3: (s3) => copying(s3, UNASKED),
  },
  'a copy of our own asks nothing of what it writes over': {
    found: /was written, and/,
    s3: (s3) => copying(s3, { IfMatch: undefined }),
  },
  'a copy of our own names no storage class': {
    found: /was written, and/,
    s3: (s3) => copying(s3, { StorageClass: undefined }),
  },
  'a copy of our own whose answer was lost is made once more': {
    found: /was written, and|of one plan/,
    s3: (s3) => copying(s3, {}, { again: true }),
  },
  'what our own function has done is not counted': {
    found: /objects, and wrote/,
    own: (deps) => ({
      ...deps,
      pieces: {
        ...deps.pieces,
        keep: (piece, holder, change, split) => deps.pieces.keep(piece, holder, { ...change, done: 0 }, split),
        end: (piece, holder, change) => deps.pieces.end(piece, holder, { ...change, done: 0 }),
      },
    }),
  },
  'what our own function has done is counted again after its range was kept': {
    found: /objects, and wrote/,
    own: (deps) => ({
      ...deps,
      pieces: {
        ...deps.pieces,
        end: (piece, holder, { done, succeeded = done, ...change }) =>
          deps.pieces.end(piece, holder, { ...change, ...present({ succeeded, done: succeeded }) }),
      },
    }),
  },
  'a job goes on although its bucket has another standard now': {
    found: /wrote for a standard/,
    own: (deps) => {
      let standardId = '';
      const read = async (token: string) => {
        const item = await deps.jobLedger.read(token);
        if (item?.stands === 'open') ({ standardId } = item.job);
        return item;
      };
      return { ...deps, jobLedger: { read }, readBucket: async () => ({ standardId }) };
    },
  },
  'what comes of a range is forgotten': {
    found: /is left under/,
    own: (deps) => ({ ...deps, pieces: { ...deps.pieces, add: async () => true } }),
  },
  'an object that failed is named nowhere': {
    found: /is left under/,
    own: (deps) => ({ ...deps, pieces: { ...deps.pieces, name: async () => {} } }),
  },
  'a piece that was given back is asked for by nobody': {
    found: /is left open|has not ended/,
    own: (deps) => ({ ...deps, sendPieces: async () => {} }),
    track: (deps) => ({ ...deps, sendPieces: async (job) => deps.sendPieces(job, []) }),
  },
};

type Over = { [Name in keyof CopyObjectCommandInput]?: undefined };

const UNASKED: Over = { CopySourceIfMatch: undefined, IfMatch: undefined };

function copying(s3: S3Client, over: Over, { again = false } = {}): S3Client {
  const send = async (command: { input: object }) => {
    if (!(command instanceof CopyObjectCommand)) return s3.send(command as never);
    const copy = (changed: Over) => s3.send(new CopyObjectCommand({ ...command.input, ...changed } as never));
    return again ? copy(over).catch(() => copy(UNASKED)) : copy(over);
  };
  return { send } as unknown as S3Client;
}

function starting(deps: TrackDeps, changed: (job: JobRequest) => JobRequest): TrackDeps {
  return {
    ...deps,
    at: (place) => {
      const here = deps.at(place);
      return { ...here, startJob: (job, via) => here.startJob(changed(job), via) };
    },
  };
}

function withLedger(deps: TrackDeps, over: Partial<JobLedger>): TrackDeps {
  const jobLedger = { ...deps.jobLedger, ...over };
  return { ...deps, jobLedger, at: (place) => ({ ...deps.at(place), jobLedger }) };
}

const SEED = 20_261_130;
const RUNS = 1_000;

describe('the histories of jobs', () => {
  for (const [name, { found, ...spoiling }] of Object.entries(SPOILED)) {
    test(`find that ${name}`, async () => {
      const property = fc.asyncProperty(imaginedHistory, async (history) => {
        const { broken } = await played(history, storiesOver(spoiling));
        return !broken.some((each) => found.test(each));
      });
      const { failed } = await fc.check(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
      assert.ok(failed);
    });
  }
});
