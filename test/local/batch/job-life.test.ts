import assert from 'node:assert/strict';
import { describe as suite, test } from 'node:test';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { ListJobsCommand, UpdateJobPriorityCommand, UpdateJobStatusCommand } from '@aws-sdk/client-s3-control';
import { expectSdkError } from '../s3/expect-sdk-error.ts';
import { allow } from '../s3/open-s3.ts';
import { ACCOUNT, describe, openBatch, type OpenedBatch, runJob, statusesOf, updateJob } from './open-batch.ts';

function update(opened: OpenedBatch, JobId: string | undefined, RequestedJobStatus: 'Ready' | 'Cancelled') {
  return opened.s3Control.send(new UpdateJobStatusCommand({ AccountId: ACCOUNT, JobId, RequestedJobStatus }));
}

async function createJobs(opened: OpenedBatch, count: number): Promise<string[]> {
  const as = { caller: opened.world.identity.administrator(ACCOUNT), region: 'eu-west-1' };
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const request = updateJob(opened.keyArn, { ClientRequestToken: `t${index}`, Priority: index });
    const created = await opened.world.invoke('s3control', 'CreateJob', request, as);
    ids.push(String(Reflect.get(Object(created), 'JobId')));
  }
  return ids;
}

suite('a job with ConfirmationRequired', () => {
  test('waits Suspended, counts as no work, and runs once it is Ready', async () => {
    await using opened = await openBatch();
    opened.store.seedObject({ bucket: 'data', key: 'a', body: '' });
    const job = await runJob(opened, updateJob(opened.keyArn, { ConfirmationRequired: true }));
    assert.deepEqual([job.Status, opened.world.activity.counts.job], ['Suspended', 0]);
    const { Status } = await update(opened, job.JobId, 'Ready');
    assert.equal(Status, 'Ready');
    await opened.world.activity.idle(10_000);
    assert.equal((await describe(opened, job.JobId)).Status, 'Complete');
    assert.deepEqual(new Set(opened.events.map(({ time }) => time)), new Set(['2026-11-22T10:00:00Z']));
    assert.deepEqual(statusesOf(opened), [
      'New',
      'Preparing',
      'Suspended',
      'Ready',
      'Active',
      'Completing',
      'Complete',
    ]);
  });

  test('can be cancelled and then nothing more', async () => {
    await using opened = await openBatch();
    opened.store.seedObject({ bucket: 'data', key: 'a', body: '' });
    const job = await runJob(opened, updateJob(opened.keyArn, { ConfirmationRequired: true }));
    await update(opened, job.JobId, 'Cancelled');
    assert.equal((await describe(opened, job.JobId)).Status, 'Cancelled');
    await expectSdkError(update(opened, job.JobId, 'Ready'), 400, 'JobStatusException');
    await expectSdkError(update(opened, job.JobId, 'Cancelled'), 400, 'JobStatusException');
    assert.deepEqual(statusesOf(opened).slice(-3), ['Suspended', 'Cancelling', 'Cancelled']);
  });
});

suite('cancelling a running job', () => {
  test('stops it between two tasks and reports what was done', async () => {
    await using opened = await openBatch();
    for (let index = 0; index < 5000; index += 1)
      opened.store.seedObject({ bucket: 'data', key: `k${index}`, body: '' });
    const [jobId] = await createJobs(opened, 1);
    await untilTasksRan(opened);
    await update(opened, jobId, 'Cancelled');
    await opened.world.activity.idle(10_000);
    const job = await describe(opened, jobId);
    const succeeded = job.ProgressSummary?.NumberOfTasksSucceeded ?? 0;
    assert.equal(job.Status, 'Cancelled');
    assert.ok(succeeded > 0 && succeeded < 5000, `${succeeded} tasks ran`);
    assert.ok(opened.store.find('reports')?.keys.get(`runs/job-${jobId}/manifest.json`));
  });
});

