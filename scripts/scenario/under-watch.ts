import { DeleteBucketEncryptionCommand, PutBucketEncryptionCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { createBucket, putAll, type Written } from './before-reseal.ts';
import { keysOf } from './contents.ts';
import type { Play } from './play.ts';

/**
 * What happens to a bucket while Reseal watches: it is made, loses its encryption, or gets a weaker one, and is written to. `drifted`
 * is called when it has, before the first object.
 */
export async function disturb(
  { play, s3, objects }: { play: Play; s3: S3Client; objects: number },
  drifted: () => Promise<void>,
): Promise<Written> {
  const { bucket } = play;
  switch (play.kind) {
    case 'new':
      await createBucket(s3, play);
      await drifted();
      return new Map();
    case 'encryption-deleted':
      await s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
      await drifted();
      return putAll(s3, bucket, keysOf('drifted', objects));
    case 'weakened':
      await s3.send(
        new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration: { Rules: [WEAK] } }),
      );
      await drifted();
      return putAll(s3, bucket, keysOf('drifted', objects));
    case 'already-right':
    case 'dsse':
    case 'existing-objects':
    case 'exempt':
    case 'unreadable':
      return new Map();
  }
}

const WEAK = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } };
