import * as sdk from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { notEmulated } from '../errors.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import { onlySupported } from '../supported-members.ts';
import * as policy from './bucket-policy.ts';
import { checkRequest } from './check-request.ts';
import * as buckets from './directory-buckets.ts';
import * as encryption from './directory-encryption.ts';
import * as objects from './directory-objects.ts';
import type { S3 } from './store.ts';

const BUCKET = ['Bucket', 'ExpectedBucketOwner'];
const OBJECT = [...BUCKET, 'Key'];
const CHECKSUMS = Object.values(sdk.ChecksumAlgorithm).map((name) => `Checksum${name}`);
const CONTENT = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Expires',
  'Metadata',
];

/** The members that each operation acts upon; what else a request has is refused by name. */
const SUPPORTED: Readonly<Record<string, readonly string[]>> = {
  CreateBucket: ['Bucket', 'CreateBucketConfiguration'],
  DeleteBucket: BUCKET,
  HeadBucket: BUCKET,
  ListDirectoryBuckets: ['MaxDirectoryBuckets', 'ContinuationToken'],
  GetBucketEncryption: BUCKET,
  PutBucketEncryption: [...BUCKET, 'ServerSideEncryptionConfiguration', 'ContentMD5', 'ChecksumAlgorithm'],
  DeleteBucketEncryption: BUCKET,
  GetBucketPolicy: BUCKET,
  PutBucketPolicy: [...BUCKET, 'Policy', 'ContentMD5', 'ChecksumAlgorithm'],
  DeleteBucketPolicy: BUCKET,
  PutObject: [
    ...OBJECT,
    ...CONTENT,
    ...CHECKSUMS,
    'Body',
    'ContentLength',
    'ContentMD5',
    'ChecksumAlgorithm',
    'StorageClass',
    'IfMatch',
    'IfNoneMatch',
  ],
  GetObject: [...OBJECT, 'Range', 'ChecksumMode', 'IfMatch', 'IfNoneMatch', 'IfModifiedSince', 'IfUnmodifiedSince'],
  HeadObject: [...OBJECT, 'ChecksumMode', 'IfMatch', 'IfNoneMatch', 'IfModifiedSince', 'IfUnmodifiedSince'],
  DeleteObject: [...OBJECT, 'IfMatch'],
  ListObjectsV2: [...BUCKET, 'Prefix', 'Delimiter', 'MaxKeys', 'ContinuationToken', 'EncodingType'],
  UpdateObjectEncryption: [...OBJECT, 'VersionId', 'ObjectEncryption', 'ContentMD5', 'ChecksumAlgorithm'],
  CreateSession: ['Bucket'],
};

/** Actions on the bucket; the object operations need the session that they would be made with, here as one action too. */
const ACTIONS: Readonly<Record<string, string>> = {
  CreateBucket: 's3express:CreateBucket',
  DeleteBucket: 's3express:DeleteBucket',
  HeadBucket: 's3express:CreateSession',
  GetBucketEncryption: 's3express:GetEncryptionConfiguration',
  PutBucketEncryption: 's3express:PutEncryptionConfiguration',
  DeleteBucketEncryption: 's3express:PutEncryptionConfiguration',
  GetBucketPolicy: 's3express:GetBucketPolicy',
  PutBucketPolicy: 's3express:PutBucketPolicy',
  DeleteBucketPolicy: 's3express:DeleteBucketPolicy',
  PutObject: 's3express:CreateSession',
  GetObject: 's3express:CreateSession',
  HeadObject: 's3express:CreateSession',
  DeleteObject: 's3express:CreateSession',
  ListObjectsV2: 's3express:CreateSession',
  UpdateObjectEncryption: 's3express:CreateSession',
};

const READS = ['HeadBucket', 'GetObject', 'HeadObject', 'ListObjectsV2'];

/**
 * Directory buckets (S3 Express One Zone): a name space of their own behind requests that sign as s3express, control and object calls
 * alike. Sessions are not emulated: clients must sign each request (disableS3ExpressSessionAuth).
 */
export function createDirectoryBuckets(s3: S3): ServiceDefinition {
  const operations = {
    CreateBucket: buckets.createDirectoryBucket,
    DeleteBucket: buckets.deleteDirectoryBucket,
    HeadBucket: buckets.headDirectoryBucket,
    ListDirectoryBuckets: buckets.listDirectoryBuckets,
    GetBucketEncryption: encryption.getDirectoryEncryption,
    PutBucketEncryption: encryption.putDirectoryEncryption,
    DeleteBucketEncryption: encryption.deleteDirectoryEncryption,
    GetBucketPolicy: policy.getBucketPolicy,
    PutBucketPolicy: policy.putBucketPolicy,
    DeleteBucketPolicy: policy.deleteBucketPolicy,
    PutObject: objects.putDirectoryObject,
    GetObject: objects.getDirectoryObject,
    HeadObject: objects.headDirectoryObject,
    DeleteObject: objects.deleteDirectoryObject,
    ListObjectsV2: objects.listDirectoryObjects,
    UpdateObjectEncryption: objects.refuseUpdateEncryption,
    CreateSession: refuseSession,
  } satisfies Readonly<Record<string, (s3: S3, input: never, call: Call) => unknown>>;
  const bound = Object.entries(operations).map(([name, run]) => [
    name,
    (input: never, call: Call): unknown => run(s3, input, call),
  ]);
  return {
    id: 's3express',
    signingName: 's3express',
    protocol: 'restXml',
    checkRequest,
    sdk: DIRECTORY_SDK,
    operations: onlySupported('S3 Express', Object.fromEntries(bound), SUPPORTED),
    permissions: permissionsOf(s3),
  };
}

function permissionsOf(s3: S3): ServiceDefinition['permissions'] {
  const onBuckets = Object.entries(ACTIONS).map(([operation, action]) => [
    operation,
    (input: { Bucket?: string }, call: Call): Permission[] => {
      const name = input.Bucket ?? '';
      const bucket = operation === 'CreateBucket' ? undefined : s3.store.locate({ Bucket: name }, call);
      const owner = bucket?.accountId ?? call.caller.accountId;
      const mode = { 's3express:SessionMode': READS.includes(operation) ? 'ReadOnly' : 'ReadWrite' };
      return [
        {
          action,
          resource: buckets.directoryBucketArn(name, owner, call.region),
          owner,
          ...(bucket?.policy === undefined ? {} : { resourcePolicy: bucket.policy.document }),
          ...(action === 's3express:CreateSession' ? { context: mode } : {}),
        },
      ];
    },
  ]);
  return {
    ...Object.fromEntries(onBuckets),
    ListDirectoryBuckets: () => [{ action: 's3express:ListAllMyDirectoryBuckets', resource: '*' }],
    // The SDK asks for a session before it makes the bucket; the refusal must name the way out, not the missing bucket.
    CreateSession: () => [],
  };
}

function refuseSession(): never {
  throw notEmulated(
    'CreateSession of S3 Express (clients must sign each request: disableS3ExpressSessionAuth, or AWS_S3_DISABLE_EXPRESS_SESSION_AUTH=true)',
  );
}

/** GET / is ListBuckets and ListDirectoryBuckets alike; at this endpoint it is only the latter. */
const { ListBuckets$: _, ...DIRECTORY_SDK } = sdk;
