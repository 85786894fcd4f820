import {
  PutBucketAclCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createBucket, putPolicy } from './make-bucket.ts';
import type { Place } from './place.ts';

interface Target {
  s3: S3Client;
  bucket: string;
  place: Place;
}

/** A bucket that has its standard is told to load balancers. Answers what the hold must say of it. */
export async function sendLoadBalancerLogs({ s3, bucket, place }: Target): Promise<string> {
  await putPolicy(s3, bucket, {
    Sid: 'LoadBalancerLogs',
    Effect: 'Allow',
    Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${bucket}/AWSLogs/${place.account}/*`,
  });
  return 'lets logdelivery.elasticloadbalancing.amazonaws.com write';
}

/** Another bucket sends its access logs to one that has its standard. Answers what the hold must say of it. */
export async function sendAccessLogs({ s3, bucket, place }: Target): Promise<string> {
  const source = `${bucket}-source`;
  await createBucket(s3, source, place.region);
  await putPolicy(s3, bucket, {
    Sid: 'AccessLogs',
    Effect: 'Allow',
    Principal: { Service: 'logging.s3.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
    Condition: { StringEquals: { 'aws:SourceAccount': place.account } },
  });
  const LoggingEnabled = { TargetBucket: bucket, TargetPrefix: 'access-logs/' };
  await s3.send(new PutBucketLoggingCommand({ Bucket: source, BucketLoggingStatus: { LoggingEnabled } }));
  return `receives the server access logs of ${source}`;
}

/** The ACL of a bucket that has its standard lets S3 write access logs. Answers what the hold must say of it. */
export async function letLogsIn({ s3, bucket }: Target): Promise<string> {
  const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }];
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls: { Rules } }));
  const LogDelivery = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"';
  await s3.send(new PutBucketAclCommand({ Bucket: bucket, GrantWrite: LogDelivery, GrantReadACP: LogDelivery }));
  return 'lets logging.s3.amazonaws.com write';
}
