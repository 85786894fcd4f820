import type {
  DeleteBucketEncryptionRequest,
  GetBucketEncryptionOutput,
  GetBucketEncryptionRequest,
  PutBucketEncryptionRequest,
  ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Key } from '../world.ts';
import type { Bucket } from './bucket.ts';
import { refuseExpectedOwner } from './directory-buckets.ts';
import { authorizeKey, resolveKey } from './kms-access.ts';
import { invalidRequest, malformedXml } from './s3-error.ts';
import type { S3 } from './store.ts';

const SSE_S3: ServerSideEncryptionRule = {
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
  BucketKeyEnabled: true,
};

/**
 * PUT ?encryption of a directory bucket: SSE-S3, or SSE-KMS under one customer key for the life of the bucket. Unlike for other buckets the
 * key is looked at now, and the caller needs kms:GenerateDataKey and kms:Decrypt on it (API PutBucketEncryption; aws-facts 1.4).
 */
export function putDirectoryEncryption(s3: S3, input: PutBucketEncryptionRequest, call: Call): void {
  refuseExpectedOwner(input);
  const bucket = s3.store.locate(input, call);
  const rules = input.ServerSideEncryptionConfiguration?.Rules ?? [];
  const [rule] = rules;
  const byDefault = rule?.ApplyServerSideEncryptionByDefault;
  if (rules.length !== 1 || byDefault === undefined) throw malformedXml();
  if (rule?.BlockedEncryptionTypes !== undefined)
    throw invalidRequest('BlockedEncryptionTypes is not supported for directory buckets');
  const { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId } = byDefault;
  if (algorithm === 'AES256') {
    if (keyId !== undefined) throw invalidRequest('A KMSMasterKeyID is for the default encryption aws:kms only');
    bucket.encryption = SSE_S3;
    return;
  }
  if (algorithm !== 'aws:kms')
    throw invalidRequest(`The default encryption of a directory bucket is AES256 or aws:kms, found ${algorithm}`);
  if (rule?.BucketKeyEnabled === false)
    throw invalidRequest('S3 Bucket Keys cannot be disabled for a directory bucket');
  const key = checkKey(s3, bucket, keyId, call);
  bucket.keyForLife = key.arn;
  bucket.encryption = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyId },
    BucketKeyEnabled: true,
  };
}

export function getDirectoryEncryption(
  s3: S3,
  input: GetBucketEncryptionRequest,
  call: Call,
): GetBucketEncryptionOutput {
  refuseExpectedOwner(input);
  return { ServerSideEncryptionConfiguration: { Rules: [s3.store.locate(input, call).encryption] } };
}

/** Back to SSE-S3. The bucket's customer key stays the only one that it can ever have again. */
export function deleteDirectoryEncryption(s3: S3, input: DeleteBucketEncryptionRequest, call: Call): void {
  refuseExpectedOwner(input);
  s3.store.locate(input, call).encryption = SSE_S3;
}

function checkKey(s3: S3, bucket: Bucket, keyId: string | undefined, call: Call): Key {
  if (keyId === undefined)
    throw invalidRequest('A directory bucket needs a customer managed key: the AWS managed key is not supported');
  if (/(?:^|:)alias\//.test(keyId))
    throw invalidRequest(`The key must be given by its id or ARN, an alias is not supported: ${keyId}`);
  const key = resolveKey(s3, keyId, bucket, call);
  if (key.manager === 'AWS') throw invalidRequest('The AWS managed key is not supported for directory buckets');
  checkUsable(key);
  if (bucket.keyForLife !== undefined && bucket.keyForLife !== key.arn)
    throw invalidRequest(
      `A directory bucket supports one customer managed key for its lifetime, which is ${bucket.keyForLife}, found ${key.arn}`,
    );
  const actions = ['kms:GenerateDataKey', 'kms:Decrypt'];
  authorizeKey(s3, { keyArn: key.arn, bucketKey: true, bucket, objectKey: '', actions }, call);
  return key;
}

function checkUsable(key: Key): void {
  if (key.state === 'Disabled') throw new AwsError('KMS.DisabledException', `${key.arn} is disabled.`, 400);
  if (key.state !== 'Enabled') throw new AwsError('KMS.KMSInvalidStateException', `${key.arn} is ${key.state}.`, 400);
  if (key.usage !== 'ENCRYPT_DECRYPT' || key.spec !== 'SYMMETRIC_DEFAULT')
    throw new AwsError('KMS.InvalidKeyUsageException', `${key.arn} is ${key.usage} and ${key.spec}.`, 400);
}
