import {
  CreateJobCommand,
  type CreateJobCommandInput,
  type JobManifestGeneratorFilter,
  type JobOperation,
  type ObjectEncryptionFilter,
  type S3ControlClient,
  type S3StorageClass,
} from '@aws-sdk/client-s3-control';
import { ResealError } from '../../errors.ts';
import type { Standard } from '../../policy/model.ts';
import type { JobRoles, PlannedJob } from '../../policy/plan/plan-model.ts';
import { present } from '../../present.ts';
import { errorName, failureOf, whyOf } from '../sdk/service-error.ts';
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
  /** By what a job does: only the role of copies may write objects. */
  roles: JobRoles;
  reportsBucket: string;
}

/**
 * CreateJob. The token makes it idempotent: asked twice for the same cause, S3 answers with the same job id.
 * Throws ResealError job-refused, retryable where S3 was busy; job-conflict where S3 has another job under the token (API CreateJob, IdempotencyException).
 */
export function createStartJob(s3control: S3ControlClient) {
  return async function startJob(job: PlannedJob, target: JobTarget, settings: JobSettings): Promise<string> {
    try {
      const output = await s3control.send(new CreateJobCommand(jobRequest(job, target, settings)));
      if (output.JobId !== undefined) return output.JobId;
    } catch (error) {
      const busy = ['throttled', 'unavailable', 'conflict'].includes(failureOf(error));
      throw new ResealError(
        errorName(error) === 'IdempotencyException' ? 'job-conflict' : 'job-refused',
        `S3 Batch Operations refused the ${job.method} job for ${job.class} objects of bucket ${target.bucket}: ${whyOf(error)}`,
        { retryable: busy, bucket: target.bucket, cause: error },
      );
    }
    throw new ResealError('job-refused', `CreateJob for bucket ${target.bucket} answered without a job id`, {
      retryable: true,
      bucket: target.bucket,
    });
  };
}

/** A planned job as S3 Control's CreateJob takes it. Every field is derived from the cause, so that a repeat is the same request. */
export function jobRequest(job: PlannedJob, target: JobTarget, settings: JobSettings): CreateJobCommandInput {
  const roleArn = settings.roles[job.method];
  const partition = roleArn.split(':')[1] ?? 'aws';
  return {
    AccountId: target.account,
    ClientRequestToken: job.token,
    // Spelled out: the API text and the CLI text disagree on the default.
    ConfirmationRequired: false,
    Description: describeWork({ bucket: target.bucket, token: job.token, objectClass: job.class, method: job.method }),
    Operation: operation(job, target, partition),
    Priority: job.priority,
    RoleArn: roleArn,
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
      ...present({ StorageClass: storageClassOf(job) }),
      ...(keyArn === undefined
        ? { NewObjectMetadata: { SSEAlgorithm: 'AES256' } }
        : { NewObjectMetadata: { SSEAlgorithm: 'KMS' }, SSEAwsKmsKeyId: keyArn, BucketKeyEnabled: standard.bucketKey }),
    },
  };
}

function filter(job: PlannedJob): JobManifestGeneratorFilter {
  const storageClass = storageClassOf(job);
  return present({
    MatchAnyObjectEncryption: [encryptionFilter(job)],
    CreatedAfter: job.createdAfter === undefined ? undefined : new Date(job.createdAfter),
    MatchAnyStorageClass: storageClass && [storageClass],
    ObjectSizeLessThanBytes: job.sizeBelowBytes,
  });
}

function encryptionFilter(job: PlannedJob): ObjectEncryptionFilter {
  switch (job.class) {
    case 'SSE-S3':
      return { SSES3: {} };
    case 'NOT-SSE':
      return { NOTSSE: {} };
    case 'SSE-KMS':
      return { SSEKMS: present({ KmsKeyArn: job.sourceKeyArn, BucketKeyEnabled: job.sourceBucketKey }) };
  }
}

/** The plan names only classes that the generator's filter knows. */
function storageClassOf(job: PlannedJob): S3StorageClass | undefined {
  return job.storageClass as S3StorageClass | undefined;
}
