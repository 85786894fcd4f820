import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Bucket } from './bucket.ts';
import { requireKey } from './object-key.ts';
import { accessDenied } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { StoredObject } from './stored-object.ts';
import { requireObject } from './versions.ts';

export interface ObjectInput {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

export interface Found {
  readonly bucket: Bucket;
  readonly object: StoredObject;
}

/** The object that a request means. A caller who may not list the bucket does not learn that a key is missing: AccessDenied. */
export function findObject(s3: S3, input: ObjectInput, call: Call): Found {
  return findIn(s3, s3.store.locate(input, call), input, call);
}

export function findIn(
  s3: S3,
  bucket: Bucket,
  input: { Key: string | undefined; VersionId?: string | undefined },
  call: Call,
): Found {
  const key = requireKey(input.Key);
  try {
    return { bucket, object: requireObject(bucket, key, input.VersionId) };
  } catch (cause) {
    if (cause instanceof AwsError && cause.status === 404 && !mayList(s3, bucket, call)) throw accessDenied();
    throw cause;
  }
}

function mayList(s3: S3, bucket: Bucket, call: Call): boolean {
  const list = {
    action: 's3:ListBucket',
    resource: bucket.arn,
    owner: bucket.accountId,
    resourcePolicy: bucket.policy?.document,
  };
  try {
    s3.world.identity.authorize(call, [list]);
    return true;
  } catch (cause) {
    if (cause instanceof AwsError) return false;
    throw cause;
  }
}
