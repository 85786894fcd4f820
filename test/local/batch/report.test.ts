import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import type { CreateJobRequest, JobDescriptor } from '@aws-sdk/client-s3-control';
import { generatorOf, NOW, openBatch, type OpenedBatch, runJob, updateJob } from './open-batch.ts';

const EVERYTHING = { ManifestGenerator: generatorOf({}) } satisfies Partial<CreateJobRequest>;

async function mixedJob(opened: OpenedBatch, overrides: Partial<CreateJobRequest> = {}): Promise<JobDescriptor> {
  opened.store.seedObject({ bucket: 'data', key: 'folder/a b,"c"', body: '' });
  opened.store.seedObject({ bucket: 'data', key: 'plain', body: '', protection: { algorithm: 'none' } });
  return runJob(opened, updateJob(opened.keyArn, { ...EVERYTHING, ...overrides }));
}

async function fetched(opened: OpenedBatch, key: string) {
  const { Body, ServerSideEncryption } = await opened.s3.send(new GetObjectCommand({ Bucket: 'reports', Key: key }));
  return { text: (await Body?.transformToString()) ?? '', encryption: ServerSideEncryption };
}

function reportKeys(opened: OpenedBatch): string[] {
  return [...(opened.store.find('reports')?.keys.from('') ?? [])].map(({ key }) => key);
}

describe('a completion report', () => {
  test('has S3 layout: a manifest and one CSV per task status, the HTTP status before the error code', async () => {
    await using opened = await openBatch();
    const { JobId } = await mixedJob(opened);
    const manifest = JSON.parse((await fetched(opened, `runs/job-${JobId}/manifest.json`)).text);
    const [succeeded, failed] = await Promise.all(
      manifest.Results.map(({ Key }: { Key: string }) => fetched(opened, Key)),
    );
    assert.equal(succeeded.text, 'data,folder/a%20b%2C%22c%22,,succeeded,200,,"Successful"\n');
    assert.match(failed.text, /^data,plain,,failed,400,InvalidRequest,"[^"]+"\n$/);
    assert.deepEqual(manifest, {
      Format: 'Report_CSV_20180820',
      ReportCreationDate: NOW.toISOString(),
      Results: [succeeded, failed].map(({ text }, index) => ({
        TaskExecutionStatus: ['succeeded', 'failed'][index],
        Bucket: 'reports',
        MD5Checksum: createHash('md5').update(text).digest('hex'),
        Key: `runs/job-${JobId}/results/${createHash('sha1').update(text).digest('hex')}.csv`,
      })),
      ReportSchema: 'Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage',
    });
  });

  test('is SSE-S3 whatever the bucket defaults to', async () => {
    await using opened = await openBatch();
    const rule = {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: opened.keyArn },
    } as const;
    const configuration = { Rules: [rule] };
    await opened.s3.send(
      new PutBucketEncryptionCommand({ Bucket: 'reports', ServerSideEncryptionConfiguration: configuration }),
    );
    const { JobId } = await mixedJob(opened);
    assert.equal((await fetched(opened, `runs/job-${JobId}/manifest.json`)).encryption, 'AES256');
  });

  test('of FailedTasksOnly has no row for what succeeded', async () => {
    await using opened = await openBatch();
    const report = { ...updateJob(opened.keyArn).Report, Enabled: true, ReportScope: 'FailedTasksOnly' as const };
    const { JobId } = await mixedJob(opened, { Report: report });
    const { Results } = JSON.parse((await fetched(opened, `runs/job-${JobId}/manifest.json`)).text);
    assert.deepEqual(
      Results.map(({ TaskExecutionStatus }: { TaskExecutionStatus: string }) => TaskExecutionStatus),
      ['failed'],
    );
  });

  test('without a prefix begins at the top, and a job without a report writes nothing', async () => {
    await using opened = await openBatch();
    const { Prefix: _, ...report } = updateJob(opened.keyArn).Report ?? { Enabled: true };
    await mixedJob(opened, { Report: { Enabled: false } });
    assert.deepEqual(reportKeys(opened), []);
    const { JobId } = await mixedJob(opened, { Report: { ...report, Enabled: true }, ClientRequestToken: 'second' });
    assert.equal(reportKeys(opened).at(0), `job-${JobId}/manifest.json`);
  });

  test('that the role may not write fails the job, though its tasks are done', async () => {
    await using opened = await openBatch();
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::reports/*' }],
    };
    await opened.s3.send(new PutBucketPolicyCommand({ Bucket: 'reports', Policy: JSON.stringify(policy) }));
    const job = await mixedJob(opened);
    assert.deepEqual(
      [
        job.Status,
        job.FailureReasons?.map(({ FailureCode }) => FailureCode),
        job.ProgressSummary?.NumberOfTasksSucceeded,
      ],
      ['Failed', ['ReportNotWritten'], 1],
    );
  });

  test('is lost in a bucket with default retention, and the job is Complete', async () => {
    await using opened = await openBatch();
    const config = { LocationConstraint: 'eu-west-1' } as const;
    await opened.s3.send(
      new CreateBucketCommand({ Bucket: 'worm', ObjectLockEnabledForBucket: true, CreateBucketConfiguration: config }),
    );
    const lock = { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } } as const;
    await opened.s3.send(new PutObjectLockConfigurationCommand({ Bucket: 'worm', ObjectLockConfiguration: lock }));
    const report = { ...updateJob(opened.keyArn).Report, Enabled: true, Bucket: 'arn:aws:s3:::worm' };
    const job = await mixedJob(opened, { Report: report });
    assert.deepEqual(
      [job.Status, job.FailureReasons?.map(({ FailureCode }) => FailureCode)],
      ['Complete', ['ReportNotWritten']],
    );
    assert.equal(opened.store.find('worm')?.keys.size, 0);
  });

  test('for a bucket of another owner than expected fails the job before any task', async () => {
    await using opened = await openBatch();
    const report = { ...updateJob(opened.keyArn).Report, Enabled: true, ExpectedBucketOwner: '222222222222' };
    const job = await mixedJob(opened, { Report: report });
    assert.deepEqual([job.Status, job.ProgressSummary?.TotalNumberOfTasks], ['Failed', 0]);
  });
});
