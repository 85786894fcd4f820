import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3';
import type { Protection } from '../../../local/s3/envelope.ts';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, allow, makeBucket, openS3, OTHER_ACCOUNT, REGION, type OpenedS3 } from './open-s3.ts';

const LONG_AGO = new Date('2019-01-02T03:04:05Z');

interface Place extends OpenedS3 {
  readonly keyArn: string;
  readonly oldKeyArn: string;
}

async function withKeys(): Promise<Place> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  const newKey = (): string => opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
  return { ...opened, keyArn: newKey(), oldKeyArn: newKey() };
}

function update(opened: OpenedS3, KMSKeyArn: string, extra: { BucketKeyEnabled?: boolean; VersionId?: string } = {}) {
  const { VersionId, ...bucketKey } = extra;
  return opened.s3.send(
    new UpdateObjectEncryptionCommand({
      Bucket: 'data',
      Key: 'a',
      VersionId,
      ObjectEncryption: { SSEKMS: { KMSKeyArn, ...bucketKey } },
    }),
  );
}

function seed(opened: Place, protection: Exclude<Protection, { algorithm: 'SSE-C' }>) {
  return opened.aws.buckets.seedObject({
    bucket: 'data',
    key: 'a',
    body: 'body',
    lastModified: LONG_AGO,
    storageClass: 'DEEP_ARCHIVE',
    protection,
  });
}

describe('UpdateObjectEncryption', () => {
  const sources: readonly [name: string, protection: (opened: Place) => Exclude<Protection, { algorithm: 'SSE-C' }>][] =
    [
      ['SSE-S3', () => ({ algorithm: 'AES256' })],
      ['SSE-KMS under another key', (opened) => ({ algorithm: 'aws:kms', keyArn: opened.oldKeyArn, bucketKey: true })],
      ['SSE-KMS under the same key', (opened) => ({ algorithm: 'aws:kms', keyArn: opened.keyArn, bucketKey: false })],
    ];
  for (const [name, protection] of sources) {
    test(`moves no data of an object under ${name}: only the wrapped data key changes`, async () => {
      await using opened = await withKeys();
      const object = seed(opened, protection(opened));
      const { chunks, wrappedKeys } = object.sealed;
      const { etag } = object;
      await update(opened, opened.keyArn, { BucketKeyEnabled: true });
      const head = await opened.s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'a' }));
      assert.deepEqual(
        [head.ServerSideEncryption, head.SSEKMSKeyId, head.BucketKeyEnabled],
        ['aws:kms', opened.keyArn, true],
      );
      assert.deepEqual([head.ETag, head.LastModified, head.StorageClass], [`"${etag}"`, LONG_AGO, 'DEEP_ARCHIVE']);
      assert.equal(object.sealed.chunks, chunks);
      assert.notDeepEqual(object.sealed.wrappedKeys, wrappedKeys);
      assert.equal(opened.aws.buckets.envelope.open(object.sealed).toString(), 'body');
    });
  }

  test('turns the bucket key off where it is not asked for', async () => {
    await using opened = await withKeys();
    seed(opened, { algorithm: 'aws:kms', keyArn: opened.oldKeyArn, bucketKey: true });
    await update(opened, opened.keyArn);
    const head = await opened.s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'a' }));
    assert.equal(head.BucketKeyEnabled, undefined);
  });

  test('acts on the current version, or on the one that is named, and makes none', async () => {
    await using opened = await withKeys();
    await opened.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'a', Body: 'old' }));
    const status = { Status: 'Enabled' } as const;
    await opened.s3.send(new PutBucketVersioningCommand({ Bucket: 'data', VersioningConfiguration: status }));
    await opened.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'a', Body: 'new' }));
    const algorithms = () =>
      opened.aws.buckets
        .find('data')
        ?.keys.get('a')
        ?.versions.map((version) => (version.kind === 'object' ? version.sealed.protection.algorithm : version.kind));
    await update(opened, opened.keyArn);
    assert.deepEqual(algorithms(), ['aws:kms', 'AES256']);
    await update(opened, opened.keyArn, { VersionId: 'null' });
    assert.deepEqual(algorithms(), ['aws:kms', 'aws:kms']);
  });

  test('refuses objects that are not encrypted or under DSSE', async () => {
    await using opened = await withKeys();
    seed(opened, { algorithm: 'none' });
    await expectSdkError(update(opened, opened.keyArn), 400, 'InvalidRequest');
    seed(opened, { algorithm: 'aws:kms:dsse', keyArn: opened.oldKeyArn });
    await expectSdkError(update(opened, opened.keyArn), 400, 'InvalidRequest');
  });

  test('takes a full key ARN only', async () => {
    await using opened = await withKeys();
    const object = seed(opened, { algorithm: 'AES256' });
    const id = opened.keyArn.split('/')[1] ?? '';
    for (const target of [id, 'alias/standard', `arn:aws:kms:${REGION}:${ACCOUNT}:alias/standard`, '']) {
      await expectSdkError(update(opened, target), 400, 'InvalidRequest');
    }
    assert.equal(object.sealed.protection.algorithm, 'AES256');
  });

  test('refuses keys of another account, of another Region, and that are not there', async () => {
    await using opened = await withKeys();
    seed(opened, { algorithm: 'AES256' });
    const { keys } = opened.aws.world;
    const foreign = keys.create({ accountId: OTHER_ACCOUNT, region: REGION }).arn;
    await expectSdkError(update(opened, foreign), 403, 'AccessDenied');
    const elsewhere = keys.create({ accountId: ACCOUNT, region: 'us-east-1' }).arn;
    await expectSdkError(update(opened, elsewhere), 400, 'KMS.NotFoundException');
    const missing = `arn:aws:kms:${REGION}:${ACCOUNT}:key/00000000-0000-0000-0000-000000000000`;
    await expectSdkError(update(opened, missing), 400, 'KMS.NotFoundException');
  });

  test('of what is not there is NoSuchKey', async () => {
    await using opened = await withKeys();
    await expectSdkError(update(opened, opened.keyArn), 404, 'NoSuchKey');
  });
});

