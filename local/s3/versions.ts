import { randomBytes } from 'node:crypto';
import type { Bucket } from './bucket.ts';
import { methodNotAllowed, noSuchKey, noSuchVersion } from './s3-error.ts';
import type { DeleteMarker, StoredObject, Version } from './stored-object.ts';

/** A version as a writer hands it over: kind and version id are the bucket's business. */
export type NewObject = Omit<StoredObject, 'kind' | 'versionId'>;

/** Makes a new current version: beside the others where versioning is on, else in place of the one called `null`. */
export function addVersion(bucket: Bucket, object: NewObject): StoredObject {
  const stored: StoredObject = { ...object, kind: 'object', versionId: newVersionId(bucket) };
  push(bucket, stored);
  return stored;
}

/** Puts a replica in place under the version id of its source; what has that id already is replaced. */
export function addReplica(bucket: Bucket, replica: StoredObject): void {
  removeVersion(bucket, replica.key, replica.versionId);
  push(bucket, replica);
}

/** The current version, or undefined where there is none or it is a delete marker. */
export function currentObject(bucket: Bucket, key: string): StoredObject | undefined {
  const version = bucket.keys.get(key)?.versions[0];
  return version?.kind === 'object' ? version : undefined;
}

export function findVersion(bucket: Bucket, key: string, versionId: string): Version | undefined {
  return bucket.keys.get(key)?.versions.find((version) => version.versionId === versionId);
}

/** The object that a read means. Throws NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker asked by its id. */
export function requireObject(bucket: Bucket, key: string, versionId: string | undefined): StoredObject {
  const version = versionId === undefined ? bucket.keys.get(key)?.versions[0] : findVersion(bucket, key, versionId);
  if (version === undefined) throw versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId);
  if (version.kind === 'object') return version;
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId };
  throw versionId === undefined ? noSuchKey(key, headers) : methodNotAllowed(headers);
}

/** What a DELETE without a version id does: remove, or hide behind a delete marker. */
export function deleteCurrent(bucket: Bucket, key: string, time: Date): DeleteMarker | undefined {
  if (bucket.versioning === undefined) {
    removeVersion(bucket, key, 'null');
    return undefined;
  }
  const marker: DeleteMarker = { kind: 'marker', key, versionId: newVersionId(bucket), lastModified: time };
  push(bucket, marker);
  return marker;
}

/** Removes one version for good. Returns what it was; deleting what is not there succeeds. */
export function removeVersion(bucket: Bucket, key: string, versionId: string): Version | undefined {
  const row = bucket.keys.get(key);
  const at = row?.versions.findIndex((version) => version.versionId === versionId) ?? -1;
  if (row === undefined || at < 0) return undefined;
  const [removed] = row.versions.splice(at, 1);
  if (row.versions.length === 0) bucket.keys.remove(key);
  return removed;
}

/** Answers name a version only where the bucket is or was versioned. */
export function visibleVersionId(bucket: Bucket, version: Version | undefined): string | undefined {
  return bucket.versioning === undefined ? undefined : version?.versionId;
}

function push(bucket: Bucket, version: Version): void {
  const { versions } = bucket.keys.ensure(version.key);
  const replaced = version.versionId === 'null' ? versions.findIndex((other) => other.versionId === 'null') : -1;
  if (replaced >= 0) versions.splice(replaced, 1);
  versions.unshift(version);
}

function newVersionId(bucket: Bucket): string {
  return bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null';
}
