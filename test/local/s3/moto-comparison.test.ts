import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketLoggingCommand,
  GetBucketReplicationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketLoggingCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { motoMissing, startMoto } from '../moto.ts';
import { ACCOUNT, openS3, REGION } from './open-s3.ts';

const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery';
const SITE = { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'error.html' } };

type Step = (s3: S3Client) => Promise<unknown>;

const DATA = { Bucket: 'data' };
const ENCRYPTION = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const }, BucketKeyEnabled: true }],
};

/** One story, step by step: each answer is compared without what is random, timed or beyond one of the two. */
const STEPS: readonly [name: string, step: Step][] = [
  ['a website that is not there', (s3) => s3.send(new GetBucketWebsiteCommand({ Bucket: 'nowhere-at-all' }))],
  [
    'a new bucket',
    (s3) =>
      s3.send(new CreateBucketCommand({ ...DATA, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } })),
  ],
  [
    'the bucket again',
    (s3) =>
      s3.send(new CreateBucketCommand({ ...DATA, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } })),
  ],
  ['its location', (s3) => s3.send(new GetBucketLocationCommand(DATA))],
  ['its tags', (s3) => s3.send(new GetBucketTaggingCommand(DATA))],
  ['its versioning', (s3) => s3.send(new GetBucketVersioningCommand(DATA))],
  [
    'its encryption put',
    (s3) => s3.send(new PutBucketEncryptionCommand({ ...DATA, ServerSideEncryptionConfiguration: ENCRYPTION })),
  ],
  ['its encryption', encryptionOf],
  [
    'an object',
    (s3) => s3.send(new PutObjectCommand({ ...DATA, Key: 'dir/a b+c', Body: '0123456789', Tagging: 'k=v' })),
  ],
  ['a second', (s3) => s3.send(new PutObjectCommand({ ...DATA, Key: 'z', Body: 'z', Metadata: { team: 'blue' } }))],
  ['a listing', (s3) => s3.send(new ListObjectsV2Command(DATA))],
  ['a listing with a delimiter', (s3) => s3.send(new ListObjectsV2Command({ ...DATA, Delimiter: '/' }))],
  [
    'lists turned on',
    (s3) =>
      s3.send(
        new PutBucketOwnershipControlsCommand({
          ...DATA,
          OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
        }),
      ),
  ],
  ['a private list', grantsOf],
  [
    'a list for logs',
    (s3) =>
      s3.send(
        new PutBucketAclCommand({
          ...DATA,
          GrantWrite: `uri="${LOG_DELIVERY}"`,
          GrantReadACP: `uri="${LOG_DELIVERY}"`,
        }),
      ),
  ],
  ['what it grants', grantsOf],
  ['a private object', (s3) => s3.send(new PutObjectAclCommand({ ...DATA, Key: 'z', ACL: 'private' }))],
  [
    'the list of an object',
    async (s3) => (await s3.send(new GetObjectAclCommand({ ...DATA, Key: 'z' }))).Grants?.length,
  ],
  ['no website', (s3) => s3.send(new GetBucketWebsiteCommand(DATA))],
  ['a website', (s3) => s3.send(new PutBucketWebsiteCommand({ ...DATA, WebsiteConfiguration: SITE }))],
  [
    'its configuration',
    async (s3) => {
      const { IndexDocument, ErrorDocument } = await s3.send(new GetBucketWebsiteCommand(DATA));
      return [IndexDocument, ErrorDocument];
    },
  ],
  ['a first page', async (s3) => (await s3.send(new ListObjectsV2Command({ ...DATA, MaxKeys: 1 }))).Contents?.[0]?.Key],
  ['a head', (s3) => s3.send(new HeadObjectCommand({ ...DATA, Key: 'z' }))],
  ['a head of nothing', (s3) => s3.send(new HeadObjectCommand({ ...DATA, Key: 'nothing' }))],
  ['a range', (s3) => bodyOf(s3, 'bytes=2-4')],
  ['the last bytes', (s3) => bodyOf(s3, 'bytes=-3')],
  ['a range behind the end', (s3) => bodyOf(s3, 'bytes=10-')],
  ['the tags of an object', (s3) => s3.send(new GetObjectTaggingCommand({ ...DATA, Key: 'dir/a b+c' }))],
  ['a copy', (s3) => s3.send(new CopyObjectCommand({ ...DATA, Key: 'copy', CopySource: 'data/dir/a%20b%2Bc' }))],
  ['a copy onto itself', (s3) => s3.send(new CopyObjectCommand({ ...DATA, Key: 'z', CopySource: 'data/z' }))],
  ['a bucket that is not empty', (s3) => s3.send(new DeleteBucketCommand(DATA))],
  ['replication without versioning', putReplication],
  [
    'versioning',
    (s3) => s3.send(new PutBucketVersioningCommand({ ...DATA, VersioningConfiguration: { Status: 'Enabled' } })),
  ],
  ['no logging', (s3) => s3.send(new GetBucketLoggingCommand(DATA))],
  ['logging into nowhere', putLogging],
  ['no replication', (s3) => s3.send(new GetBucketReplicationCommand(DATA))],
  ['a delete marker', async (s3) => (await s3.send(new DeleteObjectCommand({ ...DATA, Key: 'z' }))).DeleteMarker],
  ['what it hides', (s3) => s3.send(new GetObjectCommand({ ...DATA, Key: 'z' }))],
  ['all versions', versionsOf],
];

