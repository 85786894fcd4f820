import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { type OwnedBucket, targetOf } from './owned-bucket.ts';
import { bucketRegionOf } from '../sdk/service-error.ts';

/**
 * HeadBucket: the Region that S3 itself names in x-amz-bucket-region, which it does on success and with 301, 400 and 403 alike;
 * undefined where it names none. Never throws: a Region is either proven or not known. Needs s3:ListBucket only for the 200.
 */
export function createBucketRegion(s3: S3Client) {
  return async function readBucketRegion(owned: OwnedBucket): Promise<string | undefined> {
    try {
      return (await s3.send(new HeadBucketCommand(targetOf(owned)))).BucketRegion;
    } catch (error) {
      return bucketRegionOf(error);
    }
  };
}
