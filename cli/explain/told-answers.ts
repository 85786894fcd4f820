import type { Answer } from '../../src/runtime/answered-clients.ts';
import type { StateFile } from './state-file.ts';

/** AWS as one state file tells it, operation by operation. */
export function toldAnswers(told: StateFile): Answer {
  return (operation, input) => {
    const answer = ANSWERS[operation];
    if (answer === undefined) throw awsError('NotImplemented', `a state file says nothing of ${operation}`);
    return answer(told, input);
  };
}

type Told = (told: StateFile, input: Readonly<Record<string, unknown>>) => object;

const ANSWERS: Readonly<Record<string, Told>> = {
  GetBucketEncryption: (told) => member(told, 'encryption') ?? absent('ServerSideEncryptionConfigurationNotFoundError'),
  GetBucketTagging: (told) => member(told, 'tags') ?? absent('NoSuchTagSet'),
  GetBucketPolicy: (told) => {
    const policy = member(told, 'bucketPolicy');
    return policy === undefined ? absent('NoSuchBucketPolicy') : { Policy: textOf(policy) };
  },
  GetBucketAcl: (told) => member(told, 'acl') ?? OWNER_ALONE,
  GetBucketReplication: (told) => member(told, 'replication') ?? absent('ReplicationConfigurationNotFoundError'),
  GetBucketWebsite: (told) => member(told, 'website') ?? absent('NoSuchWebsiteConfiguration'),
  ListAccessPoints: (told) => ({ AccessPointList: member(told, 'accessPoints')?.map(({ Name }) => ({ Name })) }),
  GetAccessPointPolicy: (told, { Name: name }) => {
    const policy = told.accessPoints.find(({ Name }) => Name === name)?.Policy;
    return policy === undefined ? absent('NoSuchAccessPointPolicy') : { Policy: textOf(policy) };
  },
  ListBuckets: listed,
  ListDirectoryBuckets: listed,
  // Only counted, if at all: the file tells no single object.
  ListObjectsV2: () => ({ IsTruncated: true }),
  DescribeKey: describedKey,
  GetKeyPolicy: keyPolicy,
  // Settings that decide only how objects are copied: as S3 makes a bucket since April 2023.
  GetBucketOwnershipControls: () => ({ OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } }),
  GetObjectLockConfiguration: () => absent('ObjectLockConfigurationNotFoundError'),
};

type Member = Exclude<keyof StateFile, 'refused' | 'keys' | 'keyPolicies'>;

function member<Name extends Member>(told: StateFile, name: Name): StateFile[Name] {
  const refused = told.refused.members[name];
  if (refused !== undefined) throw awsError(refused);
  return told[name];
}

function absent(code: string): never {
  throw awsError(code);
}

const OWNER_ALONE = {
  Owner: { ID: 'the-owner' },
  Grants: [{ Grantee: { Type: 'CanonicalUser', ID: 'the-owner' }, Permission: 'FULL_CONTROL' }],
};

function listed(told: StateFile): object {
  const createdAt = member(told, 'createdAt');
  return {
    Buckets: [{ Name: told.bucket, ...(createdAt === undefined ? {} : { CreationDate: new Date(createdAt) }) }],
  };
}

function describedKey({ keys, refused }: StateFile, { KeyId: asked }: Readonly<Record<string, unknown>>): object {
  const name = String(asked);
  const error = refused.keys[name];
  if (error !== undefined) throw awsError(error);
  const key = keys[name] ?? Object.values(keys).find((each) => isSameKey(each.KeyMetadata.Arn, name));
  if (key === undefined) throw awsError('NotFoundException');
  const { DeletionDate: deleted, ValidTo: valid, ...metadata } = key.KeyMetadata;
  return {
    KeyMetadata: {
      ...metadata,
      ...(deleted === undefined ? {} : { DeletionDate: new Date(deleted) }),
      ...(valid === undefined ? {} : { ValidTo: new Date(valid) }),
    },
  };
}

function isSameKey(arn: string, name: string): boolean {
  return arn === name || arn.endsWith(`:key/${name}`);
}

/** A key always has a policy: one that the file does not tell is the one that KMS gives a new key (KMS guide, default key policy). */
function keyPolicy({ keyPolicies, refused }: StateFile, { KeyId: asked }: Readonly<Record<string, unknown>>): object {
  const arn = String(asked);
  const error = refused.keyPolicies[arn];
  if (error !== undefined) throw awsError(error);
  const [, partition, , , account] = arn.split(':');
  const principal = { AWS: `arn:${partition}:iam::${account}:root` };
  const statement = { Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: principal };
  const standard = { Version: '2012-10-17', Statement: [{ ...statement, Action: 'kms:*', Resource: '*' }] };
  return { Policy: textOf(keyPolicies[arn] ?? standard) };
}

function textOf(document: string | object): string {
  return typeof document === 'string' ? document : JSON.stringify(document);
}

function awsError(name: string, message = 'as the state file tells'): Error {
  return Object.assign(new Error(message), { name });
}
