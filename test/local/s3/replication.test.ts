import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UpdateObjectEncryptionCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { CreateKeyCommand, ReplicateKeyCommand } from '@aws-sdk/client-kms';
import { deliveriesOf, encryptBy, textOf } from './deliveries.ts';
import {
  headOf,
  openReplication,
  putReplication,
  REPLICATES,
  ruleTo,
  ruleUnderKms,
  ruleWithKey,
} from './open-replication.ts';
import { ACCOUNT, allow, makeBucket, OTHER_ACCOUNT, type OpenedS3, REGION, roleOf } from './open-s3.ts';

const put = (s3: S3Client, more: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ Bucket: 'from', Key: 'a', Body: 'body', ...more }));

const newKey = (opened: OpenedS3, region = REGION): string =>
  opened.aws.world.keys.create({ accountId: ACCOUNT, region }).arn;

/** The status at the source, then status, encryption and key of the replica. */
async function statusesOf(opened: OpenedS3, key = 'a'): Promise<unknown[]> {
  const source = await headOf(opened, 'from', key);
  const replica = await headOf(opened, 'dest', key);
  return [
    source?.ReplicationStatus,
    replica?.ReplicationStatus,
    ...(replica === undefined ? [] : [replica.ServerSideEncryption, replica.SSEKMSKeyId]),
  ];
}

