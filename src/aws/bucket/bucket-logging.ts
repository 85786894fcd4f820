import { GetBucketLoggingCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Fact } from '../../policy/facts.ts';
import { type OwnedBucket, targetOf } from './owned-bucket.ts';
import { notUnderstood, readFact } from '../sdk/read-fact.ts';

/** Where a bucket's server access logs go. */
export interface LogDelivery {
  targetBucket: string;
  prefix: string;
}

const ACTION = 's3:GetBucketLogging';

/** GetBucketLogging: undefined where server access logging is off. */
export function createBucketLogging(s3: S3Client) {
  return function readBucketLogging(owned: OwnedBucket): Promise<Fact<LogDelivery | undefined>> {
    const what = `The logging of bucket ${owned.bucket}`;
    return readFact<LogDelivery | undefined>({ what, action: ACTION }, async () => {
      const { LoggingEnabled: enabled } = await s3.send(new GetBucketLoggingCommand(targetOf(owned)));
      if (enabled === undefined) return undefined;
      const { TargetBucket: targetBucket = '', TargetPrefix: prefix = '' } = enabled;
      if (targetBucket === '') throw notUnderstood(what, 'it names no target bucket', ACTION);
      return { targetBucket, prefix };
    });
  };
}
