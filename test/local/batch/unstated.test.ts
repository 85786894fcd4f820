import assert from 'node:assert/strict';
import { describe as suite, test } from 'node:test';
import { DescribeJobCommand, ListJobsCommand, UpdateJobStatusCommand } from '@aws-sdk/client-s3-control';
import { PutBucketVersioningCommand, PutObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { startLocal } from '../../../local/start-local.ts';
import { expectSdkError } from '../s3/expect-sdk-error.ts';
import { ACCOUNT, describe, NOW, openBatch, runJob, statusesOf, updateJob } from './open-batch.ts';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const DAY_MS = 24 * 60 * 60 * 1000;

suite('a suspended job', () => {
  test('fails when it is looked at after 30 days, and cannot be confirmed then', async () => {
    await using opened = await openBatch();
    opened.store.seedObject({ bucket: 'data', key: 'a', body: '' });
    const job = await runJob(opened, updateJob(opened.keyArn, { ConfirmationRequired: true }));
    opened.clock.now = new Date(NOW.getTime() + 30 * DAY_MS);
    assert.equal((await describe(opened, job.JobId)).Status, 'Suspended');
    opened.clock.now = new Date(NOW.getTime() + 30 * DAY_MS + 1000);
    const ready = { AccountId: ACCOUNT, JobId: job.JobId, RequestedJobStatus: 'Ready' as const };
    await expectSdkError(opened.s3Control.send(new UpdateJobStatusCommand(ready)), 400, 'JobStatusException');
    const { Status, FailureReasons } = await describe(opened, job.JobId);
    assert.deepEqual([Status, FailureReasons?.length], ['Failed', 1]);
    assert.deepEqual(statusesOf(opened).slice(-3), ['Suspended', 'Failing', 'Failed']);
  });

  test('fails when another job of the account moves, or the clock is said to have moved', async () => {
    await using opened = await openBatch();
    opened.store.seedObject({ bucket: 'data', key: 'a', body: '' });
    const { JobId } = await runJob(opened, updateJob(opened.keyArn, { ConfirmationRequired: true }));
    opened.clock.now = new Date(NOW.getTime() + 31 * DAY_MS);
    await runJob(opened, updateJob(opened.keyArn, { ClientRequestToken: 'another' }));
    const failed = await opened.s3Control.send(new ListJobsCommand({ AccountId: ACCOUNT, JobStatuses: ['Failed'] }));
    assert.deepEqual(
      failed.Jobs?.map((each) => each.JobId),
      [JobId],
    );
    const late = await runJob(
      opened,
      updateJob(opened.keyArn, { ClientRequestToken: 'c', ConfirmationRequired: true }),
    );
    opened.clock.now = new Date(NOW.getTime() + 62 * DAY_MS);
    opened.clockMoved();
    assert.equal(opened.jobs.all().find(({ id }) => id === late.JobId)?.status, 'Failed');
  });
});

suite('a task', () => {
  test('that is throttled or fails by a fault is a row of the report, and is tried again as often as it is said', async () => {
    await using opened = await openBatch();
    for (const key of ['a', 'b', 'c']) opened.store.seedObject({ bucket: 'data', key, body: '' });
    const throttled = { kind: 'throttle', service: 's3', operation: 'UpdateObjectEncryption', timesEach: 1 } as const;
    opened.faults.add({ kind: 'error', operation: 'UpdateObjectEncryption', key: 'a', code: 'KMS.DisabledException' });
    opened.faults.add({ ...throttled, key: 'b' });
    const first = await runJob(opened, updateJob(opened.keyArn));
    assert.equal(first.ProgressSummary?.NumberOfTasksFailed, 2);
    const rows = reportRows(opened.store, first.JobId);
    assert.deepEqual(rows, [
      ['data,c,,succeeded,200,'],
      ['data,a,,failed,400,KMS.DisabledException', 'data,b,,failed,503,SlowDown'],
    ]);
    opened.faults.clear();
    opened.faults.add({ ...throttled, timesEach: 2 });
    opened.settings.taskRetries = 2;
    const again = await runJob(opened, updateJob(opened.keyArn, { ClientRequestToken: 'again' }));
    assert.equal(again.ProgressSummary?.NumberOfTasksFailed, 0);
  });
});

suite('a completion report', () => {
  test('goes on in another file behind so many rows', async () => {
    await using opened = await openBatch();
    opened.settings.reportRowsPerFile = 2;
    for (const key of ['a', 'b', 'c']) opened.store.seedObject({ bucket: 'data', key, body: '' });
    const { JobId } = await runJob(opened, updateJob(opened.keyArn));
    assert.deepEqual(reportRows(opened.store, JobId), [
      ['data,a,,succeeded,200,', 'data,b,,succeeded,200,'],
      ['data,c,,succeeded,200,'],
    ]);
  });

  test('is lost in a bucket whose default is an event hold', async () => {
    await using opened = await openBatch();
    const Bucket = 'reports';
    const lock = {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', DefaultEventHold: { Days: 1 } } },
    } as const;
    await opened.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    await opened.s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: lock }));
    opened.store.seedObject({ bucket: 'data', key: 'a', body: '' });
    const { Status, FailureReasons } = await runJob(opened, updateJob(opened.keyArn));
    assert.deepEqual([Status, FailureReasons?.[0]?.FailureCode], ['Complete', 'ReportNotWritten']);
    assert.equal(opened.store.find(Bucket)?.keys.size, 0);
  });
});

