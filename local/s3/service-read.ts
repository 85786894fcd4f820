import { AwsError } from '../errors.ts';
import type { Permission } from '../service.ts';
import type { Bucket } from './bucket.ts';
import { keyForReading } from './customer-key.ts';
import { isArchived } from './restore.ts';
import { onBucket, onObject } from './resource-permission.ts';
import { accessDenied } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { StoredObject } from './stored-object.ts';
import { requireObject } from './versions.ts';

/** One read by an AWS service for one of its resources, for example by cloudfront.amazonaws.com for a distribution. */
export interface ServiceRead {
  readonly service: string;
  readonly sourceArn: string;
  readonly bucket: string;
  readonly key: string;
}

/**
 * GetObject as a service principal: the bucket policy must let it in, and under SSE-KMS the key policy as well, which no AWS managed key's
 * does (CloudFront guide, "Restricting access to an Amazon S3 origin"). Throws what S3 answers.
 */
export function readAsService(s3: S3, read: ServiceRead): Buffer {
  const bucket = s3.store.require(read.bucket);
  if (!isAllowed(s3, read, onObject(bucket, { Key: read.key }, 's3:GetObject'))) throw accessDenied();
  const object = objectFor(s3, read, bucket);
  if (isArchived(object, s3.world.now())) {
    throw new AwsError('InvalidObjectState', "The operation is not valid for the object's storage class", 403);
  }
  checkKey(s3, read, bucket, object);
  return s3.store.envelope.open(object.sealed, keyForReading(object.sealed.protection, {}));
}

/** Who may not list is not told that a key is missing. */
function objectFor(s3: S3, read: ServiceRead, bucket: Bucket): StoredObject {
  try {
    return requireObject(bucket, read.key, undefined);
  } catch (cause) {
    if (cause instanceof AwsError && !isAllowed(s3, read, onBucket(bucket, 's3:ListBucket'))) throw accessDenied();
    throw cause;
  }
}

function checkKey(s3: S3, read: ServiceRead, bucket: Bucket, { key, sealed: { protection } }: StoredObject): void {
  if (!('keyArn' in protection)) return;
  const kmsKey = s3.world.keys.resolve(protection.keyArn, bucket.accountId, bucket.region);
  const hasBucketKey = protection.algorithm === 'aws:kms' && protection.bucketKey;
  const decrypt: Permission = {
    action: 'kms:Decrypt',
    resource: kmsKey.arn,
    resourcePolicy: kmsKey.policy,
    context: {
      'kms:ViaService': `s3.${bucket.region}.amazonaws.com`,
      'kms:EncryptionContext:aws:s3:arn': hasBucketKey ? bucket.arn : `${bucket.arn}/${key}`,
    },
  };
  if (kmsKey.manager === 'AWS' || !isAllowed(s3, read, decrypt)) {
    throw accessDenied(`${read.service} is not authorized to perform: kms:Decrypt on resource: ${kmsKey.arn}`);
  }
}

function isAllowed(s3: S3, { service, sourceArn }: ServiceRead, permission: Permission): boolean {
  const source = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceArn.split(':')[4] ?? '' };
  return s3.world.identity.allowsService(service, { ...permission, context: { ...permission.context, ...source } });
}
