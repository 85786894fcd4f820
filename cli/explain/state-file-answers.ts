import type { ApiAnswer } from '../../src/runtime/answered-clients.ts';
import type { StateFile } from './state-file.ts';

/** AWS as one state file tells it, operation by operation. */
export function answersOf(given: StateFile): ApiAnswer {
  return (operation, input) => {
    const answer = ANSWERS.get(operation);
    if (answer === undefined) throw awsError('NotImplemented', `a state file has no answer to ${operation}`);
    return answer(given, input);
  };
}

type Answered = (given: StateFile, input: Readonly<Record<string, unknown>>) => object;

const ANSWERS: ReadonlyMap<string, Answered> = new Map(
  Object.entries<Answered>({
    GetBucketEncryption: (given) =>
      member(given, 'encryption') ?? absent('ServerSideEncryptionConfigurationNotFoundError'),
    GetTableBucketEncryption: (given) => member(given, 'encryption') ?? absent('NotFoundException'),
    GetTableBucket: (given) => ({ arn: given.bucket, ...createdOf(given, 'createdAt') }),
    ListTables: (given) => {
      const tables = member(given, 'tables') ?? 0;
      const shown = Math.min(tables, TABLES_OF_A_PAGE);
      return {
        tables: Array.from({ length: shown }, () => ({})),
        ...(tables > shown ? { continuationToken: 'more' } : {}),
      };
    },
    GetVectorBucket: (given) => ({
      vectorBucket: { ...(member(given, 'encryption') ?? SSE_S3_VECTORS), ...createdOf(given, 'creationTime') },
    }),
    ListTagsForResource: (given) => {
      const { TagSet: tags = [] } = member(given, 'tags') ?? {};
      return { tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) };
    },
    GetBucketTagging: (given) => member(given, 'tags') ?? absent('NoSuchTagSet'),
    GetBucketPolicy: (given) => {
      const policy = member(given, 'bucketPolicy');
      return policy === undefined ? absent('NoSuchBucketPolicy') : { Policy: textOf(policy) };
    },
    GetBucketAcl: (given) => member(given, 'acl') ?? OWNER_ALONE,
    GetBucketReplication: (given) => member(given, 'replication') ?? absent('ReplicationConfigurationNotFoundError'),
    GetBucketWebsite: (given) => member(given, 'website') ?? absent('NoSuchWebsiteConfiguration'),
    ListAccessPoints: (given) => ({ AccessPointList: member(given, 'accessPoints')?.map(({ Name }) => ({ Name })) }),
    GetAccessPointPolicy: (given, { Name: name }) => {
      const policy = given.accessPoints.find(({ Name }) => Name === name)?.Policy;
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
  }),
);

const TABLES_OF_A_PAGE = 1_000;

/** What a vector bucket has of which nothing else was said when it was made. */
const SSE_S3_VECTORS = { encryptionConfiguration: { sseType: 'AES256' } };

type Member = Exclude<keyof StateFile, 'refused' | 'keys' | 'keyPolicies'>;

function member<Name extends Member>(given: StateFile, name: Name): StateFile[Name] {
  const refused = given.refused.members.get(name);
  if (refused !== undefined) throw awsError(refused);
  return given[name];
}

function absent(code: string): never {
  throw awsError(code);
}

const OWNER_ALONE = {
  Owner: { ID: 'the-owner' },
  Grants: [{ Grantee: { Type: 'CanonicalUser', ID: 'the-owner' }, Permission: 'FULL_CONTROL' }],
};

function listed(given: StateFile): object {
  return { Buckets: [{ Name: given.bucket, ...createdOf(given, 'CreationDate') }] };
}

function createdOf(given: StateFile, name: string): object {
  const createdAt = member(given, 'createdAt');
  return createdAt === undefined ? {} : { [name]: new Date(createdAt) };
}

function describedKey({ keys, refused }: StateFile, { KeyId: asked }: Readonly<Record<string, unknown>>): object {
  const name = String(asked);
  const error = refused.keys.get(name);
  if (error !== undefined) throw awsError(error);
  const given = new Map(Object.entries(keys));
  const key = given.get(name) ?? [...given.values()].find((each) => isSameKey(each.KeyMetadata.Arn, name));
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
  const error = refused.keyPolicies.get(arn);
  if (error !== undefined) throw awsError(error);
  const [, partition, , , account] = arn.split(':');
  const principal = { AWS: `arn:${partition}:iam::${account}:root` };
  const statement = { Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: principal };
  const standard = { Version: '2012-10-17', Statement: [{ ...statement, Action: 'kms:*', Resource: '*' }] };
  return { Policy: textOf(new Map(Object.entries(keyPolicies)).get(arn) ?? standard) };
}

function textOf(document: string | object): string {
  return typeof document === 'string' ? document : JSON.stringify(document);
}

function awsError(name: string, message = 'as the state file says'): Error {
  return Object.assign(new Error(message), { name });
}