test('the tasks of a job run in the order that a seed decides', async () => {
  const orderOf = async (seed: string): Promise<string[]> => {
    await using opened = await openBatch();
    opened.settings.orderSeed = seed;
    for (const key of KEYS) opened.store.seedObject({ bucket: 'data', key, body: '' });
    const { JobId } = await runJob(opened, updateJob(opened.keyArn));
    return (reportRows(opened.store, JobId)[0] ?? []).map((row) => row.split(',')[1] ?? '');
  };
  assert.deepEqual(await orderOf(''), KEYS);
  const first = await orderOf('1');
  assert.notDeepEqual(first, KEYS);
  assert.deepEqual([first.toSorted(), await orderOf('1')], [KEYS, first]);
});

test('a job that is described too often is throttled where the settings say so', async () => {
  await using opened = await openBatch();
  opened.store.seedObject({ bucket: 'data', key: 'a', body: '' });
  const { JobId } = await runJob(opened, updateJob(opened.keyArn));
  await describe(opened, JobId);
  opened.settings.describeSeconds = 30;
  const look = () => opened.s3Control.send(new DescribeJobCommand({ AccountId: ACCOUNT, JobId }));
  await expectSdkError(look(), 400, 'TooManyRequestsException');
  opened.clock.now = new Date(NOW.getTime() + 30_000);
  await look();
});

suite('a job that is not there', () => {
  for (const code of ['NoSuchJob', 'NoSuchJobException', 'NotFoundException']) {
    test(`is ${code} where a fault says so`, async () => {
      await using opened = await openBatch();
      if (code !== 'NotFoundException')
        opened.faults.add({ kind: 'error', operation: 'DescribeJob', code, status: 404 });
      await expectSdkError(
        opened.s3Control.send(new DescribeJobCommand({ AccountId: ACCOUNT, JobId: '00000000-none' })),
        404,
        code,
      );
    });
  }
});

test('what AWS does not document of jobs is chosen over HTTP, for jobs that run as well', async () => {
  await using aws = await startLocal();
  const post = (body: object) => fetch(`${aws.endpoint}/_local/batch`, { method: 'POST', body: JSON.stringify(body) });
  const changed = await post({ taskRetries: 3 });
  const all = {
    pausesForPriority: true,
    taskRetries: 3,
    reportRowsPerFile: 10_000,
    describeSeconds: 0,
    generatesVersions: false,
    orderSeed: '',
  };
  assert.deepEqual([await changed.json(), aws.batchSettings], [all, all]);
  assert.deepEqual(await (await fetch(`${aws.endpoint}/_local/batch`)).json(), all);
  const refused = await post({ retries: 3 });
  assert.deepEqual([refused.status, aws.batchSettings], [400, all]);
});

/** The rows of each file that the report's manifest names, without their last cell. */
function reportRows(store: Awaited<ReturnType<typeof openBatch>>['store'], jobId: string | undefined): string[][] {
  const read = (key: string): string => {
    const version = store.find('reports')?.keys.get(key)?.versions[0];
    if (version?.kind !== 'object') return '';
    assert.equal(version.sealed.protection.algorithm, 'AES256');
    return store.envelope.open(version.sealed).toString();
  };
  const { Results }: { Results: { Key: string }[] } = JSON.parse(read(`runs/job-${jobId}/manifest.json`));
  const files = Results.map(({ Key }) => read(Key).trim().split('\n'));
  return files.map((rows) => rows.map((row) => row.slice(0, row.lastIndexOf(','))));
}
