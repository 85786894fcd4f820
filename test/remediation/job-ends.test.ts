import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobSnapshot } from '../../src/aws/job/describe-job.ts';
import type { TrackDeps } from '../../src/remediation/deps.ts';
import { type ReconcileDeps, reconcileJobs, trackJob } from '../../src/remediation/track-job.ts';

const TOKEN = 'b'.repeat(40);
const PLACE = { account: '111122223333', region: 'eu-west-1' };
const OPENED = {
  ...PLACE,
  token: TOKEN,
  jobId: 'job-1',
  bucket: 'data',
  objectClass: 'SSE-S3',
  method: 'update-encryption',
  createdAt: '2026-11-02T10:00:00Z',
  causeId: 'e-1',
};
const JOB: JobSnapshot = {
  jobId: 'job-1',
  status: 'Complete',
  work: { bucket: 'data', token: TOKEN, objectClass: 'SSE-S3', method: 'update-encryption' },
  roleArn: 'the-role',
  total: 1,
  succeeded: 1,
  failed: 0,
  failures: [],
  report: { bucket: 'reports', prefix: 'reports/data/job-job-1' },
};

/** One open job as S3 describes it, and whether the ledger closes it now; `log` keeps what was warned of. */
function depsWith(job: Partial<JobSnapshot>, closes = true) {
  const log: unknown[] = [];
  const deps = {
    ...PLACE,
    batchRoleArn: 'the-role',
    reportsBucket: 'reports',
    now: () => new Date('2026-11-02T11:00:00Z'),
    describeJob: async () => ({ ...JOB, ...job }),
    jobLedger: { close: async () => closes },
    jobEvidence: { recorded: async () => OPENED, workIds: async () => [] },
    reports: { readFailures: () => Promise.reject(new Error('no report is read')) },
    log: { warn: (_: string, fields: object) => log.push(fields) },
    openJobs: async function* () {
      yield OPENED;
    },
  };
  return { log, deps: deps as unknown as TrackDeps & ReconcileDeps };
}

test('a job whose end S3 does not show yet is asked for again', async () => {
  const ended = { ...PLACE, jobId: 'job-1', status: 'Complete', at: '2026-11-02T10:30:00Z' };
  await assert.rejects(trackJob(ended, depsWith({ status: 'Completing' }).deps), {
    code: 'job-refused',
    retryable: true,
    jobId: 'job-1',
    message: 'job job-1 ended as Complete, and S3 still describes it as Completing',
  });
  assert.equal((await trackJob(ended, depsWith({}).deps)).kind, 'closed');
  assert.equal((await trackJob(ended, depsWith({}, false).deps)).kind, 'closed-before');
});

test('a sweep counts as closed what it closes and what somebody else has just closed', async () => {
  const rows: [job: Partial<JobSnapshot>, closes: boolean, closed: number, why?: string][] = [
    [{}, true, 1],
    [{}, false, 1],
    [{ status: 'Active' }, true, 0],
    [
      { work: { bucket: 'data', token: 'c'.repeat(40), objectClass: 'SSE-S3', method: 'update-encryption' } },
      true,
      0,
      'job job-1 was not made by Reseal: its token is recorded for job job-1 of bucket data',
    ],
    [{ work: undefined }, true, 0, 'job job-1 was not made by Reseal'],
    [{ roleArn: undefined }, true, 0, 'job job-1 was not made by Reseal: its role is not known'],
    [{ report: undefined }, true, 0, 'job job-1 was not made by Reseal: its report goes to no bucket'],
    [
      { jobId: 'job-2' },
      true,
      0,
      'job job-2 was not made by Reseal: its token is recorded for job job-1 of bucket data',
    ],
  ];
  for (const [job, closes, closed, why] of rows) {
    const { deps, log } = depsWith(job, closes);
    assert.deepEqual(await reconcileJobs(deps), { open: 1 - closed, closed });
    assert.deepEqual(log, why === undefined ? [] : [{ jobId: 'job-1', bucket: 'data', error: why }]);
  }
});
