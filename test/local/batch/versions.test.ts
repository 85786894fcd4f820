import assert from 'node:assert/strict';
import { describe as suite, test } from 'node:test';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { CreateJobRequest, JobDescriptor } from '@aws-sdk/client-s3-control';
import { gunzipSync } from 'node:zlib';
import { generatorOf, openBatch, type OpenedBatch, runJob, updateJob } from './open-batch.ts';

const COPY = {
  S3PutObjectCopy: { TargetResource: 'arn:aws:s3:::data', NewObjectMetadata: { SSEAlgorithm: 'AES256' } },
} as const satisfies CreateJobRequest['Operation'];

interface Versioned extends OpenedBatch {
  /** Version ids of the key `a`, oldest first. */
  readonly ids: string[];
}

/** The key `a` in three versions, the first of before versioning, and a key that a delete marker hides. */
async function versioned(): Promise<Versioned> {
  const opened = await openBatch();
  opened.store.seedObject({ bucket: 'data', key: 'a', body: 'one', protection: { algorithm: 'none' } });
  const on = { Bucket: 'data', VersioningConfiguration: { Status: 'Enabled' } } as const;
  await opened.s3.send(new PutBucketVersioningCommand(on));
  const ids = ['null'];
  for (const Body of ['two', 'three']) {
    const { VersionId = '' } = await opened.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'a', Body }));
    ids.push(VersionId);
  }
  return { ...opened, ids };
}

async function run(opened: OpenedBatch, rows: string[], Operation?: CreateJobRequest['Operation']) {
  const Body = rows.map((row) => `${row}\n`).join('');
  const Key = `list-${rows.length}-${Operation === undefined ? 'update' : 'copy'}.csv`;
  const { ETag } = await opened.s3.send(new PutObjectCommand({ Bucket: 'reports', Key, Body }));
  const withVersions = rows[0]?.split(',').length === 3;
  const manifest: CreateJobRequest['Manifest'] = {
    Spec: {
      Format: 'S3BatchOperations_CSV_20180820',
      Fields: ['Bucket', 'Key', ...(withVersions ? ['VersionId' as const] : [])],
    },
    Location: { ObjectArn: `arn:aws:s3:::reports/${Key}`, ETag },
  };
  return runJob(
    opened,
    updateJob(opened.keyArn, {
      ClientRequestToken: Key,
      ManifestGenerator: undefined,
      Manifest: manifest,
      ...(Operation && { Operation }),
    }),
  );
}

async function headOf({ s3 }: OpenedBatch, VersionId?: string) {
  return s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'a', VersionId }));
}

async function failedRows(opened: OpenedBatch, { JobId }: JobDescriptor): Promise<string[]> {
  const prefix = `runs/job-${JobId}/results/`;
  const rows = [...(opened.store.find('reports')?.keys.from(prefix) ?? [])].flatMap(({ key, versions: [version] }) =>
    key.startsWith(prefix) && version?.kind === 'object'
      ? opened.store.envelope.open(version.sealed).toString().trim().split('\n')
      : [],
  );
  return rows.flatMap((row) => row.split(',').slice(3, 6).join(' ')).filter((row) => row.startsWith('failed'));
}

