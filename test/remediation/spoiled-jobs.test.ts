import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { JobLedger } from '../../src/aws/ledger/job-ledger.ts';
import type { JobRequest } from '../../src/ledger/job-item.ts';
import type { CloseDeps, TrackDeps } from '../../src/remediation/deps.ts';
import { played } from './histories/ends.ts';
import { imaginedHistory } from './histories/imagined-history.ts';
import { storiesOver } from './histories/stories.ts';
import { nextId, type World } from './histories/world.ts';

/** Histories that cannot fail prove nothing: each of these is a fault that they have to find. */
const SPOILED: Record<string, { found: RegExp; spoil: (deps: TrackDeps, world: World) => TrackDeps }> = {
  'a job is launched although no slot is left': {
    found: /jobs at once, \d allowed/,
    spoil: (deps) => withLedger(deps, { claim: (job, how) => deps.jobLedger.claim(job, how, 99) }),
  },
  'every try of a launch asks S3 under a token of its own': {
    found: /the ledger does not know job/,
    spoil: (deps, world) => ({
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
    spoil: (deps) => withLedger(deps, { open: async () => true }),
  },
  'the slot of a job that has ended is kept': {
    found: /is left queued|is not given back/,
    spoil: (deps, world) =>
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
    spoil: (deps, world) =>
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
    spoil: (deps) => ({ ...deps, openJobs: async function* none() {} }),
  },
  'a copy names no storage class': {
    found: /was written, and/,
    spoil: (deps) => starting(deps, ({ storageClass, ...job }) => (storageClass === undefined ? job : { ...job })),
  },
  'a list that names old versions is copied': {
    found: /was made the current one/,
    spoil: (deps) => ({ ...deps, at: (place) => ({ ...deps.at(place), listsVersions: async () => false }) }),
  },
};

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
const RUNS = 400;

describe('the histories of jobs', () => {
  for (const [name, { found, spoil }] of Object.entries(SPOILED)) {
    test(`find that ${name}`, async () => {
      const property = fc.asyncProperty(imaginedHistory, async (history) => {
        const { broken } = await played(history, storiesOver(spoil));
        return !broken.some((each) => found.test(each));
      });
      const { failed } = await fc.check(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
      assert.ok(failed);
    });
  }
});
