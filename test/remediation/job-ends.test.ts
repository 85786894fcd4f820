import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobSnapshot } from '../../src/aws/job/describe-job.ts';
import { ResealError } from '../../src/errors.ts';
import { A_VIA, aJob } from '../ledger/a-job.ts';
import type { TrackDeps } from '../../src/remediation/deps.ts';
import { trackJob } from '../../src/remediation/track-job.ts';

const TOKEN = 'b'.repeat(40);
const PLACE = { account: '111122223333', region: 'eu-west-1' };
const OPENED = {
  ...aJob({ ...PLACE, token: TOKEN }),
  jobId: 'job-1',
  status: 'open',
  via: A_VIA,
  launchedAt: '2026-11-02T10:00:00Z',
} as const;
const JOB: JobSnapshot = {
  jobId: 'job-1',
  status: 'Complete',
  work: { bucket: 'data', token: TOKEN, objectClass: 'SSE-S3', method: 'update-encryption' },
  total: 1,
  succeeded: 1,
  failed: 0,
  failures: [],
  report: { bucket: 'reports', prefix: 'reports/data/job-job-1' },
};

const ENDED = { ...PLACE, jobId: 'job-1', status: 'Complete', at: '2026-11-02T10:30:00Z' };

/** One open job as S3 describes it, and whether the ledger closes it now. */
function depsWith(job: Partial<JobSnapshot>, closes = true): TrackDeps {
  const jobLedger = {
    read: async () => ({ stands: 'open', job: OPENED }),
    close: async () => closes,
    slotsOf: async () => [],
  };
  const here = {
    ...PLACE,
    now: () => new Date('2026-11-02T11:00:00Z'),
    mayDescribe: async () => 'yes',
    describeJob: async () => ({ ...JOB, ...job }),
    jobLedger,
    reports: { open: async () => ({ bucket: 'reports', failed: [], succeeded: [] }) },
  };
  async function* none() {}
  const mayLaunch = async () => true;
  return {
    at: () => here,
    jobLedger,
    queuedJobs: none,
    ownJobs: none,
    mayLaunch,
    mostActive: 6,
    readBucket: async () => ({}),
  } as unknown as TrackDeps;
}

test('a job whose end S3 does not show yet is asked for again', async () => {
  await assert.rejects(trackJob(ENDED, depsWith({ status: 'Completing' })), {
    code: 'job-refused',
    retryable: true,
    jobId: 'job-1',
    message: 'job job-1 ended as Complete, and S3 still describes it as Completing',
  });
  assert.equal((await trackJob(ENDED, depsWith({}))).kind, 'closed');
  assert.equal((await trackJob(ENDED, depsWith({}, false))).kind, 'closed-before');
});

test('a job in an account that cannot be reached stays open, whoever told its end, and is asked for again with all others', async () => {
  const unreachable = new ResealError('account-unreachable', 'account 111122223333 cannot be reached', {
    retryable: true,
  });
  for (const error of [unreachable, Object.assign(new Error('no'), { name: 'InvalidToken' })]) {
    const shut = () => Promise.reject(error);
    const ways: [job: Partial<JobSnapshot>, over: object][] = [
      [{}, { describeJob: shut }],
      [{ failed: 1 }, { reports: { open: shut } }],
    ];
    for (const trigger of [{ token: TOKEN, jobId: 'job-1' }, ENDED]) {
      for (const [job, over] of ways) {
        const deps = depsWith(job);
        const here = { ...deps.at(PLACE), ...over };
        const outcome = await trackJob(trigger, { ...deps, at: () => here });
        const named = 'account' in trigger ? `account ${trigger.account}` : 'the account';
        const why = error === unreachable ? error.message : `${named} takes no session (InvalidToken: no)`;
        assert.deepEqual(outcome, { kind: 'open', why });
      }
    }
  }
  const other = { ...depsWith({}).at(PLACE), describeJob: () => Promise.reject(new Error('busy')) };
  await assert.rejects(trackJob({ token: TOKEN, jobId: 'job-1' }, { ...depsWith({}), at: () => other }), {
    message: 'busy',
  });
});

test('an open job is closed by whoever comes first, once it has ended', async () => {
  const rows: [job: Partial<JobSnapshot>, closes: boolean, kind: string, why?: string][] = [
    [{}, true, 'closed'],
    [{}, false, 'closed-before', 'job job-1 was closed before'],
    [{ status: 'Active' }, true, 'open', 'job job-1 is Active'],
    [{ work: undefined }, true, 'closed'],
    [
      { status: 'Frobnicating' },
      true,
      'unknown-state',
      'job job-1 of bucket data is in the state Frobnicating, which this version of Reseal does not know: it stays open, and is looked at again',
    ],
    [{ status: 'Frobnicated', endedAt: '2026-11-02T10:20:00Z' }, true, 'closed'],
  ];
  for (const [job, closes, kind, why] of rows) {
    const outcome = await trackJob({ token: TOKEN, jobId: 'job-1' }, depsWith(job, closes));
    assert.deepEqual([outcome.kind, 'why' in outcome ? outcome.why : undefined], [kind, why]);
  }
});

test('a job that ended in a state of an unknown name is closed as failed, and says so', async () => {
  const deps = depsWith({ status: 'Frobnicated', total: 3, endedAt: '2026-11-02T10:20:00Z' });
  const outcome = await trackJob({ token: TOKEN, jobId: 'job-1' }, deps);
  const job = 'job' in outcome ? outcome.job : assert.fail(outcome.kind);
  assert.partialDeepStrictEqual(job, {
    status: 'failed',
    again: 'next-sweep',
    untried: 2,
    why: 'it ended as Frobnicated, a state that Reseal does not know',
  });
});
