import { GetBucketVersioningCommand, type S3Client } from '@aws-sdk/client-s3';
import { readFact } from '../sdk/read-fact.ts';
import type { OwnedBucket } from './owned-bucket.ts';

/**
 * GetBucketVersioning: false for a bucket that never had versioning. A suspended bucket may keep versions and writes over others, so that is as open as what
 * cannot be read.
 */
export function createVersioning(s3: S3Client) {
  return async function readVersioning({ bucket, account }: OwnedBucket): Promise<boolean | undefined> {
    const asked = { what: `Whether bucket ${bucket} keeps versions`, action: 's3:GetBucketVersioning' };
    const target = { Bucket: bucket, ExpectedBucketOwner: account };
    const status = await readFact(asked, async () => (await s3.send(new GetBucketVersioningCommand(target))).Status);
    if (status.kind === 'unread' || status.value === 'Suspended') return undefined;
    return status.value === 'Enabled';
  };
}
