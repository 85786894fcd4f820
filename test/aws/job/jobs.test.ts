import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeJobCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import { mockClient } from 'aws-sdk-client-mock';
import { createDescribeJob } from '../../../src/aws/job/describe-job.ts';
import { describeWork, readWork } from '../../../src/aws/job/job-description.ts';
import { createJobReports } from '../../../src/aws/job/job-report.ts';
import { decodedKey } from '../../../src/ledger/manifest-row.ts';
import { createStartJob } from '../../../src/aws/job/start-job.ts';
import { allow, roleOf } from '../../local/s3/open-s3.ts';
import { aJob } from '../../ledger/a-job.ts';
import { type ApiAnswer, answering, PROXY_PAGE, s3ControlError, timeout } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

const TOKEN = '0123456789abcdef0123456789abcdef01234567';
const JOB_ID = '0a1b2c3d-0000-4000-8000-000000000000';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/batch`;
const VIA = { roleArn: ROLE, reportsBucket: 'reports' };
const UPDATE = aJob({ token: TOKEN });
const WORK = { bucket: 'data', token: TOKEN, objectClass: 'SSE-S3', method: 'update-encryption' };

const describeWith = (answer: ApiAnswer) =>
  createDescribeJob(new S3ControlClient(answering(answer)))({ jobId: JOB_ID, account: ACCOUNT });

test('a job that S3 was too busy to take may be asked for again, one that it refused may not', async () => {
  const answers: [ApiAnswer, boolean][] = [
    [s3ControlError(400, 'TooManyRequestsException'), true],
    [s3ControlError(503, 'SlowDown'), true],
    [s3ControlError(409, 'OperationAborted'), true],
    [s3ControlError(500, 'InternalServiceException'), true],
    [timeout(), true],
    [PROXY_PAGE, true],
    [s3ControlError(400, 'BadRequestException'), false],
    [s3ControlError(400, 'IdempotencyException'), false],
    [s3ControlError(403, 'AccessDenied'), false],
  ];
  for (const [answer, retryable] of answers) {
    const start = createStartJob(new S3ControlClient(answering(answer)));
    await assert.rejects(start(UPDATE, VIA), { code: 'job-refused', bucket: 'data', retryable });
  }
});

test('a job without a list and without a filter never reaches S3', async () => {
  const start = createStartJob(new S3ControlClient(answering()));
  await assert.rejects(start({ ...UPDATE, objectClass: 'any' }, VIA), {
    code: 'job-refused',
    retryable: false,
    message: /expected a list of its objects, found none/,
  });
});

test('a refused job says which job, on which bucket, and what S3 said', async () => {
  const start = createStartJob(new S3ControlClient(answering(s3ControlError(400, 'BadRequestException'))));
  await assert.rejects(start(UPDATE, VIA), {
    message:
      'S3 Batch Operations refused the update-encryption job for SSE-S3 objects of bucket data: BadRequestException: said S3 Control',
  });
});

test('a job is described in our words, with zero for what S3 does not say', async () => {
  const s3Control = new S3ControlClient({ region: REGION });
  const mock = mockClient(s3Control);
  mock
    .on(DescribeJobCommand)
    .resolvesOnce({
      Job: {
        JobId: JOB_ID,
        Status: 'Failed',
        Description: describeWork(WORK),
        RoleArn: ROLE,
        ProgressSummary: { TotalNumberOfTasks: 5, NumberOfTasksSucceeded: 3, NumberOfTasksFailed: 2 },
        FailureReasons: [{ FailureCode: 'ManifestError', FailureReason: 'It broke.' }, {}],
        Report: { Enabled: true, Bucket: 'arn:aws:s3:::reports', Prefix: 'reports/data' },
      },
    })
    .resolvesOnce({ Job: {} });
  const describe = createDescribeJob(s3Control);
  const told = [
    await describe({ jobId: JOB_ID, account: ACCOUNT }),
    await describe({ jobId: JOB_ID, account: ACCOUNT }),
  ];
  assert.deepEqual(told, [
    {
      jobId: JOB_ID,
      status: 'Failed',
      work: WORK,
      total: 5,
      succeeded: 3,
      failed: 2,
      failures: [
        { code: 'ManifestError', reason: 'It broke.' },
        { code: '', reason: '' },
      ],
      report: { bucket: 'reports', prefix: `reports/data/job-${JOB_ID}` },
    },
    {
      jobId: JOB_ID,
      status: 'unknown',
      work: undefined,
      total: 0,
      succeeded: 0,
      failed: 0,
      failures: [],
      report: undefined,
    },
  ]);
  assert.deepEqual(mock.calls()[0]?.args[0].input, { AccountId: ACCOUNT, JobId: JOB_ID });
});

test('only an answer that there is no such job means that there is none', async () => {
  assert.equal(await describeWith(s3ControlError(404, 'NoSuchJob')), undefined);
  for (const name of ['NotFoundException', 'NoSuchJobException', 'JobExpired']) {
    assert.equal(await describeWith(s3ControlError(404, name)), undefined);
  }
  assert.equal(await describeWith(s3ControlError(400, 'NoSuchJobException')), undefined);
  await assert.rejects(describeWith(PROXY_PAGE), { code: 'unreadable', retryable: true, jobId: JOB_ID });
  await assert.rejects(describeWith(timeout()), { name: 'TimeoutError' });
  await assert.rejects(describeWith(s3ControlError(403, 'AccessDenied')), { name: 'AccessDenied' });
});

test('the description of a job is read back, and no other text is taken for one', () => {
  assert.deepEqual(readWork(describeWork(WORK)), WORK);
  const words = describeWork(WORK).split(' ');
  const others = [
    undefined,
    '',
    'nightly copy of data to archive',
    `${describeWork(WORK)} and more`,
    words.with(0, 'other').join(' '),
    ...words.map((_, count) => words.slice(0, count).join(' ')),
  ];
  for (const each of others) assert.equal(readWork(each), undefined, each);
});

test('the embedded S3 Control makes one job of two equal requests, runs it, and its report is read', async () => {
  await using local = await openAws();
  const { s3, s3Control } = local.clients;
  for (const bucket of ['data', 'reports']) await local.bucket(bucket);
  // Without the key, so that every task fails and is reported.
  local.aws.world.identity.putRole(roleOf('batch', [allow('s3:*')], 'batchoperations.s3.amazonaws.com'));
  const key = local.aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
  for (const Key of ['plain', 'a b+c,"d"']) await s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body: Key }));

  const start = createStartJob(s3Control);
  const [first, second] = [
    await start({ ...UPDATE, keyArn: key.arn }, VIA),
    await start({ ...UPDATE, keyArn: key.arn }, VIA),
  ];
  assert.equal(first, second);
  assert.ok(await local.aws.world.activity.idle(5_000));

  const { endedAt, ...job } = (await createDescribeJob(s3Control)({ jobId: first, account: ACCOUNT })) ?? assert.fail();
  assert.equal(endedAt, local.aws.jobs.all()[0]?.terminatedAt?.toISOString());
  assert.deepEqual(job, {
    jobId: first,
    status: 'Complete',
    work: WORK,
    total: 2,
    succeeded: 0,
    failed: 2,
    failures: [],
    report: { bucket: 'reports', prefix: `reports/data/job-${first}` },
    list: `s3://reports/manifests/data/job-${first}/manifest.json`,
  });
  const reports = createJobReports(s3);
  const report = await reports.open(job.report ?? assert.fail('no report'));
  const tasks = (await Array.fromAsync(reports.failedTasks(report))).flat();
  assert.deepEqual(tasks.map(({ code, keyCell }) => `${code} ${decodedKey(keyCell)}`).toSorted(), [
    'AccessDenied a b+c,"d"',
    'AccessDenied plain',
  ]);
  assert.equal(await createDescribeJob(s3Control)({ jobId: JOB_ID, account: ACCOUNT }), undefined);
});
