import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Permission } from '../service.ts';
import { throughAccessPoint } from './access-point-gate.ts';
import type { Bucket } from './bucket.ts';
import { requireKey } from './object-key.ts';
import { onBucket } from './resource-permission.ts';
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
  input: { Bucket?: string | undefined; Key: string | undefined; VersionId?: string | undefined },
  call: Call,
): Found {
  const key = requireKey(input.Key);
  try {
    return { bucket, object: requireObject(bucket, key, input.VersionId) };
  } catch (cause) {
    if (
      cause instanceof AwsError &&
      cause.status === 404 &&
      !mayDo(s3, input.Bucket, onBucket(bucket, 's3:ListBucket'), call)
    )
      throw accessDenied();
    throw cause;
  }
}

/** Whether the caller may do more than what the request was let in for; `name` is the bucket or access point of the request. */
export function mayDo(s3: S3, name: string | undefined, permission: Permission, call: Call): boolean {
  try {
    s3.world.identity.authorize(call, throughAccessPoint(s3, name, [permission], call));
    return true;
  } catch (cause) {
    if (cause instanceof AwsError) return false;
    throw cause;
  }
}
