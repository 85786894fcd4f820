import {
  CreateBucketCommand,
  type CreateBucketConfiguration,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  type BucketLocationConstraint,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Wanted } from './wanted.ts';

/** Makes a bucket; a name with a zone in it is that of a directory bucket. */
export async function createBucket(
  s3: S3Client,
  bucket: string,
  region: string,
  { withObjectLock = false }: { withObjectLock?: boolean } = {},
): Promise<void> {
  const configuration = configurationOf(bucket, region);
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      ...(withObjectLock && { ObjectLockEnabledForBucket: true }),
      ...(configuration === undefined ? {} : { CreateBucketConfiguration: configuration }),
    }),
  );
}

function configurationOf(bucket: string, region: string): CreateBucketConfiguration | undefined {
  const zone = /--(?<zone>[^-]+-az\d+)--x-s3$/.exec(bucket)?.groups?.['zone'];
  if (zone !== undefined) {
    return {
      Location: { Type: 'AvailabilityZone', Name: zone },
      Bucket: { Type: 'Directory', DataRedundancy: 'SingleAvailabilityZone' },
    };
  }
  return region === 'us-east-1' ? undefined : { LocationConstraint: region as BucketLocationConstraint };
}

export async function setDefault(
  s3: S3Client,
  bucket: string,
  { algorithm, keyArn }: Pick<Wanted, 'algorithm' | 'keyArn'>,
): Promise<void> {
  const rule = {
    ApplyServerSideEncryptionByDefault: {
      SSEAlgorithm: algorithm,
      ...(keyArn === undefined ? {} : { KMSMasterKeyID: keyArn }),
    },
    BucketKeyEnabled: algorithm === 'aws:kms',
  };
  await s3.send(
    new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }),
  );
}

/** Statements as an IAM policy document has them. */
export async function putPolicy(s3: S3Client, bucket: string, ...statements: object[]): Promise<void> {
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy }));
}