describe('a role that updates', () => {
  const NEW_KEY = ['kms:GenerateDataKey', 'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptTo'];
  const S3 = ['s3:UpdateObjectEncryption', 's3:PutObject'];
  const cases: readonly [name: string, statements: (place: Place) => object[], passes: boolean][] = [
    [
      'with all of it may',
      ({ keyArn, oldKeyArn }) => [
        allow(S3),
        allow(NEW_KEY, keyArn),
        allow(['kms:Decrypt', 'kms:ReEncryptFrom'], oldKeyArn),
      ],
      true,
    ],
    ['without a word on the old key may not', ({ keyArn }) => [allow(S3), allow(NEW_KEY, keyArn)], false],
    [
      'without kms:ReEncryptFrom on the old key may not',
      ({ keyArn, oldKeyArn }) => [allow(S3), allow(NEW_KEY, keyArn), allow('kms:Decrypt', oldKeyArn)],
      false,
    ],
    [
      'without kms:Decrypt on the old key may not',
      ({ keyArn, oldKeyArn }) => [allow(S3), allow(NEW_KEY, keyArn), allow('kms:ReEncryptFrom', oldKeyArn)],
      false,
    ],
    ['without s3:PutObject may', () => [allow('s3:UpdateObjectEncryption'), allow('kms:*')], true],
    ['without s3:UpdateObjectEncryption may not', () => [allow('s3:PutObject'), allow('kms:*')], false],
  ];
  for (const [name, statements, passes] of cases) {
    test(name, async () => {
      await using opened = await withKeys();
      seed(opened, { algorithm: 'aws:kms', keyArn: opened.oldKeyArn, bucketKey: false });
      const s3 = opened.asRole('updater', statements(opened));
      const call = update({ ...opened, s3 }, opened.keyArn);
      if (passes) await call;
      else await expectSdkError(call, 403, 'AccessDenied');
      const reader = opened.aws.buckets.find('data')?.keys.get('a')?.versions[0];
      const keyArn =
        reader?.kind === 'object' && 'keyArn' in reader.sealed.protection && reader.sealed.protection.keyArn;
      assert.equal(keyArn, passes ? opened.keyArn : opened.oldKeyArn);
    });
  }
});

describe('bytes after an update', () => {
  test('are read with the new key and no longer need the old one', async () => {
    await using opened = await withKeys();
    await opened.s3.send(
      new PutObjectCommand({
        Bucket: 'data',
        Key: 'a',
        Body: 'body',
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: opened.oldKeyArn,
      }),
    );
    await update(opened, opened.keyArn);
    const reader = opened.asRole('reader', [allow('s3:GetObject'), allow('kms:Decrypt', opened.keyArn)]);
    const { Body } = await reader.send(new GetObjectCommand({ Bucket: 'data', Key: 'a' }));
    assert.equal(await Body?.transformToString(), 'body');
  });
});
