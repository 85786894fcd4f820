import assert from 'node:assert/strict';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { LocalAws } from '../../../local/start-local.ts';

/** Lets a service write everything in the bucket. */
export async function letWrite(s3: S3Client, bucket: string, service: string, condition = {}): Promise<void> {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
    Condition: condition,
  };
  await s3.send(
    new PutBucketPolicyCommand({
      Bucket: bucket,
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  );
}

/** Sets the default encryption: SSE-S3 without a key. */
export async function encryptBy(
  s3: S3Client,
  bucket: string,
  algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse',
  key?: string,
  BucketKeyEnabled?: boolean,
): Promise<void> {
  const rule = {
    BucketKeyEnabled,
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: key },
  };
  await s3.send(
    new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }),
  );
}

/** The keys in a bucket once nothing is under way. */
export async function keysIn(aws: LocalAws, s3: S3Client, bucket: string): Promise<(string | undefined)[]> {
  assert.equal(await aws.world.activity.idle(5_000), true);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key }) => Key);
}

export async function textOf(s3: S3Client, bucket: string, key: string | undefined): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body?.transformToString();
}

/** Counts and the name of the last failure, by route. */
export function deliveriesOf(aws: LocalAws): unknown[] {
  return aws.buckets.deliveries
    .list()
    .map(({ source, target, delivered, failed, lastFailure }) => [
      source,
      target,
      delivered,
      failed,
      lastFailure?.code,
    ]);
}