/** Where it is on the machine: what both can do must look the same. It is never sent UpdateObjectEncryption. */
describe('the S3 of another emulator', { skip: motoMissing() }, () => {
  test('answers the same story alike', async () => {
    await using opened = await openS3();
    await using moto = await startMoto();
    const others = new S3Client({ ...moto.clientConfig({ account: ACCOUNT, region: REGION }), maxAttempts: 1 });
    for (const [name, step] of STEPS) {
      const [ours, theirs] = await Promise.all([outcomeOf(step, opened.s3), outcomeOf(step, others)]);
      assert.deepEqual(ours, theirs, name);
    }
  });
});

function putLogging(s3: S3Client): Promise<unknown> {
  const LoggingEnabled = { TargetBucket: 'nowhere-at-all', TargetPrefix: 'x' };
  return s3.send(new PutBucketLoggingCommand({ ...DATA, BucketLoggingStatus: { LoggingEnabled } }));
}

function putReplication(s3: S3Client): Promise<unknown> {
  const rule = { Status: 'Enabled' as const, Prefix: '', Destination: { Bucket: 'arn:aws:s3:::nowhere-at-all' } };
  const ReplicationConfiguration = { Role: 'arn:aws:iam::111111111111:role/x', Rules: [rule] };
  return s3.send(new PutBucketReplicationCommand({ ...DATA, ReplicationConfiguration }));
}

/** Without the owner's own grants, whose ids differ, and in any order. */
async function grantsOf(s3: S3Client): Promise<unknown> {
  const { Grants } = await s3.send(new GetBucketAclCommand(DATA));
  return Grants?.flatMap(({ Grantee, Permission }) =>
    Grantee?.Type === 'Group' ? [`${Grantee.URI} ${Permission}`] : [],
  ).sort();
}

async function encryptionOf(s3: S3Client): Promise<unknown> {
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand(DATA));
  // Only one of the two knows blocked types.
  return ServerSideEncryptionConfiguration?.Rules?.map((rule) => [
    rule.ApplyServerSideEncryptionByDefault,
    rule.BucketKeyEnabled,
  ]);
}

async function bodyOf(s3: S3Client, Range: string): Promise<unknown> {
  const { Body, ContentRange } = await s3.send(new GetObjectCommand({ ...DATA, Key: 'dir/a b+c', Range }));
  return [await Body?.transformToString(), ContentRange];
}

async function versionsOf(s3: S3Client): Promise<unknown> {
  const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand(DATA));
  return {
    versions: Versions?.map(({ Key, VersionId, IsLatest, Size }) => [Key, VersionId, IsLatest, Size]),
    markers: DeleteMarkers?.map(({ Key, IsLatest }) => [Key, IsLatest]),
  };
}

/** The members that both must answer: not times, owners, ids and the checksums and members that only one of them has. */
const COMPARED = [
  'LocationConstraint',
  'ETag',
  'ServerSideEncryption',
  'Name',
  'Prefix',
  'Delimiter',
  'MaxKeys',
  'KeyCount',
  'IsTruncated',
  'CommonPrefixes',
  'ContentLength',
  'Metadata',
  'AcceptRanges',
  'TagSet',
  'Status',
];

async function outcomeOf(step: Step, s3: S3Client): Promise<unknown> {
  try {
    const answer = await step(s3);
    if (Array.isArray(answer) || typeof answer !== 'object' || answer === null || !('$metadata' in answer))
      return answer;
    const told = Object.entries(answer).filter(([member, value]) => COMPARED.includes(member) && value !== undefined);
    const contents = 'Contents' in answer && Array.isArray(answer.Contents) ? answer.Contents.map(keyAndSize) : [];
    return { ...Object.fromEntries(told), contents };
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    return { code: error.name, status: error.$metadata.httpStatusCode };
  }
}

function keyAndSize(object: { Key?: string; Size?: number; ETag?: string }): unknown {
  return [object.Key, object.Size, object.ETag];
}
