import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Key } from '../world.ts';
import type { Bucket } from './bucket.ts';
import { accessDenied, invalidArgument } from './s3-error.ts';
import type { S3 } from './store.ts';

const AWS_MANAGED = 'alias/aws/s3';

/**
 * The key that a write uses. Key ids and aliases are resolved in the requester's account, not the bucket owner's; no key at all is
 * the requester's aws/s3 (aws-facts 1.2). Throws KMS.NotFoundException as S3 names it.
 */
export function resolveKey(s3: S3, keyId: string | undefined, bucket: Bucket, call: Call): Key {
  refuseUnsigned(call);
  const { keys } = s3.world;
  if (keyId === undefined || keyId === AWS_MANAGED)
    return keys.awsManaged(AWS_MANAGED, call.caller.accountId, bucket.region);
  const arn = /^arn:[^:]+:kms:([^:]*):(\d{12}):(.+)$/.exec(keyId);
  if (arn !== null && arn[1] !== bucket.region) throw keyNotFound(`Invalid arn ${arn[1]}`);
  if (arn?.[3] === AWS_MANAGED && arn[2] !== undefined) return keys.awsManaged(AWS_MANAGED, arn[2], bucket.region);
  return findKey(s3, keyId, bucket, call);
}

/** One use of a key by S3 for its caller. */
export interface KeyUse {
  readonly keyArn: string;
  readonly bucketKey: boolean;
  readonly bucket: Bucket;
  readonly objectKey: string;
  /** For example `kms:GenerateDataKey`. */
  readonly actions: readonly string[];
}

/**
 * Throws AccessDenied unless the caller may use the key through S3. Anyone in an account may use its aws/s3 whom no policy denies it, nobody else may. With a
 * bucket key the encryption context is the bucket's ARN; every request asks KMS here, as if no bucket key were ever cached.
 */
export function authorizeKey(s3: S3, use: KeyUse, call: Call): void {
  refuseUnsigned(call);
  const key = findKey(s3, use.keyArn, use.bucket, call);
  if (key.manager === 'AWS' && key.accountId !== call.caller.accountId)
    throw accessDenied(`The AWS managed key ${key.arn} cannot be used from the account ${call.caller.accountId}`);
  const service = use.bucket.arn.split(':')[2] ?? 's3';
  const context = {
    [`kms:EncryptionContext:aws:${service}:arn`]: use.bucketKey ? use.bucket.arn : `${use.bucket.arn}/${use.objectKey}`,
  };
  s3.world.identity.authorize(
    { ...call, viaService: `${service}.${use.bucket.region}.amazonaws.com` },
    use.actions.map((action) => ({
      action,
      resource: key.arn,
      owner: key.accountId,
      resourcePolicy: key.policy,
      context,
    })),
  );
}

/** KMS is never used for a request that is not signed, whatever the key policy says (S3 guide, "Using SSE-KMS"). */
export function refuseUnsigned({ caller }: Call): void {
  if (caller.isAnonymous !== true) return;
  throw invalidArgument(
    'Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.',
    'Authorization',
    'null',
  );
}

function findKey(s3: S3, keyId: string, bucket: Bucket, call: Call): Key {
  try {
    return s3.world.keys.resolve(keyId, call.caller.accountId, bucket.region);
  } catch (cause) {
    if (cause instanceof AwsError) throw keyNotFound(cause.message);
    throw cause;
  }
}

function keyNotFound(message: string): AwsError {
  return new AwsError('KMS.NotFoundException', message, 400);
}
