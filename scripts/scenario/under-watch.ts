import { DeleteBucketEncryptionCommand, PutBucketEncryptionCommand, PutBucketTaggingCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { keysOf } from './contents.ts';
import { letLogsIn, sendAccessLogs, sendLoadBalancerLogs } from './later-log-targets.ts';
import { createBucket } from './make-bucket.ts';
import type { Play } from './play.ts';
import { putAll, type Written } from './put-objects.ts';

export interface Disturbance {
  play: Play;
  s3: S3Client;
  objects: number;
  /** How often a bucket's encryption comes back before its last drift. */
  comebacks: number;
  /** Resolves when Reseal has repaired the bucket so often; throws where that does not come. */
  restored: (times: number) => Promise<void>;
  /** Resolves when Reseal holds the bucket and says so; throws where that does not come. */
  held: (saying: string) => Promise<void>;
}

/**
 * What happens to a bucket while Reseal watches: it is made, loses its encryption once or again and again, gets a weaker one, or becomes the
 * target of logs, and is written to. `drifted` is called when it has, before the first object.
 */
export async function disturb(disturbance: Disturbance, drifted: () => Promise<void>): Promise<Written> {
  const { play, s3, objects } = disturbance;
  const { bucket } = play;
  switch (play.kind) {
    case 'new':
    case 'deleted':
      await createBucket(s3, bucket, play.place.region);
      await drifted();
      return new Map();
    case 'encryption-deleted':
      await deleteDefault(s3, bucket);
      await drifted();
      return putAll(s3, bucket, keysOf('drifted', objects));
    case 'flapping':
      await flap(disturbance);
      await drifted();
      return putAll(s3, bucket, keysOf('drifted', objects));
    case 'weakened':
      await s3.send(
        new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration: { Rules: [WEAK] } }),
      );
      await drifted();
      return putAll(s3, bucket, keysOf('drifted', objects));
    case 'tagged':
      await s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: [SECRET] } }));
      return new Map();
    case 'later-load-balancer-logs':
    case 'later-access-logs':
    case 'later-acl-logs':
      await disturbance.held(await LOGS[play.kind]({ s3, bucket, place: play.place }));
      return new Map();
    case 'already-right':
    case 'dsse':
    case 'existing-objects':
    case 'storage-classes':
    case 'object-lock':
    case 'exempt':
    case 'unreadable':
    case 'access-log-target':
    case 'load-balancer-logs':
    case 'cloudtrail-logs':
    case 'replication-source':
    case 'foreign-reader':
    case 'public-website':
    case 'access-point':
    case 'directory':
      return new Map();
  }
}

const LOGS = {
  'later-load-balancer-logs': sendLoadBalancerLogs,
  'later-access-logs': sendAccessLogs,
  'later-acl-logs': letLogsIn,
} as const;

const SECRET = { Key: 'data', Value: 'secret' };

const WEAK = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } };

async function deleteDefault(s3: S3Client, bucket: string): Promise<void> {
  await s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
}

/** Takes the encryption away as often as it comes back, and once more. */
async function flap({ play: { bucket }, s3, comebacks, restored }: Disturbance): Promise<void> {
  await deleteDefault(s3, bucket);
  for (let times = 1; times <= comebacks; times += 1) {
    await restored(times);
    await deleteDefault(s3, bucket);
  }
}
