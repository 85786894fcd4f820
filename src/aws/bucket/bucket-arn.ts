/** The ARN of a bucket. A directory bucket's names its Region and account, any other's does not (Service Authorization Reference). */
export function bucketArn(
  { bucket, account, region }: { bucket: string; account: string; region: string },
  partition: string,
): string {
  return bucket.endsWith('--x-s3')
    ? `arn:${partition}:s3express:${region}:${account}:bucket/${bucket}`
    : `arn:${partition}:s3:::${bucket}`;
}
