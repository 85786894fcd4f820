import type {
  DeleteObjectOutput,
  DeleteObjectRequest,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  ObjectIdentifier,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import type { Permission } from '../service.ts';
import { throughAccessPoint } from './access-point-gate.ts';
import type { Bucket } from './bucket.ts';
import { bareEtag } from './etag.ts';
import { isLocked } from './retention.ts';
import { requireKey } from './object-key.ts';
import { onObject } from './resource-permission.ts';
import { accessDenied, malformedXml, preconditionFailed } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { StoredObject } from './stored-object.ts';
import { currentObject, deleteCurrent, findVersion, removeVersion, visibleVersionId } from './versions.ts';
import { wholeSeconds } from './stored-object.ts';

const MOST_AT_ONCE = 1000;

/** One thing to delete and how. */
interface Deletion {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly bypassGovernance: boolean;
}

/** DELETE /bucket/key. Deleting what is not there succeeds. */
export function deleteObject(s3: S3, input: DeleteObjectRequest, call: Call): DeleteObjectOutput {
  const bucket = s3.store.locate(input, call);
  const key = requireKey(input.Key);
  if (input.IfMatchLastModifiedTime !== undefined || input.IfMatchSize !== undefined)
    throw notEmulated('conditions of directory buckets on a delete');
  const current = currentObject(bucket, key);
  if (
    input.IfMatch !== undefined &&
    input.IfMatch !== '*' &&
    current !== undefined &&
    bareEtag(input.IfMatch) !== current.etag
  ) {
    throw preconditionFailed('If-Match');
  }
  return deleteOne(s3, bucket, {
    key,
    versionId: input.VersionId,
    bypassGovernance: input.BypassGovernanceRetention === true,
  });
}

/** POST ?delete. Each key has its own permission and its own result. */
export function deleteObjects(s3: S3, input: DeleteObjectsRequest, call: Call): DeleteObjectsOutput {
  const bucket = s3.store.locate(input, call);
  const objects = input.Delete?.Objects ?? [];
  if (objects.length === 0 || objects.length > MOST_AT_ONCE) throw malformedXml();
  const answer = { Deleted: [] as DeleteObjectsOutput['Deleted'], Errors: [] as DeleteObjectsOutput['Errors'] };
  for (const object of objects) {
    const named = { Key: object.Key, VersionId: object.VersionId };
    try {
      const done = deleteListed(
        s3,
        bucket,
        { name: input.Bucket, object, bypassGovernance: input.BypassGovernanceRetention === true },
        call,
      );
      const marker = object.VersionId === undefined ? { DeleteMarkerVersionId: done.VersionId } : {};
      if (input.Delete?.Quiet !== true)
        answer.Deleted?.push({ ...named, ...(done.DeleteMarker === true ? { DeleteMarker: true, ...marker } : {}) });
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      answer.Errors?.push({ ...named, Code: cause.code, Message: cause.message });
    }
  }
  return answer;
}

/** What one deletion needs; a version is another action than the current object. */
export function deletePermissions(
  bucket: Bucket,
  of: { key: string; versionId: string | undefined; bypassGovernance: boolean },
): Permission[] {
  const actions = [of.versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion'];
  if (of.bypassGovernance) actions.push('s3:BypassGovernanceRetention');
  return actions.map((action) => onObject(bucket, { Key: of.key, VersionId: of.versionId }, action));
}

function deleteListed(
  s3: S3,
  bucket: Bucket,
  { name, object, bypassGovernance }: { name: string | undefined; object: ObjectIdentifier; bypassGovernance: boolean },
  call: Call,
) {
  if (object.ETag !== undefined || object.LastModifiedTime !== undefined || object.Size !== undefined) {
    throw notEmulated('conditions on the objects of a DeleteObjects request');
  }
  const deletion = { key: requireKey(object.Key), versionId: object.VersionId, bypassGovernance };
  s3.world.identity.authorize(call, throughAccessPoint(s3, name, deletePermissions(bucket, deletion), call));
  return deleteOne(s3, bucket, deletion);
}

function deleteOne(s3: S3, bucket: Bucket, { key, versionId, bypassGovernance }: Deletion): DeleteObjectOutput {
  const now = s3.world.now();
  if (versionId === undefined) {
    const marker = deleteCurrent(bucket, key, wholeSeconds(now));
    return marker === undefined ? {} : { DeleteMarker: true, VersionId: marker.versionId };
  }
  const version = findVersion(bucket, key, versionId);
  if (version?.kind === 'object' && isLocked(version, now) && !(bypassGovernance && onlyGovernance(version))) {
    throw accessDenied('Access Denied because object protected by object lock.');
  }
  removeVersion(bucket, key, versionId);
  return {
    VersionId: visibleVersionId(bucket, version) ?? versionId,
    ...(version?.kind === 'marker' ? { DeleteMarker: true } : {}),
  };
}

function onlyGovernance(version: StoredObject): boolean {
  return !version.legalHold && version.retention?.mode === 'GOVERNANCE';
}
