import { kindOf } from '../../policy/model.ts';

/** One bucket and the account that must own it. */
export interface OwnedBucket {
  bucket: string;
  account: string;
}

/**
 * The members by which a request names a bucket and the owner that it expects (x-amz-expected-bucket-owner). Directory buckets are
 * named alone: they answer 501 to that header (S3 API, directory buckets).
 */
export function targetOf({ bucket, account }: OwnedBucket): { Bucket: string; ExpectedBucketOwner?: string } {
  return kindOf(bucket) === 'directory' ? { Bucket: bucket } : { Bucket: bucket, ExpectedBucketOwner: account };
}

/** IAM action of the same name in the service that the bucket belongs to: s3 or s3express. */
export function actionOn(bucket: string, action: string): string {
  return `${kindOf(bucket) === 'directory' ? 's3express' : 's3'}:${action}`;
}
