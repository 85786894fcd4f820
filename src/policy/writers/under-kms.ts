import type { BucketState, Reason } from '../model.ts';
import type { Writer } from './writer.ts';

/** A target of deliveries that take SSE-S3 only is under a KMS algorithm already: they fail, and nothing here lowers a bucket by itself. */
export function underKms(
  { service, evidence }: Writer,
  { bucket, rule }: Pick<BucketState, 'bucket' | 'rule'>,
): Reason {
  return {
    code: 'log-target-under-kms',
    message: `${evidence} ${service} can be delivered only to a bucket under SSE-S3, and bucket ${bucket} is under ${rule.algorithm}, so these deliveries fail: put SSE-S3 back by hand (aws s3api put-bucket-encryption), ask for exactly AES256 there by a rule of the policy, or take the permission away where nothing is delivered any more.`,
  };
}
