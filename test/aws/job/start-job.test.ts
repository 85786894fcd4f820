import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJobInput } from '../../../src/aws/job/start-job.ts';
import type { JobRequest } from '../../../src/ledger/job-item.ts';
import { aJob } from '../../ledger/a-job.ts';
import { ACCOUNT, REGION } from '../fixture.ts';

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`;
const OTHER_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/99999999-2222-4333-8444-555555555555`;
const VIA = { roleArn: `arn:aws:iam::${ACCOUNT}:role/batch`, reportsBucket: 'the-reports' };
const UPDATE = aJob({ bucket: 'example-bucket', keyArn: KEY });
const TOKEN = UPDATE.token;
const COPY = aJob({
  bucket: 'example-bucket',
  keyArn: KEY,
  objectClass: 'NOT-SSE',
  method: 'copy',
  storageClass: 'GLACIER_IR',
  sizeBelowBytes: 5_368_709_121,
  writtenBefore: '2023-01-06T00:00:00.000Z',
  priority: 10,
});

const filterOf = (job: JobRequest) => createJobInput(job, VIA).ManifestGenerator?.S3JobManifestGenerator?.Filter;

test('a job of a window asks for everything in so many words', () => {
  const job: JobRequest = { ...UPDATE, createdAfter: '2026-11-02T10:15:29.000Z' };
  assert.deepEqual(createJobInput(job, VIA), {
    AccountId: ACCOUNT,
    ClientRequestToken: TOKEN,
    ConfirmationRequired: false,
    Description: `reseal ${TOKEN} SSE-S3 update-encryption example-bucket`,
    Operation: {
      S3UpdateObjectEncryption: { ObjectEncryption: { SSEKMS: { KMSKeyArn: KEY, BucketKeyEnabled: true } } },
    },
    Priority: 20,
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/batch`,
    Report: {
      Enabled: true,
      Bucket: 'arn:aws:s3:::the-reports',
      ExpectedBucketOwner: ACCOUNT,
      Format: 'Report_CSV_20180820',
      Prefix: 'reports/example-bucket',
      ReportScope: 'AllTasks',
    },
    ManifestGenerator: {
      S3JobManifestGenerator: {
        SourceBucket: 'arn:aws:s3:::example-bucket',
        ExpectedBucketOwner: ACCOUNT,
        EnableManifestOutput: true,
        ManifestOutputLocation: {
          Bucket: 'arn:aws:s3:::the-reports',
          ExpectedManifestBucketOwner: ACCOUNT,
          ManifestPrefix: 'manifests/example-bucket',
          ManifestFormat: 'S3InventoryReport_CSV_20211130',
          ManifestEncryption: { SSES3: {} },
        },
        Filter: { MatchAnyObjectEncryption: [{ SSES3: {} }], CreatedAfter: new Date('2026-11-02T10:15:29Z') },
      },
    },
  });
});

test('a copy keeps its storage class and takes nothing that is too large or was written since', () => {
  const { Operation, ManifestGenerator } = createJobInput(COPY, VIA);
  assert.deepEqual(
    { Operation, Filter: ManifestGenerator?.S3JobManifestGenerator?.Filter },
    {
      Operation: {
        S3PutObjectCopy: {
          TargetResource: 'arn:aws:s3:::example-bucket',
          MetadataDirective: 'COPY',
          StorageClass: 'GLACIER_IR',
          UnModifiedSinceConstraint: new Date('2023-01-06T00:00:00.000Z'),
          NewObjectMetadata: { SSEAlgorithm: 'KMS' },
          SSEAwsKmsKeyId: KEY,
          BucketKeyEnabled: true,
        },
      },
      Filter: {
        MatchAnyObjectEncryption: [{ NOTSSE: {} }],
        MatchAnyStorageClass: ['GLACIER_IR'],
        ObjectSizeLessThanBytes: 5_368_709_121,
      },
    },
  );
});

test('a copy to SSE-S3 names no key', () => {
  const { keyArn: _, storageClass: __, writtenBefore: ___, ...keyless } = COPY;
  assert.deepEqual(createJobInput({ ...keyless, algorithm: 'AES256', bucketKey: false }, VIA).Operation, {
    S3PutObjectCopy: {
      TargetResource: 'arn:aws:s3:::example-bucket',
      MetadataDirective: 'COPY',
      NewObjectMetadata: { SSEAlgorithm: 'AES256' },
    },
  });
});

test('objects of SSE-KMS are filtered by all that the plan knows of them', () => {
  const kms: JobRequest = { ...UPDATE, objectClass: 'SSE-KMS' };
  const filters = [kms, { ...kms, sourceKeyArn: OTHER_KEY }, { ...kms, sourceKeyArn: KEY, sourceBucketKey: false }].map(
    (job) => filterOf(job)?.MatchAnyObjectEncryption,
  );
  assert.deepEqual(filters, [
    [{ SSEKMS: {} }],
    [{ SSEKMS: { KmsKeyArn: OTHER_KEY } }],
    [{ SSEKMS: { KmsKeyArn: KEY, BucketKeyEnabled: false } }],
  ]);
});

test('every ARN is of the partition of the Batch role', () => {
  const request = createJobInput(COPY, { ...VIA, roleArn: `arn:aws-us-gov:iam::${ACCOUNT}:role/copy` });
  assert.deepEqual(
    [
      request.Report?.Bucket,
      request.ManifestGenerator?.S3JobManifestGenerator?.SourceBucket,
      request.Operation?.S3PutObjectCopy?.TargetResource,
    ],
    ['arn:aws-us-gov:s3:::the-reports', 'arn:aws-us-gov:s3:::example-bucket', 'arn:aws-us-gov:s3:::example-bucket'],
  );
});

test('a list of ours takes the place of a filter, with versions or without', () => {
  const manifest = { key: 'retries/data/t.csv', etag: 'an-etag', versioned: true };
  const { Manifest, ManifestGenerator } = createJobInput({ ...UPDATE, objectClass: 'any', manifest }, VIA);
  assert.deepEqual(
    [Manifest, ManifestGenerator],
    [
      {
        Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket', 'Key', 'VersionId'] },
        Location: { ObjectArn: 'arn:aws:s3:::the-reports/retries/data/t.csv', ETag: 'an-etag' },
      },
      undefined,
    ],
  );
  const current = createJobInput({ ...UPDATE, objectClass: 'any', manifest: { ...manifest, versioned: false } }, VIA);
  assert.deepEqual(current.Manifest?.Spec?.Fields, ['Bucket', 'Key']);
});

test('people are asked where the plan says why', () => {
  assert.equal(createJobInput({ ...UPDATE, needsConfirmation: 'above the ceiling' }, VIA).ConfirmationRequired, true);
});

test('the longest description still fits into what CreateJob takes', () => {
  const longest: JobRequest = { ...UPDATE, objectClass: 'SSE-KMS', bucket: 'b'.repeat(63) };
  const { Description = '' } = createJobInput(longest, VIA);
  assert.ok(Description.length <= 256, `${Description.length} characters`);
});
