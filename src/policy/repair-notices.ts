import { judgeGrant } from '../iam/match.ts';
import { keyForm } from './keys/key-form.ts';
import { objectsArnOf } from './keys/s3-request.ts';
import type { Reason } from './model.ts';
import type { Weighed } from './repair-reasons.ts';

/** What a repair that breaks nothing which can be seen changes all the same, for people to look at. */
export function repairNotices(weighed: Weighed): Reason[] {
  return [...ofBucketKey(weighed), ...ofUploads(weighed)];
}

/** IAM policies are not read here (S3 User Guide, S3 Bucket Keys, changes to note before enabling). */
function ofBucketKey({ known: { state }, write }: Weighed): Reason[] {
  const { bucket, rule } = state;
  const wasObjects =
    rule.algorithm === 'aws:kms' && rule.bucketKey !== true && keyForm(rule.keyId).kind !== 'aws-managed';
  if (!wasObjects || !write.bucketKey) return [];
  const message = `With the Bucket Key S3 sends the ARN of bucket ${bucket} as the encryption context in place of each object ARN: IAM policies with a condition on object ARNs in kms:EncryptionContext:aws:s3:arn no longer match, so name the bucket's ARN there too.`;
  return [{ code: 'bucket-key-context', message }];
}

/** A policy that refuses uploads without a header, and takes AES256 by name: whoever uploads goes round the default. */
function ofUploads({ known, purpose, safety }: Weighed): Reason[] {
  if (purpose !== 'key' || known.kind !== 'general-purpose') return [];
  const { bucket, account } = known.state;
  const principal = { kind: 'arn' as const, arn: `arn:${known.partition}:iam::${account}:role/=.=` };
  const upload = { principal, action: 's3:PutObject', resource: objectsArnOf(known) };
  const asked = (header: string | null) =>
    judgeGrant(safety.bucketPolicy, { ...upload, context: { ...NO_KEY, 's3:x-amz-server-side-encryption': header } });
  const plain = asked(null);
  if (plain.grant !== 'denied' || asked('AES256').grant === 'denied') return [];
  const message = `The policy of bucket ${bucket} refuses uploads without the header x-amz-server-side-encryption and takes AES256 there (${plain.because.join(', ')}), so no upload will use the new default, and uploads stay under SSE-S3: change that statement to the standard, or take it away.`;
  return [{ code: 'uploads-name-encryption', message }];
}

const NO_KEY = { 's3:x-amz-server-side-encryption-aws-kms-key-id': null };
