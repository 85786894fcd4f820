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
