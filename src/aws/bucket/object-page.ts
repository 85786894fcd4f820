import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { ListedObject } from '../../policy/plan/plan.ts';
import type { OwnedBucket } from './owned-bucket.ts';
import { oddAnswer } from '../sdk/odd-answer.ts';

/**
 * The first page (at most 1,000 objects, current versions) of ListObjectsV2. Throws the SDK's error, or ResealError unreadable where
 * the answer is no listing.
 */
export function createObjectPage(s3: S3Client) {
  return async function readObjectPage({
    bucket,
    account,
  }: OwnedBucket): Promise<{ objects: ListedObject[]; truncated: boolean }> {
    const output = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ExpectedBucketOwner: account }));
    if (output.IsTruncated === undefined) throw oddAnswer('ListObjectsV2', 'IsTruncated', { bucket });
    const objects = (output.Contents ?? []).map((each) => ({
      sizeBytes: each.Size ?? 0,
      lastModifiedMs: each.LastModified?.getTime() ?? 0,
      storageClass: each.StorageClass ?? 'STANDARD',
    }));
    return { objects, truncated: output.IsTruncated };
  };
}
