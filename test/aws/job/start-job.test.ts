import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobRequest, type JobTarget } from '../../../src/aws/job/start-job.ts';
import type { PlannedJob } from '../../../src/policy/plan/plan-model.ts';
import { ACCOUNT, REGION } from '../fixture.ts';

const TOKEN = '0123456789abcdef0123456789abcdef01234567';
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`;
const OTHER_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/99999999-2222-4333-8444-555555555555`;
const ROLES = { 'update-encryption': `arn:aws:iam::${ACCOUNT}:role/batch`, copy: `arn:aws:iam::${ACCOUNT}:role/copy` };
const SETTINGS = { roles: ROLES, reportsBucket: 'the-reports' };
const TARGET: JobTarget = {
  bucket: 'example-bucket',
  account: ACCOUNT,
  standard: { algorithm: 'aws:kms', key: 'alias/x', bucketKey: true, blockSseC: 'leave', reencrypt: 'drifted' },
  keyArn: KEY,
};
const UPDATE: PlannedJob = { token: TOKEN, class: 'SSE-S3', method: 'update-encryption', priority: 20 };
const COPY: PlannedJob = {
  token: TOKEN,
  class: 'NOT-SSE',
  method: 'copy',
  storageClass: 'GLACIER_IR',
  sizeBelowBytes: 5_368_709_121,
  priority: 10,
};

const filterOf = (job: PlannedJob) =>
  jobRequest(job, TARGET, SETTINGS).ManifestGenerator?.S3JobManifestGenerator?.Filter;

test('a job of a window asks for everything in so many words', () => {
  const job: PlannedJob = { ...UPDATE, createdAfter: '2026-11-02T10:15:29.000Z' };
  assert.deepEqual(jobRequest(job, TARGET, SETTINGS), {
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
      ReportScope: 'FailedTasksOnly',
    },
    ManifestGenerator: {
      S3JobManifestGenerator: {
        SourceBucket: 'arn:aws:s3:::example-bucket',
        ExpectedBucketOwner: ACCOUNT,
        EnableManifestOutput: false,
        Filter: { MatchAnyObjectEncryption: [{ SSES3: {} }], CreatedAfter: new Date('2026-11-02T10:15:29Z') },
      },
    },
  });
});

test('a copy keeps its storage class and takes nothing that is too large', () => {
  const { Operation, ManifestGenerator } = jobRequest(COPY, TARGET, SETTINGS);
  assert.deepEqual(
    { Operation, Filter: ManifestGenerator?.S3JobManifestGenerator?.Filter },
    {
      Operation: {
        S3PutObjectCopy: {
          TargetResource: 'arn:aws:s3:::example-bucket',
          MetadataDirective: 'COPY',
          StorageClass: 'GLACIER_IR',
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
  const { keyArn: _, ...keyless } = TARGET;
  const target: JobTarget = {
    ...keyless,
    standard: { algorithm: 'AES256', bucketKey: false, blockSseC: 'leave', reencrypt: 'all' },
  };
  const { storageClass: __, ...classless } = COPY;
  assert.deepEqual(jobRequest(classless, target, SETTINGS).Operation, {
    S3PutObjectCopy: {
      TargetResource: 'arn:aws:s3:::example-bucket',
      MetadataDirective: 'COPY',
      NewObjectMetadata: { SSEAlgorithm: 'AES256' },
    },
  });
});

test('objects of SSE-KMS are filtered by all that the plan knows of them', () => {
  const kms: PlannedJob = { ...UPDATE, class: 'SSE-KMS' };
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
  const request = jobRequest(COPY, TARGET, {
    ...SETTINGS,
    roles: { ...ROLES, copy: `arn:aws-us-gov:iam::${ACCOUNT}:role/copy` },
  });
  assert.deepEqual(
    [
      request.Report?.Bucket,
      request.ManifestGenerator?.S3JobManifestGenerator?.SourceBucket,
      request.Operation?.S3PutObjectCopy?.TargetResource,
    ],
    ['arn:aws-us-gov:s3:::the-reports', 'arn:aws-us-gov:s3:::example-bucket', 'arn:aws-us-gov:s3:::example-bucket'],
  );
});

test('the same plan is the same request, so that a repeat is no second job', () => {
  assert.deepEqual(jobRequest(COPY, TARGET, SETTINGS), jobRequest({ ...COPY }, { ...TARGET }, { ...SETTINGS }));
});

test('the longest description still fits into what CreateJob takes', () => {
  const longest = { ...UPDATE, class: 'SSE-KMS' as const };
  const { Description = '' } = jobRequest(longest, { ...TARGET, bucket: 'b'.repeat(63) }, SETTINGS);
  assert.ok(Description.length <= 256, `${Description.length} characters`);
});
