import type {
  BlockedEncryptionTypes,
  DeleteBucketEncryptionRequest,
  GetBucketEncryptionOutput,
  GetBucketEncryptionRequest,
  PutBucketEncryptionRequest,
  ServerSideEncryptionByDefault,
  ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { notEmulated } from '../errors.ts';
import { type Bucket, newBucketEncryption } from './bucket.ts';
import { invalidArgument, malformedXml } from './s3-error.ts';
import type { S3 } from './store.ts';

/** PUT ?encryption: replaces the whole rule. S3 does not look at the key; a wrong one breaks every later write (aws-facts 1.2). */
export function putBucketEncryption(s3: S3, input: PutBucketEncryptionRequest, call: Call): void {
  const bucket = s3.store.locate(input, call);
  const rules = input.ServerSideEncryptionConfiguration?.Rules ?? [];
  const [rule] = rules;
  if (rule === undefined || rules.length > 1) throw malformedXml();
  const byDefault = checkDefault(rule.ApplyServerSideEncryptionByDefault);
  checkBlocked(rule.BlockedEncryptionTypes);
  bucket.encryption = withBlocked(
    {
      // AWS does not say what a rule without a default does; it is taken to speak of the other two members only.
      ApplyServerSideEncryptionByDefault: byDefault ?? bucket.encryption.ApplyServerSideEncryptionByDefault,
      BucketKeyEnabled: rule.BucketKeyEnabled ?? false,
    },
    rule.BlockedEncryptionTypes ?? blockedOnOmit(s3, bucket),
  );
}

/** GET ?encryption. Every bucket has a rule since January 2023. */
export function getBucketEncryption(s3: S3, input: GetBucketEncryptionRequest, call: Call): GetBucketEncryptionOutput {
  return { ServerSideEncryptionConfiguration: { Rules: [s3.store.locate(input, call).encryption] } };
}

/** DELETE ?encryption: back to SSE-S3. */
export function deleteBucketEncryption(s3: S3, input: DeleteBucketEncryptionRequest, call: Call): void {
  const bucket = s3.store.locate(input, call);
  const { BlockedEncryptionTypes: _, ...reset } = newBucketEncryption(bucket.region);
  bucket.encryption = withBlocked(reset, blockedOnOmit(s3, bucket));
}

function blockedOnOmit(s3: S3, bucket: Bucket): BlockedEncryptionTypes | undefined {
  const from = s3.store.options.blockedTypesOnOmit === 'keep' ? bucket.encryption : newBucketEncryption(bucket.region);
  return from.BlockedEncryptionTypes;
}

function withBlocked(
  rule: ServerSideEncryptionRule,
  blocked: BlockedEncryptionTypes | undefined,
): ServerSideEncryptionRule {
  return blocked === undefined ? rule : { ...rule, BlockedEncryptionTypes: blocked };
}

function checkDefault(byDefault: ServerSideEncryptionByDefault | undefined): ServerSideEncryptionByDefault | undefined {
  switch (byDefault?.SSEAlgorithm) {
    case undefined:
      if (byDefault !== undefined) throw malformedXml();
      return undefined;
    case 'AES256':
      if (byDefault?.KMSMasterKeyID === undefined) return byDefault;
      throw invalidArgument(
        'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
        'ApplyServerSideEncryptionByDefault',
      );
    case 'aws:kms':
    case 'aws:kms:dsse':
      return byDefault;
    case 'aws:fsx':
    case 'aws:backup':
      throw notEmulated(`the default encryption ${byDefault?.SSEAlgorithm}`);
    default:
      throw malformedXml();
  }
}

function checkBlocked(blocked: BlockedEncryptionTypes | undefined): void {
  if (blocked === undefined) return;
  const types: readonly string[] = blocked.EncryptionType ?? [];
  if (types.length === 0)
    throw invalidArgument('BlockedEncryptionTypes must contain at least one encryption type', 'BlockedEncryptionTypes');
  const known = types.every((type) => type === 'NONE' || type === 'SSE-C');
  if (!known || (types.length > 1 && types.includes('NONE'))) throw malformedXml();
}
