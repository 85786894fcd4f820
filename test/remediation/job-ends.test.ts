import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobSnapshot } from '../../src/aws/job/describe-job.ts';
import { ResealError } from '../../src/errors.ts';
import type { TrackDeps } from '../../src/remediation/deps.ts';
import { trackJob } from '../../src/remediation/track-job.ts';

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

const ENDED = { ...PLACE, jobId: 'job-1', status: 'Complete', at: '2026-11-02T10:30:00Z' };

/** One open job as S3 describes it, and whether the ledger closes it now. */
function depsWith(job: Partial<JobSnapshot>, closes = true): TrackDeps {
  const here = {
    ...PLACE,
    jobRoleArns: ['the-role', 'the-copy-role'],
    isReportsBucket: (bucket: string) => bucket === 'reports',
    now: () => new Date('2026-11-02T11:00:00Z'),
    describeJob: async () => ({ ...JOB, ...job }),
    jobLedger: { close: async () => closes },
    reports: { readFailures: () => Promise.reject(new Error('no report is read')) },
  };
  const jobEvidence = { recorded: async () => OPENED, open: async () => OPENED, workIds: async () => [] };
  return { at: () => here, jobEvidence } as unknown as TrackDeps;
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
      [{ failed: 1 }, { reports: { readFailures: shut } }],
    ];
    for (const trigger of [{ token: TOKEN, jobId: 'job-1' }, ENDED]) {
      for (const [job, over] of ways) {
        const deps = depsWith(job);
        const here = { ...deps.at(PLACE), ...over };
        const outcome = await trackJob(trigger, { ...deps, at: () => here });
        assert.deepEqual(outcome, { kind: 'open', why: `${error.name}: ${error.message}` });
      }
    }
  }
  const other = { ...depsWith({}).at(PLACE), describeJob: () => Promise.reject(new Error('busy')) };
  await assert.rejects(trackJob({ token: TOKEN, jobId: 'job-1' }, { ...depsWith({}), at: () => other }), {
    message: 'busy',
  });
});

test('an open job is closed by whoever comes first, and only where S3 describes the one that was recorded', async () => {
  const stranger = 'job job-1 was not made by Reseal';
  const other = `${stranger}: its token is recorded for job job-1 of bucket data`;
  const rows: [job: Partial<JobSnapshot>, closes: boolean, kind: string, why?: string][] = [
    [{}, true, 'closed'],
    [{}, false, 'closed-before', 'job job-1 was closed before'],
    [{ status: 'Active' }, true, 'open', 'job job-1 is Active'],
    [
      { work: { bucket: 'data', token: 'c'.repeat(40), objectClass: 'SSE-S3', method: 'update-encryption' } },
      true,
      'ignored',
      other,
    ],
    [{ work: undefined }, true, 'ignored', stranger],
    [{ roleArn: 'the-role-of-before', report: { bucket: 'reports-of-before', prefix: 'p' } }, true, 'closed'],
    [{ jobId: 'job-2' }, true, 'ignored', other.replace('job-1', 'job-2')],
  ];
  for (const [job, closes, kind, why] of rows) {
    const outcome = await trackJob({ token: TOKEN, jobId: 'job-1' }, depsWith(job, closes));
    assert.deepEqual([outcome.kind, 'why' in outcome ? outcome.why : undefined], [kind, why]);
  }
});
