import type {
  CreateJobCommandInput,
  JobManifestGeneratorFilter,
  JobOperation,
  ObjectEncryptionFilter,
  S3StorageClass,
} from '@aws-sdk/client-s3-control';
import type { Standard } from '../../policy/model.ts';
import type { PlannedJob } from '../../policy/plan/plan.ts';
import { describeWork } from './job-description.ts';

export interface JobTarget {
  bucket: string;
  account: string;
  standard: Standard;
  /** Full key ARN; absent where the standard is SSE-S3. */
  keyArn?: string;
}

/** Who runs the jobs and where their reports go: known from the stack. */
export interface JobSettings {
  roleArn: string;
  reportsBucket: string;
}

/** A planned job as S3 Control's CreateJob takes it. Every field is derived from the cause, so that a repeat is the same request. */
export function jobRequest(job: PlannedJob, target: JobTarget, settings: JobSettings): CreateJobCommandInput {
  const partition = settings.roleArn.split(':')[1] ?? 'aws';
  return {
    AccountId: target.account,
    ClientRequestToken: job.token,
    // Spelled out: the API text and the CLI text disagree on the default.
    ConfirmationRequired: false,
    Description: describeWork({ bucket: target.bucket, token: job.token, objectClass: job.class, method: job.method }),
    Operation: operation(job, target, partition),
    Priority: job.priority,
    RoleArn: settings.roleArn,
    Report: {
      Enabled: true,
      Bucket: `arn:${partition}:s3:::${settings.reportsBucket}`,
      ExpectedBucketOwner: target.account,
      Format: 'Report_CSV_20180820',
      Prefix: `reports/${target.bucket}`,
      ReportScope: 'FailedTasksOnly',
    },
    ManifestGenerator: {
      S3JobManifestGenerator: {
        SourceBucket: `arn:${partition}:s3:::${target.bucket}`,
        ExpectedBucketOwner: target.account,
        EnableManifestOutput: false,
        Filter: filter(job),
      },
    },
  };
}

function operation(job: PlannedJob, { bucket, standard, keyArn }: JobTarget, partition: string): JobOperation {
  if (job.method === 'update-encryption') {
    return {
      S3UpdateObjectEncryption: {
        ObjectEncryption: { SSEKMS: { KMSKeyArn: keyArn, BucketKeyEnabled: standard.bucketKey } },
      },
    };
  }
  return {
    S3PutObjectCopy: {
      TargetResource: `arn:${partition}:s3:::${bucket}`,
      MetadataDirective: 'COPY',
      // Without a class S3 moves every object to STANDARD: hence one copy job per class.
      ...(job.storageClass === undefined ? {} : { StorageClass: storageClass(job) }),
      ...(keyArn === undefined
        ? { NewObjectMetadata: { SSEAlgorithm: 'AES256' } }
        : { NewObjectMetadata: { SSEAlgorithm: 'KMS' }, SSEAwsKmsKeyId: keyArn, BucketKeyEnabled: standard.bucketKey }),
    },
  };
}

function filter(job: PlannedJob): JobManifestGeneratorFilter {
  return {
    MatchAnyObjectEncryption: [encryptionFilter(job)],
    ...(job.createdAfter === undefined ? {} : { CreatedAfter: new Date(job.createdAfter) }),
    ...(job.storageClass === undefined ? {} : { MatchAnyStorageClass: [storageClass(job)] }),
    ...(job.sizeBelowBytes === undefined ? {} : { ObjectSizeLessThanBytes: job.sizeBelowBytes }),
  };
}

function encryptionFilter(job: PlannedJob): ObjectEncryptionFilter {
  switch (job.class) {
    case 'SSE-S3':
      return { SSES3: {} };
    case 'NOT-SSE':
      return { NOTSSE: {} };
    case 'SSE-KMS':
      return {
        SSEKMS: {
          ...(job.sourceKeyArn === undefined ? {} : { KmsKeyArn: job.sourceKeyArn }),
          ...(job.sourceBucketKey === undefined ? {} : { BucketKeyEnabled: job.sourceBucketKey }),
        },
      };
  }
}

/** The plan names only classes that the generator's filter knows. */
function storageClass(job: PlannedJob): S3StorageClass {
  return job.storageClass as S3StorageClass;
}
