import assert from 'node:assert/strict';
import { describe as suite, test } from 'node:test';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { openBatch, ROLE_ARN, runJob, statusesOf, updateJob, ACCOUNT, NOW } from './open-batch.ts';

suite('a job of S3UpdateObjectEncryption', () => {
  test('puts every object under the key without moving a byte', async () => {
    await using opened = await openBatch();
    const long = new Date('2020-02-29T01:02:03Z');
    const keys = ['a b', 'plus+comma,', 'quote"\nline', '😀', 'x'.repeat(1024)];
    for (const key of keys)
      opened.store.seedObject({ bucket: 'data', key, body: `body of ${key}`, lastModified: long });
    const before = keys.map((key) => opened.store.find('data')?.keys.get(key)?.versions[0]);
    const ciphertexts = before.map((version) => (version?.kind === 'object' ? version.sealed.chunks : undefined));

    const job = await runJob(opened, updateJob(opened.keyArn));

    assert.deepEqual(
      { status: job.Status, progress: job.ProgressSummary },
      {
        status: 'Complete',
        progress: {
          TotalNumberOfTasks: 5,
          NumberOfTasksSucceeded: 5,
          NumberOfTasksFailed: 0,
          Timers: { ElapsedTimeInActiveSeconds: 0 },
        },
      },
    );
    for (const [index, key] of keys.entries()) {
      const answer = await opened.s3.send(new GetObjectCommand({ Bucket: 'data', Key: key }));
      const after = opened.store.find('data')?.keys.get(key)?.versions[0];
      assert.equal(await answer.Body?.transformToString(), `body of ${key}`);
      assert.deepEqual(
        [answer.ServerSideEncryption, answer.SSEKMSKeyId, answer.BucketKeyEnabled, answer.LastModified],
        ['aws:kms', opened.keyArn, true, long],
      );
      assert.deepEqual(after?.kind === 'object' ? after.sealed.chunks : undefined, ciphertexts[index]);
    }
  });

  test('is described with all that it was created with', async () => {
    await using opened = await openBatch();
    opened.store.seedObject({ bucket: 'data', key: 'a', body: 'a' });
    const request = updateJob(opened.keyArn, { Description: 'reseal data' });
    const { JobId, JobArn, ...job } = await runJob(opened, request);
    assert.equal(JobArn, `arn:aws:s3:eu-west-1:${ACCOUNT}:job/${JobId}`);
    assert.deepEqual(job, {
      ConfirmationRequired: false,
      Description: 'reseal data',
      Status: 'Complete',
      Operation: request.Operation,
      Priority: 10,
      ProgressSummary: {
        TotalNumberOfTasks: 1,
        NumberOfTasksSucceeded: 1,
        NumberOfTasksFailed: 0,
        Timers: { ElapsedTimeInActiveSeconds: 0 },
      },
      FailureReasons: [],
      Report: request.Report,
      CreationTime: NOW,
      TerminationDate: NOW,
      RoleArn: ROLE_ARN,
      ManifestGenerator: request.ManifestGenerator,
    });
  });

  test('tells the bus each status', async () => {
    await using opened = await openBatch();
    opened.store.seedObject({ bucket: 'data', key: 'a', body: 'a' });
    const { JobId, JobArn } = await runJob(opened, updateJob(opened.keyArn));
    assert.deepEqual(statusesOf(opened), ['New', 'Preparing', 'Ready', 'Active', 'Completing', 'Complete']);
    const [created, ...changed] = opened.events;
    assert.equal(created?.detail['eventName'], 'JobCreated');
    assert.deepEqual([...new Set(changed.map(({ detail }) => detail['eventName']))], ['JobStatusChanged']);
    const last = opened.events.at(-1);
    const { eventID: _, serviceEventDetails, ...detail } = last?.detail ?? {};
    const { jobEventId: __, ...details } = Object(serviceEventDetails);
    assert.deepEqual(
      { type: last?.['detail-type'], source: last?.source, account: last?.account, region: last?.region, details },
      {
        type: 'AWS Service Event via CloudTrail',
        source: 'aws.s3',
        account: ACCOUNT,
        region: 'eu-west-1',
        details: { jobId: JobId, jobArn: JobArn, status: 'Complete', failureCodes: [], statusChangeReason: [] },
      },
    );
    assert.equal(detail['eventSource'], 's3.amazonaws.com');
    assert.deepEqual(detail['userIdentity'], { accountId: ACCOUNT, invokedBy: 's3.amazonaws.com' });
  });

  test('counts failed tasks and is Complete all the same', async () => {
    await using opened = await openBatch();
    const protection = { algorithm: 'aws:kms:dsse', keyArn: opened.keyArn } as const;
    opened.store.seedObject({ bucket: 'data', key: 'plain', body: 'a', protection: { algorithm: 'none' } });
    opened.store.seedObject({ bucket: 'data', key: 'dsse', body: 'a', protection });
    opened.store.seedObject({ bucket: 'data', key: 'good', body: 'a' });
    const job = await runJob(
      opened,
      updateJob(opened.keyArn, {
        ManifestGenerator: {
          S3JobManifestGenerator: { SourceBucket: 'arn:aws:s3:::data', EnableManifestOutput: false },
        },
      }),
    );
    const { NumberOfTasksSucceeded: succeeded, NumberOfTasksFailed: failed } = job.ProgressSummary ?? {};
    assert.deepEqual({ status: job.Status, succeeded, failed }, { status: 'Complete', succeeded: 1, failed: 2 });
    const { ServerSideEncryption } = await opened.s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'plain' }));
    assert.equal(ServerSideEncryption, undefined);
  });

  test('fails where nothing matches, with the documented reason', async () => {
    await using opened = await openBatch();
    const job = await runJob(opened, updateJob(opened.keyArn));
    assert.deepEqual(
      { status: job.Status, reasons: job.FailureReasons, total: job.ProgressSummary?.TotalNumberOfTasks },
      {
        status: 'Failed',
        reasons: [
          {
            FailureCode: 'ManifestGenerationFailed',
            FailureReason: 'Manifest generation found no keys matching the filter criteria.',
          },
        ],
        total: 0,
      },
    );
    assert.deepEqual(statusesOf(opened), ['New', 'Preparing', 'Failing', 'Failed']);
    assert.deepEqual(opened.store.find('reports')?.keys.size, 0);
  });

  test('fails once more than half of at least 1,000 tasks failed', async () => {
    await using opened = await openBatch();
    for (let index = 0; index < 1200; index += 1) {
      const protection = { algorithm: index % 5 < 3 ? 'none' : 'AES256' } as const;
      opened.store.seedObject({ bucket: 'data', key: `k${String(index).padStart(4, '0')}`, body: '', protection });
    }
    const job = await runJob(
      opened,
      updateJob(opened.keyArn, {
        ManifestGenerator: {
          S3JobManifestGenerator: { SourceBucket: 'arn:aws:s3:::data', EnableManifestOutput: false },
        },
      }),
    );
    const { NumberOfTasksSucceeded: succeeded, NumberOfTasksFailed: failed } = job.ProgressSummary ?? {};
    assert.deepEqual({ status: job.Status, succeeded, failed }, { status: 'Failed', succeeded: 400, failed: 600 });
    assert.deepEqual(statusesOf(opened).slice(-2), ['Failing', 'Failed']);
  });
});
