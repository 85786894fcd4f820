import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as db from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import * as kms from '@aws-sdk/client-kms';
import * as s3 from '@aws-sdk/client-s3';
import * as sns from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { startLocal } from '../../local/start-local.ts';
import { createClients, type Clients } from './clients.ts';
import { motoMissing, startMoto, type Moto } from './moto.ts';

const skip = motoMissing();
/** The account of every caller of moto. */
const PLACE = { account: '123456789012', region: 'eu-west-1' };

/** What a client sees: a scenario answers plain values, without ids and times. */
type Scenario = (clients: Clients) => Promise<unknown>;

async function nameOf(sent: Promise<unknown>): Promise<string> {
  try {
    await sent;
    return 'no error';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

async function createBucket(clients: Clients, Bucket: string, ObjectLockEnabledForBucket?: boolean): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  await clients.s3.send(new s3.CreateBucketCommand({ Bucket, CreateBucketConfiguration, ObjectLockEnabledForBucket }));
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'the caller has an account': async ({ sts }) => (await sts.send(new GetCallerIdentityCommand())).Account,

  'a key is described': async (clients) => {
    const { KeyMetadata: key } = await clients.kms.send(new kms.CreateKeyCommand({ Description: 'd' }));
    const { KeyState, KeySpec, KeyManager, Enabled, EncryptionAlgorithms, Origin, Description, AWSAccountId } =
      key ?? {};
    return { KeyState, KeySpec, KeyManager, Enabled, EncryptionAlgorithms, Origin, Description, AWSAccountId };
  },

  'a multi-Region key has a primary and replicas': async (clients) => {
    const { KeyMetadata: key } = await clients.kms.send(new kms.CreateKeyCommand({ MultiRegion: true }));
    const KeyId = key?.KeyId ?? '';
    await clients.kms.send(new kms.ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-central-1' }));
    const { KeyMetadata: after } = await clients.kms.send(new kms.DescribeKeyCommand({ KeyId }));
    const { PrimaryKey, ReplicaKeys, MultiRegionKeyType } = after?.MultiRegionConfiguration ?? {};
    const bare = (arn = ''): string => arn.replace(KeyId, 'ID');
    return [
      KeyId.slice(0, 4),
      MultiRegionKeyType,
      bare(PrimaryKey?.Arn),
      ReplicaKeys?.map(({ Arn, Region }) => [bare(Arn), Region]),
    ];
  },

  'errors of KMS have the same names': async (clients) => {
    const { KeyMetadata: key } = await clients.kms.send(new kms.CreateKeyCommand());
    const KeyId = key?.KeyId ?? '';
    await clients.kms.send(new kms.CreateAliasCommand({ AliasName: 'alias/same', TargetKeyId: KeyId }));
    return [
      await nameOf(clients.kms.send(new kms.DescribeKeyCommand({ KeyId: 'alias/none' }))),
      await nameOf(clients.kms.send(new kms.CreateAliasCommand({ AliasName: 'alias/same', TargetKeyId: KeyId }))),
    ];
  },

  'a list has the same order, prefixes and pages': async (clients) => {
    const Bucket = 'listed';
    await clients.s3.send(
      new s3.CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    for (const Key of ['b', 'a/2', 'a/1', 'B', 'ä', 'a b', 'a+b', 'c/d/e'])
      await clients.s3.send(new s3.PutObjectCommand({ Bucket, Key, Body: Key }));
    const all = await clients.s3.send(new s3.ListObjectsV2Command({ Bucket }));
    const folders = await clients.s3.send(new s3.ListObjectsV2Command({ Bucket, Delimiter: '/' }));
    const first = await clients.s3.send(new s3.ListObjectsV2Command({ Bucket, MaxKeys: 3 }));
    return [
      all.Contents?.map((object) => [object.Key, object.ETag, object.Size]),
      [folders.CommonPrefixes, folders.Contents?.map((object) => object.Key), folders.KeyCount],
      [first.IsTruncated, first.KeyCount, first.Contents?.map((object) => object.Key)],
    ];
  },

  'a transaction is cancelled for the same reasons, and changes nothing': async ({ dynamoDb }) => {
    const TableName = 'compared';
    const Key = (pk: string) => ({ pk: { S: pk } });
    await dynamoDb.send(
      new db.CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      }),
    );
    const put = (pk: string) => ({
      Put: { TableName, Item: Key(pk), ConditionExpression: 'attribute_not_exists(pk)' },
    });
    const check = { ConditionCheck: { TableName, Key: Key('none'), ConditionExpression: 'attribute_exists(pk)' } };
    const remove = { Delete: { TableName, Key: Key('a') } };
    const send = (...TransactItems: db.TransactWriteItem[]) =>
      dynamoDb.send(new db.TransactWriteItemsCommand({ TransactItems }));
    await send(put('a'), put('b'));
    const failed: unknown = await send(put('a'), put('c'), check, { Delete: { TableName, Key: Key('b') } }).catch(
      (error: unknown) => error,
    );
    const { CancellationReasons: reasons = [] } = failed instanceof db.TransactionCanceledException ? failed : {};
    const twice = await nameOf(send(remove, put('a')));
    const { Items = [] } = await dynamoDb.send(new db.ScanCommand({ TableName }));
    return [reasons.map(({ Code, Message }) => [Code, Message]), twice, new Set(Items.map(({ pk }) => pk?.S))];
  },

  'entries of PutEvents fail in the same places': async ({ eventBridge }) => {
    const good = { Source: 's', DetailType: 't', Detail: '{}' };
    const Entries = [
      good,
      { ...good, Source: undefined },
      { ...good, Detail: '{' },
      { ...good, DetailType: undefined },
    ];
    const answer = await eventBridge.send(new PutEventsCommand({ Entries }));
    return [answer.FailedEntryCount, answer.Entries?.map(({ ErrorCode, ErrorMessage }) => [ErrorCode, ErrorMessage])];
  },

  'topics are made and refused in the same way': async (clients) => {
    const { TopicArn } = await clients.sns.send(new sns.CreateTopicCommand({ Name: 'compared' }));
    const publish = (input: object) =>
      nameOf(clients.sns.send(new sns.PublishCommand({ TopicArn, Message: 'm', ...input })));
    const { Topics } = await clients.sns.send(new sns.ListTopicsCommand({}));
    return [
      TopicArn,
      Topics,
      await publish({ Subject: 'x'.repeat(101) }),
      await publish({ Message: 'x'.repeat(300_000) }),
      await publish({ TopicArn: `${TopicArn}-none` }),
      await nameOf(clients.sns.send(new sns.GetTopicAttributesCommand({ TopicArn: `${TopicArn}-none` }))),
    ];
  },

  'an archived object is restored before it is read': async (clients) => {
    const named = { Bucket: 'archive', Key: 'k' };
    await createBucket(clients, 'archive');
    await clients.s3.send(new s3.PutObjectCommand({ ...named, Body: 'x', StorageClass: 'GLACIER' }));
    const get = () => nameOf(clients.s3.send(new s3.GetObjectCommand(named)));
    const before = await get();
    const head = await clients.s3.send(new s3.HeadObjectCommand(named));
    const restored = await clients.s3.send(new s3.RestoreObjectCommand({ ...named, RestoreRequest: { Days: 1 } }));
    return [before, head.StorageClass, head.Restore, restored.$metadata.httpStatusCode];
  },

  'an object under lock has its retention, and stays': async (clients) => {
    const named = { Bucket: 'locked', Key: 'k' };
    await createBucket(clients, 'locked', true);
    const until = new Date('2090-01-01T00:00:00Z');
    const lock = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until } as const;
    const { VersionId } = await clients.s3.send(new s3.PutObjectCommand({ ...named, Body: 'x', ...lock }));
    const head = await clients.s3.send(new s3.HeadObjectCommand(named));
    const removed = await nameOf(clients.s3.send(new s3.DeleteObjectCommand({ ...named, VersionId })));
    return [head.ObjectLockMode, head.ObjectLockRetainUntilDate, removed];
  },

  'an upload in parts has the same ETag, and is listed until it is complete or aborted': async (clients) => {
    const named = { Bucket: 'parts', Key: 'big' };
    await createBucket(clients, 'parts');
    const begin = () => clients.s3.send(new s3.CreateMultipartUploadCommand(named));
    const [{ UploadId }, other] = [await begin(), await begin()];
    const listed = async () => {
      const { Uploads = [] } = await clients.s3.send(new s3.ListMultipartUploadsCommand({ Bucket: 'parts' }));
      return Uploads.map(({ Key, Initiated }) => [Key, Initiated instanceof Date]);
    };
    const Parts = [];
    for (const [at, Body] of [Buffer.alloc(5_242_880, 'a'), Buffer.from('b')].entries()) {
      const part = { ...named, UploadId, PartNumber: at + 1, Body };
      Parts.push({ PartNumber: at + 1, ETag: (await clients.s3.send(new s3.UploadPartCommand(part))).ETag });
    }
    const before = await listed();
    await clients.s3.send(new s3.AbortMultipartUploadCommand({ ...named, UploadId: other.UploadId }));
    const between = await listed();
    const done = new s3.CompleteMultipartUploadCommand({ ...named, UploadId, MultipartUpload: { Parts } });
    const { ETag } = await clients.s3.send(done);
    const gone = await nameOf(clients.s3.send(new s3.AbortMultipartUploadCommand({ ...named, UploadId: 'none' })));
    return [before, between, await listed(), ETag, gone];
  },

  'a checksum is kept by a copy, and told where it is asked for': async (clients) => {
    await createBucket(clients, 'sums');
    const named = { Bucket: 'sums', Key: 'k' };
    await clients.s3.send(new s3.PutObjectCommand({ ...named, Body: 'x', ChecksumAlgorithm: 'SHA256' }));
    await clients.s3.send(new s3.CopyObjectCommand({ ...named, Key: 'copy', CopySource: 'sums/k' }));
    const head = async (Key: string, ChecksumMode?: 'ENABLED') =>
      (await clients.s3.send(new s3.HeadObjectCommand({ ...named, Key, ChecksumMode }))).ChecksumSHA256;
    return [await head('k', 'ENABLED'), await head('k'), await head('copy', 'ENABLED')];
  },

  'a noncurrent version is read, and copied to a new current one': async (clients) => {
    await createBucket(clients, 'versions');
    const named = { Bucket: 'versions', Key: 'k' };
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await clients.s3.send(new s3.PutObjectCommand({ ...named, Body: 'null' }));
    await clients.s3.send(new s3.PutBucketVersioningCommand({ Bucket: 'versions', VersioningConfiguration }));
    await clients.s3.send(new s3.PutObjectCommand({ ...named, Body: 'second' }));
    await clients.s3.send(new s3.CopyObjectCommand({ ...named, CopySource: 'versions/k?versionId=null' }));
    await clients.s3.send(new s3.DeleteObjectCommand(named));
    const { Versions = [], DeleteMarkers = [] } = await clients.s3.send(
      new s3.ListObjectVersionsCommand({ Bucket: 'versions' }),
    );
    return [
      Versions.map(({ ETag, Size, IsLatest, VersionId }) => [ETag, Size, IsLatest, VersionId === 'null']),
      DeleteMarkers.map(({ Key, IsLatest }) => [Key, IsLatest]),
      await nameOf(clients.s3.send(new s3.GetObjectCommand(named))),
    ];
  },

  'errors of S3 have the same names': async (clients) => {
    const Bucket = 'errors';
    await clients.s3.send(
      new s3.CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    await clients.s3.send(new s3.PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    return [
      await nameOf(clients.s3.send(new s3.GetObjectCommand({ Bucket, Key: 'none' }))),
      await nameOf(clients.s3.send(new s3.HeadObjectCommand({ Bucket, Key: 'none' }))),
      await nameOf(clients.s3.send(new s3.GetObjectCommand({ Bucket: 'no-bucket', Key: 'none' }))),
      await nameOf(clients.s3.send(new s3.DeleteBucketCommand({ Bucket }))),
      await nameOf(clients.s3.send(new s3.GetBucketTaggingCommand({ Bucket }))),
      await nameOf(
        clients.s3.send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'aws:a', Value: '' }] } })),
      ),
      await nameOf(clients.s3.send(new s3.PutObjectCommand({ Bucket, Key: 'k', Body: 'y', IfNoneMatch: '*' }))),
    ];
  },
};

describe('what moto answers too', { skip }, () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto();
  });
  after(() => moto[Symbol.asyncDispose]());

  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    test(name, async () => {
      await using local = await startLocal();
      await using ours = createClients(local, PLACE);
      await using theirs = createClients(moto, PLACE);
      assert.deepEqual(await scenario(ours), await scenario(theirs));
    });
  }
});
