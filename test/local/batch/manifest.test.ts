import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import {
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import type { CreateJobRequest, JobDescriptor, JobManifestFieldName } from '@aws-sdk/client-s3-control';
import { generatorOf, openBatch, type OpenedBatch, runJob, updateJob } from './open-batch.ts';

interface CsvJob {
  readonly csv: string;
  readonly fields?: JobManifestFieldName[];
  readonly etag?: string;
  readonly put?: Partial<PutObjectCommandInput>;
  readonly operation?: CreateJobRequest['Operation'];
}

async function runCsvJob(
  opened: OpenedBatch,
  { csv, fields = ['Bucket', 'Key'], etag, put = {}, operation }: CsvJob,
): Promise<JobDescriptor> {
  const { ETag } = await opened.s3.send(
    new PutObjectCommand({ Bucket: 'reports', Key: 'list.csv', Body: csv, ...put }),
  );
  const manifest: CreateJobRequest['Manifest'] = {
    Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: fields },
    Location: { ObjectArn: 'arn:aws:s3:::reports/list.csv', ETag: etag ?? ETag },
  };
  return runJob(
    opened,
    updateJob(opened.keyArn, {
      ManifestGenerator: undefined,
      Manifest: manifest,
      ...(operation === undefined ? {} : { Operation: operation }),
    }),
  );
}

async function algorithmOf(opened: OpenedBatch, Key: string, VersionId?: string): Promise<string | undefined> {
  const head = await opened.s3.send(new HeadObjectCommand({ Bucket: 'data', Key, VersionId }));
  return head.ServerSideEncryption;
}

describe('a CSV manifest', () => {
  test('names keys URL-encoded, in the declared columns', async () => {
    await using opened = await openBatch();
    for (const key of ['a b', 'c,d', 'left']) opened.store.seedObject({ bucket: 'data', key, body: '' });
    const job = await runCsvJob(opened, {
      csv: 'x,data,a%20b\r\n"y,z",data,c%2Cd\r\n',
      fields: ['Ignore', 'Bucket', 'Key'],
    });
    assert.deepEqual([job.Status, job.ProgressSummary?.NumberOfTasksSucceeded], ['Complete', 2]);
    const algorithms = await Promise.all(['a b', 'c,d', 'left'].map((key) => algorithmOf(opened, key)));
    assert.deepEqual(algorithms, ['aws:kms', 'aws:kms', 'AES256']);
  });

  test('with version ids acts on those versions, and an empty id fails its task only', async () => {
    await using opened = await openBatch();
    opened.store.seedObject({ bucket: 'data', key: 'a', body: '1' });
    const status = { Status: 'Enabled' } as const;
    await opened.s3.send(new PutBucketVersioningCommand({ Bucket: 'data', VersioningConfiguration: status }));
    const { VersionId } = await opened.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'a', Body: '2' }));
    const job = await runCsvJob(opened, { csv: 'data,a,null\ndata,a,\n', fields: ['Bucket', 'Key', 'VersionId'] });
    const { NumberOfTasksSucceeded: succeeded, NumberOfTasksFailed: failed } = job.ProgressSummary ?? {};
    assert.deepEqual({ status: job.Status, succeeded, failed }, { status: 'Complete', succeeded: 1, failed: 1 });
    assert.deepEqual(
      [await algorithmOf(opened, 'a', 'null'), await algorithmOf(opened, 'a', VersionId)],
      ['aws:kms', 'AES256'],
    );
  });

  const broken: readonly [name: string, job: CsvJob, reason: RegExp][] = [
    ['whose rows have other columns than declared', { csv: 'data,a\ndata,a,b\n' }, /row 2 .* 3 columns/],
    ['that is not the one of the ETag', { csv: 'data,a\n', etag: 'other' }, /ETag/],
    ['with a byte order mark', { csv: '\ufeffdata,a\n' }, /byte order mark/],
    ['whose key is not URL-encoded', { csv: 'data,50%\n' }, /row 1 .* URL-encoded/],
    ['under SSE-KMS', { csv: 'data,a\n', put: { ServerSideEncryption: 'aws:kms' } }, /SSE-S3, found aws:kms/],
  ];
  for (const [name, csvJob, reason] of broken) {
    test(`${name} fails the job before any task`, async () => {
      await using opened = await openBatch();
      opened.store.seedObject({ bucket: 'data', key: 'a', body: '' });
      const job = await runCsvJob(opened, csvJob);
      assert.deepEqual([job.Status, job.ProgressSummary?.TotalNumberOfTasks], ['Failed', 0]);
      assert.match(job.FailureReasons?.[0]?.FailureReason ?? '', reason);
      assert.equal(await algorithmOf(opened, 'a'), 'AES256');
    });
  }
});

