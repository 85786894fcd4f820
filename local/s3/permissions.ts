import type {
  CreateBucketRequest,
  DeleteObjectRequest,
  HeadBucketRequest,
  ListObjectsV2Request,
  PutBucketReplicationRequest,
  PutBucketAclRequest,
  PutObjectAclRequest,
  PutObjectRetentionRequest,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import { aclContext, namesAcl } from './acl-headers.ts';
import { partitionOf } from './bucket.ts';
import { deletePermissions } from './delete-objects.ts';
import { gated } from './request-gate.ts';
import { isMissing, onBucket, onObject } from './resource-permission.ts';
import { replicationPermissions } from './replication-configuration.ts';
import type { S3 } from './store.ts';
import { writingTable } from './writing-table.ts';

/** Actions of operations that need one permission on the bucket, by the names of the Service Authorization Reference. */
const ON_BUCKET = {
  DeleteBucket: 's3:DeleteBucket',
  GetBucketLocation: 's3:GetBucketLocation',
  GetBucketEncryption: 's3:GetEncryptionConfiguration',
  PutBucketEncryption: 's3:PutEncryptionConfiguration',
  DeleteBucketEncryption: 's3:PutEncryptionConfiguration',
  GetBucketLogging: 's3:GetBucketLogging',
  PutBucketLogging: 's3:PutBucketLogging',
  GetBucketReplication: 's3:GetReplicationConfiguration',
  DeleteBucketReplication: 's3:PutReplicationConfiguration',
  GetBucketAcl: 's3:GetBucketAcl',
  GetBucketVersioning: 's3:GetBucketVersioning',
  PutBucketVersioning: 's3:PutBucketVersioning',
  GetBucketTagging: 's3:GetBucketTagging',
  PutBucketTagging: 's3:PutBucketTagging',
  DeleteBucketTagging: 's3:PutBucketTagging',
  GetBucketOwnershipControls: 's3:GetBucketOwnershipControls',
  PutBucketOwnershipControls: 's3:PutBucketOwnershipControls',
  DeleteBucketOwnershipControls: 's3:PutBucketOwnershipControls',
  GetBucketWebsite: 's3:GetBucketWebsite',
  PutBucketWebsite: 's3:PutBucketWebsite',
  DeleteBucketWebsite: 's3:DeleteBucketWebsite',
  GetObjectLockConfiguration: 's3:GetBucketObjectLockConfiguration',
  PutObjectLockConfiguration: 's3:PutBucketObjectLockConfiguration',
  GetPublicAccessBlock: 's3:GetBucketPublicAccessBlock',
  PutPublicAccessBlock: 's3:PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 's3:PutBucketPublicAccessBlock',
  GetBucketLifecycleConfiguration: 's3:GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 's3:PutLifecycleConfiguration',
  DeleteBucketLifecycle: 's3:PutLifecycleConfiguration',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
} as const;

/** Actions of operations that need one permission on the object: for the current one, and for a version by its id. */
const ON_OBJECT = {
  GetObjectAttributes: ['s3:GetObjectAttributes', 's3:GetObjectVersionAttributes'],
  GetObject: ['s3:GetObject', 's3:GetObjectVersion'],
  HeadObject: ['s3:GetObject', 's3:GetObjectVersion'],
  GetObjectAcl: ['s3:GetObjectAcl', 's3:GetObjectVersionAcl'],
  GetObjectTagging: ['s3:GetObjectTagging', 's3:GetObjectVersionTagging'],
  PutObjectTagging: ['s3:PutObjectTagging', 's3:PutObjectVersionTagging'],
  DeleteObjectTagging: ['s3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging'],
  GetObjectRetention: ['s3:GetObjectRetention', 's3:GetObjectRetention'],
  GetObjectLegalHold: ['s3:GetObjectLegalHold', 's3:GetObjectLegalHold'],
  PutObjectLegalHold: ['s3:PutObjectLegalHold', 's3:PutObjectLegalHold'],
  RestoreObject: ['s3:RestoreObject', 's3:RestoreObject'],
  AbortMultipartUpload: ['s3:AbortMultipartUpload', 's3:AbortMultipartUpload'],
  ListParts: ['s3:ListMultipartUploadParts', 's3:ListMultipartUploadParts'],
} as const;

const READS: readonly string[] = ['GetObject', 'HeadObject', 'GetObjectAttributes'];

interface BucketInput {
  readonly Bucket?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

interface ObjectInput extends BucketInput {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

/** What every S3 operation asks for. Finding the bucket comes first: a missing or foreign-Region one is told to anybody, as S3 does. */
export function s3Permissions(s3: S3): ServiceDefinition['permissions'] {
  const onBuckets = Object.entries(ON_BUCKET).map(([operation, action]) => [
    operation,
    (input: BucketInput, call: Call) => [
      onBucket(
        operation === 'GetBucketLocation' ? s3.store.require(input.Bucket) : s3.store.locate(input, call),
        action,
      ),
    ],
  ]);
  const onObjects = Object.entries(ON_OBJECT).map(([operation, [current, version]]) => [
    operation,
    (input: ObjectInput, call: Call) => {
      const bucket = s3.store.locate(input, call);
      // Who may list learns that a key is not there, whatever else is allowed (API GetObject, HeadObject, "Permissions").
      if (READS.includes(operation) && isMissing(bucket, input)) return [onBucket(bucket, 's3:ListBucket')];
      const asked = onObject(bucket, input, input.VersionId === undefined ? current : version);
      return operation === 'GetObjectAttributes' ? [onObject(bucket, input, readAction(input)), asked] : [asked];
    },
  ]);
  return gated(s3, {
    ...Object.fromEntries([...onBuckets, ...onObjects]),
    ...ownTables(s3),
    ...aclTable(s3),
    ...policyTable(s3),
  });
}

function readAction({ VersionId }: ObjectInput): string {
  return VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
}

/** The administrator of the bucket's account reaches its policy whatever it denies (S3 API, PutBucketPolicy): none locks a bucket for good. Only the organization's policies bind it. */
function policyTable(s3: S3): ServiceDefinition['permissions'] {
  const actions = ['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'];
  const entries = actions.map((action) => [
    action.slice('s3:'.length),
    (input: BucketInput, call: Call): Permission[] => {
      const bucket = s3.store.locate(input, call);
      const isOwner = call.caller.role === undefined && call.caller.accountId === bucket.accountId;
      const permission = onBucket(bucket, action);
      return [isOwner ? { ...permission, resourcePolicy: undefined } : permission];
    },
  ]);
  return Object.fromEntries(entries);
}

/** Setting a list is seen by policies with what it grants. */
function aclTable(s3: S3) {
  return {
    PutBucketAcl: (input: PutBucketAclRequest, call: Call) => [
      onBucket(s3.store.locate(input, call), 's3:PutBucketAcl', aclContext(input)),
    ],
    PutObjectAcl: (input: PutObjectAclRequest, call: Call) => {
      const action = input.VersionId === undefined ? 's3:PutObjectAcl' : 's3:PutObjectVersionAcl';
      return [onObject(s3.store.locate(input, call), input, action, aclContext(input))];
    },
  };
}

/** Operations that need more than one permission, or one that depends on the request. */
function ownTables(s3: S3) {
  const listing = (input: ListObjectsV2Request, call: Call): Permission[] => [
    onBucket(s3.store.locate(input, call), 's3:ListBucket', listContext(input)),
  ];
  return {
    CreateBucket: (input: CreateBucketRequest, call: Call) => createPermissions(input, call),
    HeadBucket: (input: HeadBucketRequest, call: Call) => headPermissions(s3, input, call),
    ListBuckets: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
    PutBucketReplication: (input: PutBucketReplicationRequest, call: Call) => replicationPermissions(s3, input, call),
    ListObjectsV2: listing,
    ListObjects: listing,
    ListObjectVersions: (input: ListObjectsV2Request, call: Call) => [
      onBucket(s3.store.locate(input, call), 's3:ListBucketVersions', listContext(input)),
    ],
    ...writingTable(s3),
    // The newest guide and model name no s3:PutObject any more (aws-facts section 14).
    UpdateObjectEncryption: (input: ObjectInput, call: Call) => [
      onObject(s3.store.locate(input, call), input, 's3:UpdateObjectEncryption'),
    ],
    DeleteObject: (input: DeleteObjectRequest, call: Call) =>
      deletePermissions(s3.store.locate(input, call), {
        key: input.Key ?? '',
        versionId: input.VersionId,
        bypassGovernance: input.BypassGovernanceRetention === true,
      }),
    // Asked per key by the operation itself, so that one refusal does not cost the others.
    DeleteObjects: () => [],
    PutObjectRetention: (input: PutObjectRetentionRequest, call: Call) => {
      const bucket = s3.store.locate(input, call);
      const asked = [onObject(bucket, input, 's3:PutObjectRetention')];
      return input.BypassGovernanceRetention === true
        ? [...asked, onObject(bucket, input, 's3:BypassGovernanceRetention')]
        : asked;
    },
  };
}

function listContext(input: ListObjectsV2Request): Record<string, string> {
  return {
    ...(input.Prefix === undefined ? {} : { 's3:prefix': input.Prefix }),
    ...(input.Delimiter === undefined ? {} : { 's3:delimiter': input.Delimiter }),
    ...(input.MaxKeys === undefined ? {} : { 's3:max-keys': String(input.MaxKeys) }),
  };
}

function createPermissions(input: CreateBucketRequest, call: Call): Permission[] {
  const actions = ['s3:CreateBucket'];
  if (input.ObjectLockEnabledForBucket === true)
    actions.push('s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning');
  if (input.ObjectOwnership !== undefined) actions.push('s3:PutBucketOwnershipControls');
  if (namesAcl(input)) actions.push('s3:PutBucketAcl');
  if (input.CreateBucketConfiguration?.Tags !== undefined) actions.push('s3:TagResource');
  const region = input.CreateBucketConfiguration?.LocationConstraint ?? call.region;
  return actions.map((action) => ({
    action,
    resource: `arn:${partitionOf(region)}:s3:::${input.Bucket ?? ''}`,
    context: { 's3:LocationConstraint': region, ...aclContext(input) },
  }));
}

/** HeadBucket tells the Region even to those whom it refuses, so the refusal is made here. */
function headPermissions(s3: S3, input: HeadBucketRequest, call: Call): Permission[] {
  const bucket = s3.store.locate(input, call);
  const permissions = [onBucket(bucket, 's3:ListBucket')];
  try {
    s3.world.identity.authorize(call, permissions);
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw new AwsError(cause.code, cause.message, cause.status, {
      headers: { ...cause.headers, 'x-amz-bucket-region': bucket.region },
    });
  }
  return permissions;
}
