import {
  type GetBucketLoggingOutput,
  type GetBucketLoggingRequest,
  type LoggingEnabled,
  PartitionDateSource,
  type PutBucketLoggingRequest,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import type { Bucket } from './bucket.ts';
import { checkEnumerated } from './enumerated.ts';
import { malformedXml } from './s3-error.ts';
import { ACCESS_LOGS, mayWrite } from './service-writers.ts';
import type { S3 } from './store.ts';

/**
 * PUT ?logging. Without LoggingEnabled logging ends. The target must exist, be of the same account and Region, and let S3's log
 * delivery write (S3 guide, "Enabling Amazon S3 server access logging"); its default encryption is not looked at.
 */
export function putBucketLogging(s3: S3, input: PutBucketLoggingRequest, call: Call): void {
  const bucket = s3.store.locate(input, call);
  const enabled = input.BucketLoggingStatus?.LoggingEnabled;
  if (enabled === undefined) {
    bucket.logging = undefined;
    return;
  }
  checkFormat(enabled);
  checkTarget(s3, bucket, enabled);
  bucket.logging = enabled;
}

/** GET ?logging. An empty answer is a bucket without logging. */
export function getBucketLogging(s3: S3, input: GetBucketLoggingRequest, call: Call): GetBucketLoggingOutput {
  const { logging } = s3.store.locate(input, call);
  return logging === undefined ? {} : { LoggingEnabled: logging };
}

function checkFormat({ TargetGrants: grants = [], TargetObjectKeyFormat: format }: LoggingEnabled): void {
  if (grants.length > 0) throw notEmulated('the TargetGrants of PutBucketLogging');
  if (format === undefined) return;
  if ((format.SimplePrefix === undefined) === (format.PartitionedPrefix === undefined)) throw malformedXml();
  checkEnumerated(PartitionDateSource, format.PartitionedPrefix?.PartitionDateSource, malformedXml);
}

function checkTarget(s3: S3, source: Bucket, { TargetBucket: name = '', TargetPrefix: prefix = '' }: LoggingEnabled) {
  const target = s3.store.find(name);
  if (target === undefined) throw invalidTarget('The target bucket for logging does not exist', name);
  if (target.accountId !== source.accountId)
    throw invalidTarget('The owner for the bucket to be logged and the target bucket must be the same.', name);
  if (target.region !== source.region) {
    throw new AwsError(
      'CrossLocationLoggingProhibited',
      'Cross-location logging not allowed. Buckets in one geographic location cannot log information to a bucket in another location.',
      403,
      { fields: { SourceBucketLocation: source.region, TargetBucketLocation: target.region } },
    );
  }
  if (!mayWrite(s3, { service: ACCESS_LOGS, target, key: prefix, from: sourceOf(source) })) {
    throw invalidTarget(
      'You must give the log-delivery group WRITE and READ_ACP permissions to the target bucket',
      name,
    );
  }
}

/** What S3 says of a source bucket where it delivers its logs. */
export function sourceOf(bucket: Bucket): { arn: string; account: string } {
  return { arn: bucket.arn, account: bucket.accountId };
}

function invalidTarget(message: string, name: string): AwsError {
  return new AwsError('InvalidTargetBucketForLogging', message, 400, { fields: { TargetBucket: name } });
}
