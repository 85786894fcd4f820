import assert from 'node:assert/strict';
import {
  type EncryptionConfiguration,
  HeadObjectCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  type ReplicationRule,
  type S3Client,
} from '@aws-sdk/client-s3';
import { allow, makeBucket, openS3, type OpenedS3, roleOf } from './open-s3.ts';

export const ROLE = roleOf('replicator', [], 's3.amazonaws.com').arn;

/** What S3's guide gives a replication role, for the buckets `from` and `dest`. */
export const REPLICATES = [
  allow(['s3:GetObjectVersionForReplication', 's3:GetObjectVersionTagging'], 'arn:aws:s3:::from/*'),
  allow(['s3:ReplicateObject', 's3:ReplicateTags'], 'arn:aws:s3:::dest/*'),
];

/** A rule of the new schema that takes everything; `more` overrides members. */
export function ruleTo(destination: object = {}, more: Partial<ReplicationRule> = {}): ReplicationRule {
  return {
    ID: 'all',
    Status: 'Enabled',
    Priority: 1,
    Filter: {},
    DeleteMarkerReplication: { Status: 'Disabled' },
    Destination: { Bucket: 'arn:aws:s3:::dest', ...destination },
    ...more,
  };
}

/** A rule that takes what is under KMS too. */
export function ruleUnderKms(EncryptionConfiguration: EncryptionConfiguration): ReplicationRule {
  const SourceSelectionCriteria = { SseKmsEncryptedObjects: { Status: 'Enabled' as const } };
  return ruleTo({ EncryptionConfiguration }, { SourceSelectionCriteria });
}

export function ruleWithKey(key: string): ReplicationRule {
  return ruleUnderKms({ ReplicaKmsKeyID: key });
}

export function putReplication(...Rules: ReplicationRule[]): PutBucketReplicationCommand {
  return new PutBucketReplicationCommand({ Bucket: 'from', ReplicationConfiguration: { Role: ROLE, Rules } });
}

export async function makeVersioned(s3: S3Client, name: string): Promise<void> {
  await makeBucket(s3, name);
  await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
}

/** The buckets `from` and `dest` with versioning, and a role that S3 can assume. */
export async function openReplication(statements: readonly object[] = REPLICATES): Promise<OpenedS3> {
  const opened = await openS3();
  await makeVersioned(opened.s3, 'from');
  await makeVersioned(opened.s3, 'dest');
  opened.aws.world.identity.putRole(roleOf('replicator', statements, 's3.amazonaws.com'));
  return opened;
}

/** Status and key of the object in the bucket once nothing is under way; undefined where it is not there. */
export async function headOf({ aws, s3 }: OpenedS3, Bucket: string, Key = 'a') {
  assert.equal(await aws.world.activity.idle(5_000), true);
  try {
    return await s3.send(new HeadObjectCommand({ Bucket, Key }));
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFound') return undefined;
    throw error;
  }
}