suite('seven jobs of one account', () => {
  test('run six at a time, the highest priority first', async () => {
    await using opened = await openBatch();
    opened.settings.pausesForPriority = false;
    for (let index = 0; index < 300; index += 1)
      opened.store.seedObject({ bucket: 'data', key: `k${index}`, body: '' });
    const ids = await createJobs(opened, 8);
    await opened.world.activity.idle(10_000);
    const order = opened.events.flatMap(({ detail }) => {
      const { jobId, status } = Object(detail['serviceEventDetails']);
      return [{ index: ids.indexOf(jobId), status: String(status) }];
    });
    let active = 0;
    let most = 0;
    for (const { status } of order) {
      if (status === 'Active') active += 1;
      if (['Complete', 'Failed'].includes(status)) active -= 1;
      most = Math.max(most, active);
    }
    const waited = order
      .filter(({ status }) => status === 'Active')
      .map(({ index }) => index)
      .slice(6);
    assert.deepEqual({ most, waited }, { most: 6, waited: [7, 6] });
  });
});

suite('UpdateJobPriority', () => {
  test('changes a job that has not ended', async () => {
    await using opened = await openBatch();
    opened.store.seedObject({ bucket: 'data', key: 'a', body: '' });
    const { JobId } = await runJob(opened, updateJob(opened.keyArn, { ConfirmationRequired: true }));
    const answer = await opened.s3Control.send(
      new UpdateJobPriorityCommand({ AccountId: ACCOUNT, JobId, Priority: 99 }),
    );
    assert.deepEqual([answer.Priority, (await describe(opened, JobId)).Priority], [99, 99]);
    await update(opened, JobId, 'Cancelled');
    const late = opened.s3Control.send(new UpdateJobPriorityCommand({ AccountId: ACCOUNT, JobId, Priority: 1 }));
    await expectSdkError(late, 400, 'BadRequestException');
  });
});

suite('ListJobs', () => {
  test('pages newest first and filters by status', async () => {
    await using opened = await openBatch();
    const ids = (await createJobs(opened, 3)).reverse();
    await opened.world.activity.idle(10_000);
    const first = await opened.s3Control.send(new ListJobsCommand({ AccountId: ACCOUNT, MaxResults: 2 }));
    const second = await opened.s3Control.send(new ListJobsCommand({ AccountId: ACCOUNT, NextToken: first.NextToken }));
    assert.deepEqual(
      [first, second].map(({ Jobs }) => Jobs?.map(({ JobId }) => JobId)),
      [ids.slice(0, 2), ids.slice(2)],
    );
    const complete = await opened.s3Control.send(
      new ListJobsCommand({ AccountId: ACCOUNT, JobStatuses: ['Complete'] }),
    );
    assert.deepEqual(complete.Jobs ?? [], []);
    const bad = opened.s3Control.send(new ListJobsCommand({ AccountId: ACCOUNT, NextToken: 'made-up' }));
    await expectSdkError(bad, 400, 'InvalidNextTokenException');
  });
});

suite('the role of a job', () => {
  const KMS = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptTo'];
  const S3 = ['s3:PutInventoryConfiguration', 's3:UpdateObjectEncryption', 's3:PutObject'];
  const lacking: readonly [missing: string, statement: object][] = [
    ...S3.slice(1, 2).map((missing): [string, object] => [
      missing,
      allow([...S3.filter((each) => each !== missing), ...KMS]),
    ]),
    ...KMS.map((missing): [string, object] => [missing, allow([...S3, ...KMS.filter((each) => each !== missing)])]),
  ];
  for (const [missing, statement] of lacking) {
    test(`without ${missing} fails each task with AccessDenied`, async () => {
      await using opened = await openBatch({ statements: [statement] });
      opened.store.seedObject({ bucket: 'data', key: 'a', body: '' });
      const job = await runJob(opened, updateJob(opened.keyArn));
      assert.deepEqual([job.Status, job.ProgressSummary?.NumberOfTasksFailed], ['Complete', 1]);
      const head = await opened.s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'a' }));
      assert.equal(head.ServerSideEncryption, 'AES256');
    });
  }

  test('that does not trust S3 Batch fails the job', async () => {
    await using opened = await openBatch({ trust: 'lambda.amazonaws.com' });
    opened.store.seedObject({ bucket: 'data', key: 'a', body: '' });
    const job = await runJob(opened, updateJob(opened.keyArn));
    assert.deepEqual([job.Status, job.FailureReasons?.[0]?.FailureCode], ['Failed', 'AccessDenied']);
  });
});

/** Waits, turn by turn, until the first task of the first job is done. */
async function untilTasksRan(opened: OpenedBatch): Promise<void> {
  while ((opened.jobs.all()[0]?.counts.succeeded ?? 0) === 0) await new Promise((resolve) => setImmediate(resolve));
}