describe('replication', () => {
  test('copies a new version with its id, dates, metadata and tags', async () => {
    await using opened = await openReplication();
    await opened.s3.send(putReplication(ruleTo()));
    await put(opened.s3, { Metadata: { team: 'blue' }, ContentType: 'text/plain', Tagging: 'a=1' });
    assert.deepEqual(await statusesOf(opened), ['COMPLETED', 'REPLICA', 'AES256', undefined]);
    const told = async (bucket: string) => {
      const head = await headOf(opened, bucket);
      return [head?.VersionId, head?.LastModified, head?.ETag, head?.Metadata, head?.ContentType, head?.TagCount];
    };
    assert.deepEqual(await told('dest'), await told('from'));
    assert.equal(await textOf(opened.s3, 'dest', 'a'), 'body');
  });

  test('takes copies and multipart uploads, and leaves alone what was there before', async () => {
    await using opened = await openReplication();
    await put(opened.s3, { Key: 'before' });
    await opened.s3.send(putReplication(ruleTo()));
    await opened.s3.send(new CopyObjectCommand({ Bucket: 'from', Key: 'copy', CopySource: 'from/before' }));
    const upload = { Bucket: 'from', Key: 'parts' };
    const { UploadId } = await opened.s3.send(new CreateMultipartUploadCommand(upload));
    const part = await opened.s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'x' }));
    const Parts = [{ PartNumber: 1, ETag: part.ETag }];
    await opened.s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }));
    const statuses = [];
    for (const key of ['before', 'copy', 'parts']) statuses.push((await statusesOf(opened, key)).slice(0, 2));
    assert.deepEqual(statuses, [
      [undefined, undefined],
      ['COMPLETED', 'REPLICA'],
      ['COMPLETED', 'REPLICA'],
    ]);
  });

  test('stops silently for what is under SSE-KMS once the source has such a default', async () => {
    await using opened = await openReplication([...REPLICATES, allow('kms:*')]);
    await opened.s3.send(putReplication(ruleTo()));
    const key = newKey(opened);
    for (const algorithm of ['aws:kms', 'aws:kms:dsse'] as const) {
      await encryptBy(opened.s3, 'from', algorithm, key);
      await put(opened.s3);
      assert.deepEqual(await statusesOf(opened), [undefined, undefined]);
    }
    await put(opened.s3, { ServerSideEncryption: 'AES256' });
    assert.deepEqual(await statusesOf(opened), ['COMPLETED', 'REPLICA', 'AES256', undefined]);
  });

  test('takes what is under SSE-KMS where the rule says so, under the replica key', async () => {
    await using opened = await openReplication([...REPLICATES, allow(['kms:Decrypt', 'kms:Encrypt'])]);
    const key = newKey(opened);
    const replicaKey = newKey(opened);
    await opened.s3.send(putReplication(ruleWithKey(replicaKey)));
    await encryptBy(opened.s3, 'from', 'aws:kms', key);
    await put(opened.s3);
    assert.deepEqual(await statusesOf(opened), ['COMPLETED', 'REPLICA', 'aws:kms', replicaKey]);
    assert.equal(await textOf(opened.s3, 'dest', 'a'), 'body');
  });

  test('puts replicas under the related key of the destination Region, and fails where there is none', async () => {
    await using opened = await openReplication([allow('s3:*'), allow(['kms:Decrypt', 'kms:Encrypt'])]);
    const there = opened.clients({ account: ACCOUNT, region: 'eu-central-1' });
    const Bucket = 'far';
    await makeBucket(there.s3, Bucket, 'eu-central-1');
    await there.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const related = ruleUnderKms({ UseSourceMultiRegionKey: { Status: 'Enabled' } });
    await opened.s3.send(
      putReplication({ ...related, Destination: { ...related.Destination, Bucket: 'arn:aws:s3:::far' } }),
    );
    const { kms } = opened.clients({ account: ACCOUNT, region: REGION });
    const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({ MultiRegion: true }));
    const ends: unknown[] = [];
    const putUnder = async (arn: string | undefined) => {
      await put(opened.s3, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: arn });
      ends.push((await headOf(opened, 'from'))?.ReplicationStatus);
    };
    await putUnder(key?.Arn);
    await kms.send(new ReplicateKeyCommand({ KeyId: key?.KeyId, ReplicaRegion: 'eu-central-1' }));
    await putUnder(key?.Arn);
    const head = await there.s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
    await putUnder(newKey(opened));
    assert.deepEqual(ends, ['FAILED', 'COMPLETED', 'FAILED']);
    assert.equal(head.SSEKMSKeyId, key?.Arn?.replace('eu-west-1', 'eu-central-1'));
    assert.equal((await there.s3.send(new GetObjectCommand({ Bucket, Key: 'a' }))).ContentLength, 4);
    assert.deepEqual(deliveriesOf(opened.aws), [['from', 'far', 1, 2, 'KMS.NotFoundException']]);
  });

  test('needs kms:Decrypt on the replica key once the destination has a bucket key', async () => {
    await using opened = await openReplication();
    const [key, replicaKey] = [newKey(opened), newKey(opened)];
    const lets = (Resource: string, ...actions: string[]) => allow(actions, Resource);
    opened.aws.world.identity.putRole(
      roleOf(
        'replicator',
        [...REPLICATES, lets(key, 'kms:Decrypt'), lets(replicaKey, 'kms:Encrypt')],
        's3.amazonaws.com',
      ),
    );
    await opened.s3.send(putReplication(ruleWithKey(replicaKey)));
    await encryptBy(opened.s3, 'from', 'aws:kms', key);
    await put(opened.s3);
    assert.deepEqual(await statusesOf(opened), ['COMPLETED', 'REPLICA', 'aws:kms', replicaKey]);
    await encryptBy(opened.s3, 'dest', 'aws:kms', replicaKey, true);
    await put(opened.s3);
    assert.deepEqual((await statusesOf(opened)).slice(0, 1), ['FAILED']);
  });

  test('keeps the encryption of the source whatever the destination has for default', async () => {
    await using opened = await openReplication();
    await opened.s3.send(putReplication(ruleTo()));
    await encryptBy(opened.s3, 'dest', 'aws:kms', newKey(opened));
    await put(opened.s3);
    assert.deepEqual(await statusesOf(opened), ['COMPLETED', 'REPLICA', 'AES256', undefined]);
  });

  const lacking: [string, object[]][] = [
    ['s3:ReplicateObject', [allow('s3:GetObjectVersionForReplication'), allow('kms:*')]],
    ['s3:GetObjectVersionForReplication', [allow('s3:ReplicateObject'), allow('kms:*')]],
    ['kms:Decrypt on the source key', [...REPLICATES, allow('kms:Encrypt')]],
    ['kms:Encrypt on the replica key', [...REPLICATES, allow('kms:Decrypt')]],
  ];
  for (const [action, statements] of lacking) {
    test(`fails where the role lacks ${action}`, async () => {
      await using opened = await openReplication(statements);
      await opened.s3.send(putReplication(ruleWithKey(newKey(opened))));
      await encryptBy(opened.s3, 'from', 'aws:kms', newKey(opened));
      await put(opened.s3);
      assert.deepEqual(await statusesOf(opened), ['FAILED', undefined]);
      assert.deepEqual(deliveriesOf(opened.aws), [['from', 'dest', 0, 1, 'AccessDenied']]);
    });
  }

  test('fails once the destination is no longer versioned', async () => {
    await using opened = await openReplication();
    await opened.s3.send(putReplication(ruleTo()));
    const VersioningConfiguration = { Status: 'Suspended' as const };
    await opened.s3.send(new PutBucketVersioningCommand({ Bucket: 'dest', VersioningConfiguration }));
    await put(opened.s3);
    assert.deepEqual(await statusesOf(opened), ['FAILED', undefined]);
  });

  test('follows prefix, tags, status and priority of the rules, of both schemas', async () => {
    await using opened = await openReplication();
    const tag = { Key: 'copy', Value: 'yes' };
    const small = ruleTo({ StorageClass: 'STANDARD_IA' }, { ID: 'high', Priority: 9, Filter: { Prefix: 'in/' } });
    const tagged = ruleTo({}, { ID: 'low', Filter: { And: { Prefix: 'in', Tags: [tag] } } });
    const off = ruleTo({}, { ID: 'off', Priority: 3, Status: 'Disabled' });
    await opened.s3.send(putReplication(small, tagged, off));
    const old = { ID: 'old', Status: 'Enabled', Prefix: 'old/', Destination: { Bucket: 'arn:aws:s3:::dest' } } as const;
    const classOf = async (Key: string, Tagging?: string) => {
      await put(opened.s3, { Key, ...(Tagging === undefined ? {} : { Tagging }) });
      const replica = await headOf(opened, 'dest', Key);
      return replica === undefined ? undefined : (replica.StorageClass ?? 'STANDARD');
    };
    assert.deepEqual(
      [await classOf('in/a', 'copy=yes'), await classOf('inn', 'copy=yes'), await classOf('inn2'), await classOf('x')],
      ['STANDARD_IA', 'STANDARD', undefined, undefined],
    );
    await opened.s3.send(putReplication(old));
    assert.deepEqual([await classOf('old/a'), await classOf('in/b')], ['STANDARD', undefined]);
  });

  test('does not hear of UpdateObjectEncryption, and does not replicate replicas on', async () => {
    await using opened = await openReplication([...REPLICATES, allow('kms:*')]);
    await opened.s3.send(putReplication(ruleTo()));
    await put(opened.s3);
    await headOf(opened, 'dest');
    const SSEKMS = { KMSKeyArn: newKey(opened) };
    await opened.s3.send(new UpdateObjectEncryptionCommand({ Bucket: 'from', Key: 'a', ObjectEncryption: { SSEKMS } }));
    assert.deepEqual(await statusesOf(opened), ['COMPLETED', 'REPLICA', 'AES256', undefined]);
    assert.deepEqual(deliveriesOf(opened.aws), [['from', 'dest', 1, 0, undefined]]);
  });

  test('reaches another account and Region where the bucket policy there lets the role in', async () => {
    await using opened = await openReplication([allow('s3:*'), allow(['kms:Decrypt', 'kms:Encrypt'])]);
    const far = opened.clients({ account: OTHER_ACCOUNT, region: 'us-east-1' }).s3;
    await far.send(new CreateBucketCommand({ Bucket: 'far' }));
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await far.send(new PutBucketVersioningCommand({ Bucket: 'far', VersioningConfiguration }));
    await opened.s3.send(putReplication(ruleTo({ Bucket: 'arn:aws:s3:::far' })));
    await put(opened.s3, { Key: 'one' });
    assert.equal((await headOf(opened, 'from', 'one'))?.ReplicationStatus, 'FAILED');
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/replicator` },
      Action: 's3:ReplicateObject',
      Resource: 'arn:aws:s3:::far/*',
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await far.send(new PutBucketPolicyCommand({ Bucket: 'far', Policy }));
    await put(opened.s3, { Key: 'two' });
    assert.equal((await headOf(opened, 'from', 'two'))?.ReplicationStatus, 'COMPLETED');
    const head = await far.send(new HeadObjectCommand({ Bucket: 'far', Key: 'two' }));
    assert.equal(head.ReplicationStatus, 'REPLICA');
  });

  test('carries SSE-C objects over, except to a bucket that blocks them', async () => {
    await using opened = await openReplication();
    const allowed = { Rules: [{ BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] } }] };
    const open = (Bucket: string) =>
      opened.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: allowed }));
    await open('from');
    await opened.s3.send(putReplication(ruleTo()));
    const key = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.alloc(32, 7).toString('latin1') };
    await put(opened.s3, key);
    await opened.aws.world.activity.idle(5_000);
    assert.deepEqual(deliveriesOf(opened.aws), [['from', 'dest', 0, 1, 'AccessDenied']]);
    await open('dest');
    await put(opened.s3, key);
    await opened.aws.world.activity.idle(5_000);
    assert.deepEqual(deliveriesOf(opened.aws), [['from', 'dest', 1, 1, 'AccessDenied']]);
  });
});
