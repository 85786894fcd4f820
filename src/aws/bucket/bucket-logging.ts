import { GetBucketLoggingCommand, type S3Client } from '@aws-sdk/client-s3';
import { bucketFact } from './owned-bucket.ts';

/** Where a bucket's server access logs go. */
export interface LogDelivery {
  targetBucket: string;
  prefix: string;
}

/** GetBucketLogging: undefined where server access logging is off. */
export function createBucketLogging(s3: S3Client) {
  const fact = { name: 'logging', action: 's3:GetBucketLogging' };
  return bucketFact<LogDelivery | undefined>(fact, async (target, odd, options) => {
    const { LoggingEnabled: enabled } = await s3.send(new GetBucketLoggingCommand(target), options);
    if (enabled === undefined) return undefined;
    const { TargetBucket: targetBucket = '', TargetPrefix: prefix = '' } = enabled;
    if (targetBucket === '') throw odd('it names no target bucket');
    return { targetBucket, prefix };
  });
}
