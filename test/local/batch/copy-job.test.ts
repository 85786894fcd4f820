import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type GetObjectCommandOutput,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { CreateJobRequest, S3CopyObjectOperation } from '@aws-sdk/client-s3-control';
import { generatorOf, NOW, openBatch, type OpenedBatch, runJob, updateJob } from './open-batch.ts';

const LONG_AGO = new Date('2021-03-04T05:06:07Z');

function copyJob(opened: OpenedBatch, copy: S3CopyObjectOperation = {}, overrides: Partial<CreateJobRequest> = {}) {
  const operation = {
    TargetResource: 'arn:aws:s3:::data',
    NewObjectMetadata: { SSEAlgorithm: 'KMS' as const },
    SSEAwsKmsKeyId: opened.keyArn,
    BucketKeyEnabled: true,
    ...copy,
  };
  return updateJob(opened.keyArn, {
    Operation: { S3PutObjectCopy: operation },
    ManifestGenerator: generatorOf({ MatchAnyObjectEncryption: [{ NOTSSE: {} }] }),
    ...overrides,
  });
}

function read(opened: OpenedBatch, key: string): Promise<GetObjectCommandOutput> {
  return opened.s3.send(new GetObjectCommand({ Bucket: 'data', Key: key }));
}

describe('a job of S3PutObjectCopy in place', () => {
  test('encrypts what was never encrypted, with a new date and the class STANDARD', async () => {
    await using opened = await openBatch();
    opened.store.seedObject({
      bucket: 'data',
      key: 'a, "b"\n😀',
      body: 'old',
      lastModified: LONG_AGO,
      storageClass: 'STANDARD_IA',
      protection: { algorithm: 'none' },
      metadata: { team: 'blue' },
      tags: [{ Key: 'k', Value: 'v' }],
    });
    const job = await runJob(opened, copyJob(opened));
    assert.equal(job.Status, 'Complete');
    assert.equal(job.ProgressSummary?.NumberOfTasksSucceeded, 1);
    const after = await read(opened, 'a, "b"\n😀');
    const { TagSet } = await opened.s3.send(new GetObjectTaggingCommand({ Bucket: 'data', Key: 'a, "b"\n😀' }));
    assert.deepEqual(
      {
        body: await after.Body?.transformToString(),
        encryption: [after.ServerSideEncryption, after.SSEKMSKeyId, after.BucketKeyEnabled],
        date: after.LastModified,
        storageClass: after.StorageClass,
        metadata: after.Metadata,
        tags: TagSet,
      },
      {
        body: 'old',
        encryption: ['aws:kms', opened.keyArn, true],
        date: NOW,
        storageClass: undefined,
        metadata: { team: 'blue' },
        tags: [{ Key: 'k', Value: 'v' }],
      },
    );
  });

  test('keeps a class where the job names it', async () => {
    await using opened = await openBatch();
    opened.store.seedObject({
      bucket: 'data',
      key: 'a',
      body: 'old',
      storageClass: 'STANDARD_IA',
      protection: { algorithm: 'none' },
    });
    await runJob(opened, copyJob(opened, { StorageClass: 'STANDARD_IA' }));
    assert.equal((await read(opened, 'a')).StorageClass, 'STANDARD_IA');
  });

  test('adds a version where versioning is on and leaves the old one as it was', async () => {
    await using opened = await openBatch();
    opened.store.seedObject({ bucket: 'data', key: 'a', body: 'old', protection: { algorithm: 'none' } });
    const status = { Status: 'Enabled' } as const;
    await opened.s3.send(new PutBucketVersioningCommand({ Bucket: 'data', VersioningConfiguration: status }));
    await runJob(opened, copyJob(opened));
    const versions = opened.store.find('data')?.keys.get('a')?.versions ?? [];
    assert.deepEqual(
      versions.map((version) => (version.kind === 'object' ? version.sealed.protection.algorithm : version.kind)),
      ['aws:kms', 'none'],
    );
  });

  test('fails the tasks whose objects are archived, too large or under a customer key', async () => {
    await using opened = await openBatch({ copyLimitBytes: 100 });
    const plain = { algorithm: 'none' } as const;
    opened.store.seedObject({ bucket: 'data', key: 'frozen', body: '', storageClass: 'GLACIER', protection: plain });
    opened.store.seedObject({ bucket: 'data', key: 'large', body: 'x'.repeat(101), protection: plain });
    opened.store.seedObject({ bucket: 'data', key: 'small', body: 'x'.repeat(100), protection: plain });
    const job = await runJob(opened, copyJob(opened));
    const { NumberOfTasksSucceeded: succeeded, NumberOfTasksFailed: failed } = job.ProgressSummary ?? {};
    assert.deepEqual({ status: job.Status, succeeded, failed }, { status: 'Complete', succeeded: 1, failed: 2 });
    const rows = [...(opened.store.find('reports')?.keys.from('runs/') ?? [])]
      .flatMap(({ versions }) => versions)
      .filter((version) => version.key.endsWith('.csv'))
      .map((version) => (version.kind === 'object' ? opened.store.envelope.open(version.sealed).toString() : ''))
      .join('');
    assert.match(rows, /^data,frozen,,failed,403,ObjectNotInActiveTierError,/m);
    assert.match(rows, /^data,large,,failed,400,InvalidRequest,/m);
    assert.match(rows, /^data,small,,succeeded,200,,"Successful"$/m);
  });

  test('replaces metadata and tags where the job brings new ones', async () => {
    await using opened = await openBatch();
    await opened.s3.send(
      new PutObjectCommand({ Bucket: 'data', Key: 'a', Body: 'a', Metadata: { old: '1' }, Tagging: 'old=1' }),
    );
    await runJob(
      opened,
      copyJob(
        opened,
        {
          NewObjectMetadata: { SSEAlgorithm: 'AES256', ContentType: 'text/plain', UserMetadata: { fresh: '2' } },
          SSEAwsKmsKeyId: undefined,
          BucketKeyEnabled: undefined,
          NewObjectTagging: [{ Key: 'fresh', Value: 'a+b @c' }],
        },
        { ManifestGenerator: generatorOf({}) },
      ),
    );
    const after = await read(opened, 'a');
    const { TagSet } = await opened.s3.send(new GetObjectTaggingCommand({ Bucket: 'data', Key: 'a' }));
    assert.deepEqual(
      { type: after.ContentType, metadata: after.Metadata, tags: TagSet, encryption: after.ServerSideEncryption },
      {
        type: 'text/plain',
        metadata: { fresh: '2' },
        tags: [{ Key: 'fresh', Value: 'a+b @c' }],
        encryption: 'AES256',
      },
    );
  });
});

test('a job of S3PutObjectCopy gives the copies the list that it names', async () => {
  await using opened = await openBatch();
  const reader = 'b'.repeat(64);
  opened.store.seedObject({ bucket: 'data', key: 'a', body: 'x', protection: { algorithm: 'none' } });
  opened.store.require('data').ownership = 'ObjectWriter';
  const AccessControlGrants = [
    { Grantee: { TypeIdentifier: 'id' as const, Identifier: reader }, Permission: 'READ' as const },
    { Grantee: { TypeIdentifier: 'id' as const, Identifier: reader }, Permission: 'READ_ACP' as const },
  ];
  const job = await runJob(opened, copyJob(opened, { AccessControlGrants }));
  assert.equal(job.ProgressSummary?.NumberOfTasksSucceeded, 1);
  const { Grants } = await opened.s3.send(new GetObjectAclCommand({ Bucket: 'data', Key: 'a' }));
  assert.deepEqual(
    Grants?.map(({ Grantee, Permission }) => [Grantee?.ID, Permission]),
    [
      [reader, 'READ'],
      [reader, 'READ_ACP'],
    ],
  );
});
