import type { Judging, Known } from './decision.ts';
import { namesKey } from './keys/key-form.ts';
import type { BucketKind, Reason, Standard } from './model.ts';

/**
 * The standard as a bucket of this kind can have it. Directory buckets know neither DSSE-KMS nor SSE-C, and their Bucket Key is always
 * on (S3 User Guide, default encryption for directory buckets). `notes` says where that changed what the policy asks for.
 */
export function standardForKind(standard: Standard, kind: BucketKind): { standard: Standard; notes: Reason[] } {
  if (kind === 'general-purpose') return { standard, notes: [] };
  const possible: Standard = { ...standard, bucketKey: true, blockSseC: 'leave' };
  if (standard.algorithm !== 'aws:kms:dsse') return { standard: possible, notes: [] };
  const message = 'Directory buckets have no DSSE-KMS, so this one is judged by aws:kms under the same key.';
  return { standard: { ...possible, algorithm: 'aws:kms' }, notes: [{ code: 'directory-no-dsse', message }] };
}

type DirectoryCase = Pick<Known, 'state' | 'kind'> & Pick<Judging, 'standard' | 'key'>;

/** Why S3 would refuse to put the standard's key on a directory bucket; empty for every other bucket. */
export function directoryReasons({ state, kind, standard, key: reading }: DirectoryCase): Reason[] {
  if (kind !== 'directory' || standard.algorithm === 'AES256' || reading.kind !== 'found') return [];
  const { bucket, rule } = state;
  const { key } = reading;
  if (key.manager === 'AWS') {
    const message = `Directory bucket ${bucket} takes only a customer key and ${key.arn} is managed by AWS: name a key of your own in the policy.`;
    return [{ code: 'directory-key-aws-managed', message }];
  }
  if (rule.algorithm !== 'aws:kms' || namesKey(rule.keyId, { arn: key.arn })) return [];
  const message = `Directory bucket ${bucket} is under the key ${rule.keyId ?? 'that S3 does not name'}, and S3 gives a directory bucket one customer key for its life, so ${key.arn} cannot take its place: write a rule with key: keep for this bucket, or copy its objects to a new bucket.`;
  return [{ code: 'directory-key-for-life', message }];
}
