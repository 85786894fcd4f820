import { createHash } from 'node:crypto';
import type {
  CreateJobCommandInput,
  JobManifest,
  JobManifestGeneratorFilter,
  ObjectEncryptionFilter,
  S3CopyObjectOperation,
} from '@aws-sdk/client-s3-control';
import type { Encryption } from '../../../src/policy/model.ts';
import {
  copyInPlace,
  currentIn,
  encryptionOf,
  isEncrypted,
  newestOf,
  type StoredObject,
  versionsIn,
} from './objects.ts';
import type { World } from './world.ts';

/** One row of a job's list; without a version it is about whatever is current when its turn comes. */
export interface Task {
  key: number;
  version?: string;
}

/** How a task fails. */
export interface Failure {
  code: string;
  status: number;
  message: string;
}

/** So many failures of its tasks never end. */
export const FOR_EVER = 9;

const NOTHING_MATCHED = 'Manifest generation found no keys matching the filter criteria.';

/** What a job is about: a list that was given to it, or what its generator finds now. */
export function listedBy(
  world: World,
  input: CreateJobCommandInput,
): { tasks: Task[] } | { code: string; reason: string } {
  if (input.Manifest !== undefined) return rowsOf(world, input.Manifest);
  const filter = input.ManifestGenerator?.S3JobManifestGenerator?.Filter ?? {};
  const isByVersion = world.isVersioned && world.listsVersions;
  const found = (isByVersion ? versionsIn(world).filter(({ isMarker }) => !isMarker) : currentIn(world)).filter(
    (object) => isMeant(filter, object),
  );
  if (found.length === 0) return { code: 'ManifestGenerationFailed', reason: NOTHING_MATCHED };
  return { tasks: found.map(({ key, version }) => (isByVersion ? { key, version } : { key })) };
}

export function etagOf(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function rowsOf({ manifests }: World, { Location, Spec }: JobManifest): ReturnType<typeof listedBy> {
  const text = manifests.get(Location?.ObjectArn?.split(':::reports/')[1] ?? '');
  if (text === undefined || etagOf(text) !== Location?.ETag)
    return { code: 'ManifestNotFound', reason: 'there is no such list' };
  const rows = text
    .trim()
    .split('\n')
    .map((row) => row.split(','));
  const odd = rows.some(({ length }) => length !== Spec?.Fields?.length);
  if (odd) return { code: 'ManifestInvalid', reason: 'its rows are not as its fields say' };
  return {
    tasks: rows.map(([, key, version]) => ({ key: Number(key), ...(version === undefined ? {} : { version }) })),
  };
}

/** What the generator's filter means. */
function isMeant(filter: JobManifestGeneratorFilter, object: StoredObject): boolean {
  const { CreatedAfter, MatchAnyObjectEncryption, MatchAnyStorageClass } = filter;
  if (CreatedAfter !== undefined && object.writtenMs < CreatedAfter.getTime()) return false;
  if (MatchAnyStorageClass?.some((name) => name === object.content.storageClass) === false) return false;
  return MatchAnyObjectEncryption?.some((each) => isUnder(each, encryptionOf(object))) ?? true;
}

function isUnder(
  { SSES3, NOTSSE, SSEKMS }: ObjectEncryptionFilter,
  { algorithm, keyId, bucketKey }: Encryption,
): boolean {
  if (SSES3 !== undefined) return algorithm === 'AES256';
  if (NOTSSE !== undefined) return algorithm === undefined;
  if (SSEKMS === undefined || algorithm !== 'aws:kms') return false;
  return (
    (SSEKMS.KmsKeyArn === undefined || SSEKMS.KmsKeyArn === keyId) &&
    (SSEKMS.BucketKeyEnabled === undefined || SSEKMS.BucketKeyEnabled === bucketKey)
  );
}

/** UpdateObjectEncryption or CopyObject on one object: undefined where it went through. */
export function runTask(world: World, { key, version }: Task, input: CreateJobCommandInput): Failure | undefined {
  const object = world.exists ? named(world, { key, version }) : undefined;
  if (object === undefined || (object.isMarker && version === undefined)) return refusal('NoSuchKey', 404);
  if (object.isMarker) return refusal('MethodNotAllowed', 405);
  const refused = refusedTask(object);
  if (refused !== undefined) return refused;
  const { S3UpdateObjectEncryption: update, S3PutObjectCopy: copy } = input.Operation ?? {};
  if (copy !== undefined) {
    const { UnModifiedSinceConstraint: before } = copy;
    if (before !== undefined && object.writtenMs > before.getTime()) return refusal('PreconditionFailed', 412);
    copyInPlace(world, object, copyOf(object, copy), input.ClientRequestToken ?? '');
    return undefined;
  }
  const { KMSKeyArn: keyId = '', BucketKeyEnabled: bucketKey = false } = update?.ObjectEncryption?.SSEKMS ?? {};
  return updateInPlace(world, object, { keyId, bucketKey });
}

/** How the next write of an object by us fails, where it does. */
export function refusedTask(object: StoredObject): Failure | undefined {
  if (object.fails === 0) return undefined;
  if (object.fails === FOR_EVER) return refusal('AccessDenied', 403);
  object.fails -= 1;
  return refusal('SlowDown', 503);
}

/** UpdateObjectEncryption. */
export function updateInPlace(
  { nowMs }: World,
  object: StoredObject,
  under: { keyId: string; bucketKey: boolean },
): Failure | undefined {
  const { algorithm } = encryptionOf(object);
  if (algorithm === 'aws:kms:dsse') return refusal('InvalidRequest', 400, 'DSSE-KMS is not supported');
  if (!isEncrypted(encryptionOf(object))) return refusal('InvalidRequest', 400, 'an unencrypted source object');
  object.reencrypted = { algorithm: 'aws:kms', ...under };
  object.updatedMs = nowMs;
  return undefined;
}

function named(world: World, { key, version }: { key: number; version: string | undefined }): StoredObject | undefined {
  if (version === undefined) return newestOf(world, key);
  return versionsIn(world).find((each) => each.key === key && each.version === version);
}

function refusal(code: string, status: number, message = code): Failure {
  return { code, status, message };
}

/** What a copy keeps, and what encrypts it (S3 Control S3CopyObjectOperation): what is not said of class and encryption is S3's default. */
function copyOf({ content }: StoredObject, copy: S3CopyObjectOperation): Pick<StoredObject, 'content' | 'reencrypted'> {
  const { SSEAlgorithm, ...metadata } = copy.NewObjectMetadata ?? {};
  const isReplaced =
    copy.MetadataDirective === 'REPLACE' || Object.values(metadata).some((value) => value !== undefined);
  const isKms = SSEAlgorithm === 'KMS';
  return {
    content: {
      bytes: content.bytes,
      metadata: isReplaced ? '' : content.metadata,
      tags: copy.NewObjectTagging === undefined ? content.tags : '',
      storageClass: copy.StorageClass ?? 'STANDARD',
    },
    reencrypted: isKms
      ? {
          algorithm: 'aws:kms',
          bucketKey: copy.BucketKeyEnabled ?? false,
          ...(copy.SSEAwsKmsKeyId && { keyId: copy.SSEAwsKmsKeyId }),
        }
      : { algorithm: 'AES256', bucketKey: false },
  };
}
