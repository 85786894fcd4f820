import { AwsError, notEmulated } from '../errors.ts';
import type { Call } from '../call.ts';
import type { Bucket } from './bucket.ts';
import { type CustomerKeyInput, readCustomerKey } from './customer-key.ts';
import type { Protection } from './envelope.ts';
import { authorizeKey, resolveKey } from './kms-access.ts';
import { accessDenied, invalidArgument } from './s3-error.ts';
import type { S3 } from './store.ts';

/** The encryption headers of a write. */
export interface EncryptionInput extends CustomerKeyInput {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
}

export interface Choice {
  readonly protection: Protection;
  readonly customerKey: Buffer | undefined;
}

export interface WriteTarget {
  readonly bucket: Bucket;
  readonly objectKey: string;
}

/**
 * How a new object is encrypted: the request's headers where it has any, else the bucket's default. The caller needs
 * kms:GenerateDataKey on a KMS key. Throws S3's errors for headers that contradict each other and for a blocked SSE-C write.
 */
export function chooseEncryption(s3: S3, target: WriteTarget, input: EncryptionInput, call: Call): Choice {
  checkHeaders(input);
  const customer = readCustomerKey(input);
  if (customer !== undefined) {
    const blocked = target.bucket.encryption.BlockedEncryptionTypes?.EncryptionType ?? [];
    if (blocked.includes('SSE-C'))
      throw accessDenied('Server-side encryption with customer-provided keys (SSE-C) is blocked for this bucket');
    return { protection: { algorithm: 'SSE-C', keyMd5: customer.md5 }, customerKey: customer.key };
  }
  const protection = protectionOf(s3, target.bucket, input, call);
  if ('keyArn' in protection) {
    const bucketKey = protection.algorithm === 'aws:kms' && protection.bucketKey;
    authorizeKey(s3, { ...target, keyArn: protection.keyArn, bucketKey, actions: ['kms:GenerateDataKey'] }, call);
  }
  return { protection, customerKey: undefined };
}

function protectionOf(s3: S3, bucket: Bucket, input: EncryptionInput, call: Call): Protection {
  const byDefault = bucket.encryption.ApplyServerSideEncryptionByDefault;
  const asked = input.ServerSideEncryption;
  const algorithm = asked ?? byDefault?.SSEAlgorithm ?? 'AES256';
  const keyId = asked === undefined ? byDefault?.KMSMasterKeyID : input.SSEKMSKeyId;
  switch (algorithm) {
    case 'AES256':
      return { algorithm };
    case 'aws:kms':
      return {
        algorithm,
        keyArn: resolveKey(s3, keyId, bucket, call).arn,
        bucketKey: input.BucketKeyEnabled ?? bucket.encryption.BucketKeyEnabled ?? false,
      };
    case 'aws:kms:dsse':
      return { algorithm, keyArn: resolveKey(s3, keyId, bucket, call).arn };
    case 'aws:fsx':
    case 'aws:backup':
      throw notEmulated(`the server-side encryption ${algorithm}`);
    default:
      throw invalidArgument(
        'The encryption method specified is not supported',
        'x-amz-server-side-encryption',
        algorithm,
      );
  }
}

function checkHeaders(input: EncryptionInput): void {
  const { ServerSideEncryption: asked, SSEKMSKeyId: keyId } = input;
  const name = 'x-amz-server-side-encryption';
  if (input.SSEKMSEncryptionContext !== undefined) throw notEmulated('a KMS encryption context of the caller');
  if (asked !== undefined && input.SSECustomerAlgorithm !== undefined) {
    throw invalidArgument(
      'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
      name,
      asked,
    );
  }
  if (keyId !== undefined && asked !== 'aws:kms' && asked !== 'aws:kms:dsse') {
    throw invalidArgument(
      `Server Side Encryption with AWS KMS managed key requires HTTP header ${name} : aws:kms or aws:kms:dsse`,
      name,
      asked,
    );
  }
  if (input.BucketKeyEnabled === true && asked === 'aws:kms:dsse') {
    throw new AwsError('InvalidArgument', 'S3 Bucket Keys are not supported for DSSE-KMS', 400);
  }
}
