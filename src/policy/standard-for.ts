import type { Exception, PolicyDocument } from './document.ts';
import { exceptionFor } from './exceptions.ts';
import type { Standard } from './model.ts';

/** What one bucket shall have, by which rule, and whether Reseal may change it. */
export interface Ruling {
  standard: Standard;
  rule: string;
  /** Judge and record, change nothing. */
  observe: boolean;
  /** In force or expired: the verdict tells. */
  exception?: Exception;
}

/** Batch reports are SSE-S3 whatever the bucket says, and a manifest must not be under KMS: no policy can change this. */
const OWN_BUCKET: Standard = { algorithm: 'AES256', bucketKey: false, blockSseC: 'leave', reencrypt: 'none' };

/** Finds the standard for a bucket. `own` is true for Reseal's own buckets, known by name from the stack. */
export function standardFor(policy: PolicyDocument, { bucket, own }: { bucket: string; own: boolean }): Ruling {
  if (own) return { standard: OWN_BUCKET, rule: 'built-in: own bucket', observe: false };
  const exception = exceptionFor(policy.exceptions, bucket);
  return {
    standard: { ...policy.standard, reencrypt: policy.objects.reencrypt },
    rule: 'default',
    observe: policy.mode === 'observe',
    ...(exception === undefined ? {} : { exception }),
  };
}