suite('a job on versions', () => {
  test('updates those that its manifest names, in place, and no other', async () => {
    await using opened = await versioned();
    const before = await headOf(opened, opened.ids[1]);
    const job = await run(opened, [`data,a,${opened.ids[1]}`]);
    assert.equal(job.ProgressSummary?.NumberOfTasksSucceeded, 1);
    const after = await headOf(opened, opened.ids[1]);
    assert.deepEqual(
      [after.SSEKMSKeyId, after.ETag, after.LastModified],
      [opened.keyArn, before.ETag, before.LastModified],
    );
    assert.equal((await headOf(opened)).ServerSideEncryption, 'AES256');
    const { Versions } = await opened.s3.send(new ListObjectVersionsCommand({ Bucket: 'data' }));
    assert.deepEqual(
      Versions?.map(({ VersionId }) => VersionId),
      opened.ids.toReversed(),
    );
  });

  test('updates the current one where its manifest names keys only', async () => {
    await using opened = await versioned();
    await run(opened, ['data,a']);
    const algorithms = await Promise.all(opened.ids.map(async (id) => (await headOf(opened, id)).ServerSideEncryption));
    assert.deepEqual(algorithms, [undefined, 'AES256', 'aws:kms']);
  });

  test('copies a noncurrent one to a new current one, the one called null as well', async () => {
    await using opened = await versioned();
    const job = await run(opened, ['data,a,null'], COPY);
    assert.equal(job.ProgressSummary?.NumberOfTasksSucceeded, 1);
    const { Body, VersionId, ServerSideEncryption } = await opened.s3.send(
      new GetObjectCommand({ Bucket: 'data', Key: 'a' }),
    );
    assert.deepEqual([await Body?.transformToString(), ServerSideEncryption], ['one', 'AES256']);
    assert.ok(VersionId !== undefined && !opened.ids.includes(VersionId));
    assert.equal((await headOf(opened, 'null')).ServerSideEncryption, undefined);
  });

  test('fails at delete markers, by their id and behind them', async () => {
    await using opened = await versioned();
    const { VersionId } = await opened.s3.send(new DeleteObjectCommand({ Bucket: 'data', Key: 'a' }));
    const marker = `data,a,${VersionId}`;
    assert.deepEqual(await failedRows(opened, await run(opened, [marker])), ['failed 405 MethodNotAllowed']);
    assert.deepEqual(await failedRows(opened, await run(opened, [marker], COPY)), ['failed 400 InvalidRequest']);
    assert.deepEqual(await failedRows(opened, await run(opened, ['data,a', 'data,a'])), [
      'failed 404 NoSuchKey',
      'failed 404 NoSuchKey',
    ]);
  });

  for (const [generatesVersions, total, fileSchema, rows] of [
    [false, 1, 'Bucket, Key', 1],
    [true, 3, 'Bucket, Key, VersionId', 3],
  ] as const) {
    test(`lists ${generatesVersions ? 'all' : 'current'} versions where it generates its manifest (generatesVersions ${generatesVersions})`, async () => {
      await using opened = await versioned();
      opened.settings.generatesVersions = generatesVersions;
      const ManifestOutputLocation = {
        Bucket: 'arn:aws:s3:::reports',
        ManifestFormat: 'S3InventoryReport_CSV_20211130',
        ManifestPrefix: 'lists',
        ManifestEncryption: { SSES3: {} },
      } as const;
      const ManifestGenerator = generatorOf({}, { EnableManifestOutput: true, ManifestOutputLocation });
      const job = await runJob(opened, updateJob(opened.keyArn, { ManifestGenerator }));
      assert.equal(job.ProgressSummary?.TotalNumberOfTasks, total);
      const text = (end: string): Buffer => savedUnder(opened, 'lists/', end);
      assert.equal(JSON.parse(text('manifest.json').toString()).fileSchema, fileSchema);
      const lines = gunzipSync(text('.csv.gz')).toString().trim().split('\n');
      assert.equal(lines.length, rows);
      assert.equal(lines[0], generatesVersions ? `"data","a","${opened.ids[2]}"` : '"data","a"');
      const algorithms = await Promise.all(
        opened.ids.map(async (id) => (await headOf(opened, id)).ServerSideEncryption),
      );
      assert.deepEqual(algorithms, [undefined, generatesVersions ? 'aws:kms' : 'AES256', 'aws:kms']);
    });
  }
});

function savedUnder(opened: OpenedBatch, prefix: string, end: string): Buffer {
  for (const { key, versions } of opened.store.find('reports')?.keys.from(prefix) ?? []) {
    const [version] = versions;
    if (key.startsWith(prefix) && key.endsWith(end) && version?.kind === 'object')
      return opened.store.envelope.open(version.sealed);
  }
  return Buffer.alloc(0);
}
