import type { Context } from '../../iam/conditions.ts';
import { type BucketState, kindOf } from '../model.ts';

/** A bucket, and the partition that its ARNs are of. */
export interface PlacedBucket {
  state: Pick<BucketState, 'bucket' | 'account' | 'region'>;
  partition: string;
}

/** With a bucket key S3 sends the bucket as the encryption context, otherwise each object (S3 User Guide, S3 Bucket Keys). */
export const CONTEXT_KEY = 'kms:encryptioncontext:aws:s3:arn';

/** arn:aws:s3:::NAME of a general purpose bucket. */
export function bucketArn({ state, partition }: { state: Pick<BucketState, 'bucket'>; partition: string }): string {
  return `arn:${partition}:s3:::${state.bucket}`;
}

/**
 * What KMS sees of a request that S3 makes for somebody who reads or writes the bucket (KMS condition keys): every form that it may
 * take. Without `bucketKey` it may be with one or without.
 */
export function s3Contexts(bucket: PlacedBucket, bucketKey?: boolean): Context[] {
  const always = { 'kms:grantisforawsresource': null };
  if (kindOf(bucket.state.bucket) === 'directory') {
    return [{ ...always, 'kms:encryptioncontext:aws:s3express:arn': directoryArn(bucket) }];
  }
  const arn = bucketArn(bucket);
  const sent = [...(bucketKey === false ? [] : [arn]), ...(bucketKey === true ? [] : [`${arn}/*`])];
  return hostsOf(bucket).flatMap((host) =>
    sent.map((one) => ({ ...always, 'kms:viaservice': host, [CONTEXT_KEY]: one })),
  );
}

/** The conditions that limit a grant of the key to this bucket's S3 (KMS Developer Guide, kms:ViaService). */
export function onlyThroughS3(bucket: PlacedBucket): object {
  if (kindOf(bucket.state.bucket) === 'directory') {
    return { 'kms:EncryptionContext:aws:s3express:arn': directoryArn(bucket) };
  }
  const [host, ...more] = hostsOf(bucket);
  return { 'kms:ViaService': more.length === 0 ? host : [host, ...more] };
}

/** Which host a directory bucket's requests come through is not documented, so it has none here; nor is China's, so both spellings count. */
function hostsOf({ state, partition }: PlacedBucket): string[] {
  const host = `s3.${state.region}.amazonaws.com`;
  return partition === 'aws-cn' ? [host, `${host}.cn`] : [host];
}

function directoryArn({ state, partition }: PlacedBucket): string {
  return `arn:${partition}:s3express:${state.region}:${state.account}:bucket/${state.bucket}`;
}
