import type { Judging, Known } from './decision.ts';
import { namesKey } from './keys/key-form.ts';
import type { Reason } from './model.ts';

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
