import type { ReplicationRule } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Bucket } from './bucket.ts';
import type { Protection, Sealed } from './envelope.ts';
import { authorizeKey, resolveKey } from './kms-access.ts';
import { usesSourceKey } from './replication-rule.ts';
import { onObject } from './resource-permission.ts';
import { accessDenied } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { StoredObject } from './stored-object.ts';
import { addReplica } from './versions.ts';

/** One object version on its way to one destination. */
export interface Replica {
  readonly source: Bucket;
  readonly object: StoredObject;
  readonly destination: Bucket;
  readonly rule: ReplicationRule;
}

/**
 * Writes the replica as the replication role: the same version id, dates, metadata and tags, encrypted as the source is (S3 guide, "What
 * does Amazon S3 replicate" and "Replicating encrypted objects"). Throws what stands in the way.
 */
export function writeReplica(s3: S3, replica: Replica, call: Call): void {
  const { source, object, destination, rule } = replica;
  if (destination.versioning !== 'Enabled')
    throw new AwsError('InvalidBucketState', `versioning of the destination ${destination.name} is not enabled`, 409);
  const named = { Key: object.key, VersionId: object.versionId };
  const tagged = object.tags.length > 0;
  s3.world.identity.authorize(call, [
    onObject(source, named, 's3:GetObjectVersionForReplication'),
    ...(tagged ? [onObject(source, named, 's3:GetObjectVersionTagging')] : []),
    onObject(destination, { Key: object.key }, 's3:ReplicateObject'),
    ...(tagged ? [onObject(destination, { Key: object.key }, 's3:ReplicateTags')] : []),
  ]);
  const sealed = sealReplica(s3, replica, call);
  const locks = destination.objectLock === undefined ? { retention: undefined, legalHold: false } : {};
  addReplica(destination, {
    ...object,
    ...locks,
    sealed,
    storageClass: rule.Destination?.StorageClass ?? object.storageClass,
    replicationStatus: 'REPLICA',
  });
}

/** Under SSE-C the sealed bytes are carried over as they are: S3 never has the key again. */
function sealReplica(s3: S3, replica: Replica, call: Call): Sealed {
  const { object, destination } = replica;
  const { protection } = object.sealed;
  switch (protection.algorithm) {
    case 'SSE-C':
      if (destination.encryption.BlockedEncryptionTypes?.EncryptionType?.includes('SSE-C') === true)
        throw accessDenied(`SSE-C is blocked for the destination ${destination.name}`);
      return object.sealed;
    case 'none':
    case 'AES256':
      return s3.store.envelope.seal(s3.store.envelope.unseal(object.sealed), { algorithm: 'AES256' });
    case 'aws:kms':
    case 'aws:kms:dsse':
      return reseal(s3, { ...replica, from: protection }, call);
  }
}

/** Unlocked under the source's key and locked under the replica key; the role needs kms:Decrypt on the one and kms:Encrypt on the other. */
function reseal(
  s3: S3,
  { source, object, destination, rule, from }: Replica & { from: Extract<Protection, { keyArn: string }> },
  call: Call,
): Sealed {
  const wasBucketKey = from.algorithm === 'aws:kms' && from.bucketKey;
  const objectKey = object.key;
  authorizeKey(
    s3,
    { keyArn: from.keyArn, bucketKey: wasBucketKey, bucket: source, objectKey, actions: ['kms:Decrypt'] },
    call,
  );
  const atDestination = { ...call, region: destination.region };
  const keyId = usesSourceKey(rule)
    ? relatedKey(from.keyArn, destination)
    : rule.Destination?.EncryptionConfiguration?.ReplicaKmsKeyID;
  const keyArn = resolveKey(s3, keyId, destination, atDestination).arn;
  const bucketKey = from.algorithm === 'aws:kms' && (wasBucketKey || destination.encryption.BucketKeyEnabled === true);
  // With a bucket key the role decrypts under the replica key too (S3 guide, "Using Amazon S3 Bucket Keys with replication").
  const actions = bucketKey ? ['kms:Encrypt', 'kms:Decrypt'] : ['kms:Encrypt'];
  authorizeKey(s3, { keyArn, bucketKey, bucket: destination, objectKey, actions }, atDestination);
  const plain = s3.store.envelope.unseal(object.sealed);
  return s3.store.envelope.seal(
    plain,
    from.algorithm === 'aws:kms' ? { algorithm: 'aws:kms', keyArn, bucketKey } : { algorithm: 'aws:kms:dsse', keyArn },
  );
}

/** The related key of the destination's Region. A key of one Region has none, which is taken to fail there; AWS does not say (docs/unverified.md). */
function relatedKey(keyArn: string, { region }: Bucket): string {
  const [, head = '', account = '', key = ''] = /^(arn:[^:]+:kms):[^:]*:(\d{12}):(key\/mrk-.+)$/.exec(keyArn) ?? [];
  if (key === '') throw new AwsError('KMS.NotFoundException', `${keyArn} is no multi-Region key`, 400);
  return `${head}:${region}:${account}:${key}`;
}