describe('the CSV manifest of a copy job', () => {
  test('that names two buckets fails the job', async () => {
    await using opened = await openBatch();
    const job = await runCsvJob(opened, {
      csv: 'data,a\nreports,b\n',
      operation: { S3PutObjectCopy: { TargetResource: 'arn:aws:s3:::data' } },
    });
    assert.deepEqual([job.Status, job.FailureReasons?.[0]?.FailureCode], ['Failed', 'InvalidManifest']);
  });
});

describe('a generated manifest', () => {
  test('lists the current objects only, not what hides behind delete markers', async () => {
    await using opened = await openBatch();
    const status = { Status: 'Enabled' } as const;
    await opened.s3.send(new PutBucketVersioningCommand({ Bucket: 'data', VersioningConfiguration: status }));
    for (const body of ['1', '2']) await opened.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'a', Body: body }));
    const job = await runJob(opened, updateJob(opened.keyArn));
    assert.equal(job.ProgressSummary?.TotalNumberOfTasks, 1);
    const versions = opened.store.find('data')?.keys.get('a')?.versions ?? [];
    assert.deepEqual(
      versions.map((version) => (version.kind === 'object' ? version.sealed.protection.algorithm : version.kind)),
      ['aws:kms', 'AES256'],
    );
  });

  test('is saved and described where the job asks for it', async () => {
    await using opened = await openBatch();
    for (const key of ['a b', 'c']) opened.store.seedObject({ bucket: 'data', key, body: '' });
    const location = {
      Bucket: 'arn:aws:s3:::reports',
      ManifestPrefix: 'lists',
      ManifestFormat: 'S3InventoryReport_CSV_20211130',
    } as const;
    const generator = generatorOf({}, { EnableManifestOutput: true, ManifestOutputLocation: location });
    const job = await runJob(opened, updateJob(opened.keyArn, { ManifestGenerator: generator }));
    const descriptor = job.GeneratedManifestDescriptor;
    const manifest = stored(opened, `lists/job-${job.JobId}/manifest.json`);
    assert.deepEqual(
      [descriptor?.Format, descriptor?.Location?.ObjectArn, descriptor?.Location?.ETag],
      ['S3InventoryReport_CSV_20211130', `arn:aws:s3:::reports/lists/job-${job.JobId}/manifest.json`, manifest.etag],
    );
    const { files } = JSON.parse(manifest.body.toString());
    assert.equal(gunzipSync(stored(opened, files[0].key).body).toString(), '"data","a%20b"\n"data","c"\n');
  });

  test('is refused for a bucket whose role lacks s3:PutInventoryConfiguration, or of another owner', async () => {
    await using denied = await openBatch({
      statements: [{ Effect: 'Allow', Action: 's3:UpdateObjectEncryption', Resource: '*' }],
    });
    const job = await runJob(denied, updateJob(denied.keyArn));
    assert.equal(job.Status, 'Failed');
    assert.match(job.FailureReasons?.[0]?.FailureReason ?? '', /s3:PutInventoryConfiguration/);
    await using opened = await openBatch();
    const generator = generatorOf({}, { ExpectedBucketOwner: '222222222222' });
    const other = await runJob(opened, updateJob(opened.keyArn, { ManifestGenerator: generator }));
    assert.deepEqual([other.Status, other.FailureReasons?.[0]?.FailureCode], ['Failed', 'AccessDenied']);
  });
});

function stored(opened: OpenedBatch, key: string): { body: Buffer; etag: string } {
  const version = opened.store.find('reports')?.keys.get(key)?.versions[0];
  assert.equal(version?.kind, 'object', key);
  return { body: opened.store.envelope.open(version.sealed), etag: version.etag };
}
