import {
  CreateJobCommand,
  type CreateJobCommandInput,
  type JobManifest,
  type JobManifestFieldName,
  type JobManifestGeneratorFilter,
  type JobOperation,
  type ObjectEncryptionFilter,
  type S3ControlClient,
  type S3JobManifestGenerator,
  type S3StorageClass,
} from '@aws-sdk/client-s3-control';
import { ResealError } from '../../errors.ts';
import type { JobRequest, JobVia } from '../../ledger/job-item.ts';
import { present } from '../../present.ts';
import { changedNothing, failureOf, isUnreachable, whyOf } from '../sdk/service-error.ts';
import { describeWork } from './job-description.ts';

/**
 * CreateJob. The token makes it idempotent: asked twice for the same job, S3 answers with the same job id. Throws ResealError job-refused,
 * retryable where S3 was busy or nobody knows whether it took the job, and not where the job would take every object; and what says that the account cannot be reached, as it is.
 */
export function createStartJob(s3control: S3ControlClient) {
  return async function startJob(job: JobRequest, via: JobVia): Promise<string> {
    const { bucket } = job;
    if (job.objectClass === 'any' && job.manifest === undefined) {
      const message = `the ${job.method} job for bucket ${bucket} was not created: expected a list of its objects, found none, and without a filter it would take all of them`;
      throw new ResealError('job-refused', message, { bucket });
    }
    try {
      const output = await s3control.send(new CreateJobCommand(createJobInput(job, via)));
      if (output.JobId !== undefined) return output.JobId;
    } catch (error) {
      if (isUnreachable(error)) throw error;
      const message = `S3 Batch Operations refused the ${job.method} job for ${job.objectClass} objects of bucket ${bucket}: ${whyOf(error)}`;
      const retryable = !changedNothing(failureOf(error));
      throw new ResealError('job-refused', message, { retryable, bucket, cause: error });
    }
    const message = `CreateJob for bucket ${bucket} answered without a job id`;
    throw new ResealError('job-refused', message, { retryable: true, bucket });
  };
}

/** A queued job as S3 Control's CreateJob takes it. Every field is of the item, so that a repeat is the same request. */
export function createJobInput(job: JobRequest, { roleArn, reportsBucket, checksList }: JobVia): CreateJobCommandInput {
  const { account, bucket } = job;
  const partition = roleArn.split(':')[1] ?? 'aws';
  const reports = `arn:${partition}:s3:::${reportsBucket}`;
  return {
    AccountId: account,
    ClientRequestToken: job.token,
    // Spelled out: the API text and the CLI text disagree on the default.
    ConfirmationRequired: job.needsConfirmation !== undefined || checksList === true,
    Description: describeWork(job),
    Operation: operation(job, partition),
    Priority: job.priority,
    RoleArn: roleArn,
    Report: {
      Enabled: true,
      Bucket: reports,
      ExpectedBucketOwner: account,
      Format: 'Report_CSV_20180820',
      Prefix: `reports/${bucket}`,
      ReportScope: 'AllTasks',
    },
    ...(job.manifest === undefined
      ? { ManifestGenerator: { S3JobManifestGenerator: generator(job, partition, reports) } }
      : { Manifest: manifestOf(job.manifest, reports) }),
  };
}

/** A list that Reseal wrote (User Guide, "Specifying a manifest": with versions all rows have one, without none has). */
function manifestOf({ key, etag, versioned }: NonNullable<JobRequest['manifest']>, reports: string): JobManifest {
  const Fields: JobManifestFieldName[] = versioned ? ['Bucket', 'Key', 'VersionId'] : ['Bucket', 'Key'];
  return {
    Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields },
    Location: { ObjectArn: `${reports}/${key}`, ETag: etag },
  };
}

/** S3 makes the list, and keeps it beside the reports: it says which objects no task was run for. */
function generator(job: JobRequest, partition: string, reports: string): S3JobManifestGenerator {
  const { account, bucket } = job;
  return {
    SourceBucket: `arn:${partition}:s3:::${bucket}`,
    ExpectedBucketOwner: account,
    EnableManifestOutput: true,
    ManifestOutputLocation: {
      Bucket: reports,
      ExpectedManifestBucketOwner: account,
      ManifestPrefix: `manifests/${bucket}`,
      ManifestFormat: 'S3InventoryReport_CSV_20211130',
      ManifestEncryption: { SSES3: {} },
    },
    Filter: filter(job),
  };
}

function operation(job: JobRequest, partition: string): JobOperation {
  const { bucket, keyArn, bucketKey, writtenBefore } = job;
  if (job.method === 'update-encryption') {
    return {
      S3UpdateObjectEncryption: {
        ObjectEncryption: { SSEKMS: { KMSKeyArn: keyArn, BucketKeyEnabled: bucketKey } },
      },
    };
  }
  return {
    S3PutObjectCopy: {
      TargetResource: `arn:${partition}:s3:::${bucket}`,
      MetadataDirective: 'COPY',
      // Without a class S3 moves every object to STANDARD: hence one copy job per class.
      ...present({ StorageClass: storageClassOf(job) }),
      // Passed on to CopyObject, which then refuses an object that is written anew: 412 PreconditionFailed.
      ...present({ UnModifiedSinceConstraint: writtenBefore === undefined ? undefined : new Date(writtenBefore) }),
      ...(keyArn === undefined
        ? { NewObjectMetadata: { SSEAlgorithm: 'AES256' } }
        : { NewObjectMetadata: { SSEAlgorithm: 'KMS' }, SSEAwsKmsKeyId: keyArn, BucketKeyEnabled: bucketKey }),
    },
  };
}

function filter(job: JobRequest): JobManifestGeneratorFilter {
  const storageClass = storageClassOf(job);
  return present({
    MatchAnyObjectEncryption: encryptionFilter(job),
    CreatedAfter: job.createdAfter === undefined ? undefined : new Date(job.createdAfter),
    MatchAnyStorageClass: storageClass && [storageClass],
    ObjectSizeLessThanBytes: job.sizeBelowBytes,
  });
}

function encryptionFilter(job: JobRequest): ObjectEncryptionFilter[] | undefined {
  switch (job.objectClass) {
    case 'any':
      return undefined;
    case 'SSE-S3':
      return [{ SSES3: {} }];
    case 'NOT-SSE':
      return [{ NOTSSE: {} }];
    case 'SSE-KMS':
      return [{ SSEKMS: present({ KmsKeyArn: job.sourceKeyArn, BucketKeyEnabled: job.sourceBucketKey }) }];
  }
}

/** The plan names only classes that the generator's filter knows. */
function storageClassOf(job: JobRequest): S3StorageClass | undefined {
  return job.storageClass as S3StorageClass | undefined;
}
