import type {
  DeleteBucketReplicationRequest,
  GetBucketReplicationOutput,
  GetBucketReplicationRequest,
  PutBucketReplicationRequest,
  ReplicationConfiguration,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import type { Permission } from '../service.ts';
import { checkReplicationRules } from './check-replication-rules.ts';
import { invalidRequest } from './s3-error.ts';
import { REPLICATION_SERVICE } from './replication-rule.ts';
import { onBucket } from './resource-permission.ts';
import type { S3 } from './store.ts';

/**
 * PUT ?replication, of the old schema (Prefix) and the new one (Filter and Priority). Versioning must be on at both ends and the role
 * must be one that S3 can assume. Rules without an ID are given one.
 */
export function putBucketReplication(s3: S3, input: PutBucketReplicationRequest, call: Call): void {
  const bucket = s3.store.locate(input, call);
  if (input.Token !== undefined) throw notEmulated('the Object Lock token of PutBucketReplication');
  if (bucket.versioning !== 'Enabled')
    throw invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  const given = input.ReplicationConfiguration;
  checkRole(s3, given?.Role ?? '');
  const rules = checkReplicationRules(s3, bucket, given?.Rules ?? []);
  bucket.replication = { Role: given?.Role, Rules: rules.map((rule, at) => ({ ...rule, ID: rule.ID ?? idOf(at) })) };
}

export function getBucketReplication(
  s3: S3,
  input: GetBucketReplicationRequest,
  call: Call,
): GetBucketReplicationOutput {
  const { replication, name } = s3.store.locate(input, call);
  if (replication !== undefined) return { ReplicationConfiguration: replication };
  throw new AwsError('ReplicationConfigurationNotFoundError', 'The replication configuration was not found', 404, {
    fields: { BucketName: name },
  });
}

export function deleteBucketReplication(s3: S3, input: DeleteBucketReplicationRequest, call: Call): void {
  s3.store.locate(input, call).replication = undefined;
}

/** Who puts a replication configuration hands S3 a role. */
export function replicationPermissions(s3: S3, input: PutBucketReplicationRequest, call: Call): Permission[] {
  const bucket = s3.store.locate(input, call);
  const role = roleOf(input.ReplicationConfiguration);
  return [
    onBucket(bucket, 's3:PutReplicationConfiguration'),
    {
      action: 'iam:PassRole',
      resource: role,
      owner: role.split(':')[4] ?? '',
      context: { 'iam:PassedToService': REPLICATION_SERVICE },
    },
  ];
}

function roleOf(configuration: ReplicationConfiguration | undefined): string {
  return configuration?.Role ?? '';
}

/** Whether S3 can assume the role is taken to be asked at once; AWS's pages do not say when. */
function checkRole(s3: S3, roleArn: string): void {
  const { identity } = s3.world;
  if (identity.role(roleArn) === undefined) throw invalidRequest(`The replication role ${roleArn} does not exist`);
  try {
    identity.startSession(roleArn, 's3-replication', { service: REPLICATION_SERVICE });
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw invalidRequest(`The trust policy of the replication role ${roleArn} does not name ${REPLICATION_SERVICE}`);
  }
}

function idOf(position: number): string {
  return `rule-${position + 1}`;
}
