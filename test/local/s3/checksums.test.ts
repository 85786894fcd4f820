import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  UpdateObjectEncryptionCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, allow, makeBucket, openS3, type OpenedS3, REGION, roleOf } from './open-s3.ts';

const MIB = 1024 * 1024;

async function withBucket(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  return opened;
}

function head({ s3 }: OpenedS3, Key: string): Promise<HeadObjectCommandOutput> {
  return s3.send(new HeadObjectCommand({ Bucket: 'data', Key, ChecksumMode: 'ENABLED' }));
}

function newKey(opened: OpenedS3): string {
  return opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
}

/** Two parts under the key `big`, with a checksum over the checksums of the parts where an algorithm is named. */
async function putInParts({ s3 }: OpenedS3, ChecksumAlgorithm?: ChecksumAlgorithm): Promise<void> {
  const named = { Bucket: 'data', Key: 'big' };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...named, ChecksumAlgorithm }));
  const Parts = [];
  for (const [at, Body] of [Buffer.alloc(5 * MIB, 'a'), Buffer.from('b')].entries()) {
    const PartNumber = at + 1;
    const part = await s3.send(new UploadPartCommand({ ...named, UploadId, PartNumber, Body, ChecksumAlgorithm }));
    Parts.push({ PartNumber, ETag: part.ETag, ChecksumSHA256: part.ChecksumSHA256 });
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...named, UploadId, MultipartUpload: { Parts } }));
}

const told = ({ ETag, ChecksumType, ChecksumSHA256, ChecksumCRC64NVME }: HeadObjectCommandOutput) => ({
  ETag,
  ChecksumType,
  ChecksumSHA256,
  ChecksumCRC64NVME,
});

describe('a copy', () => {
  test('of an object without a checksum has CRC64NVME', async () => {
    await using opened = await withBucket();
    opened.aws.buckets.seedObject({ bucket: 'data', key: 'old', body: '123456789' });
    await opened.s3.send(new CopyObjectCommand({ Bucket: 'data', Key: 'new', CopySource: 'data/old' }));
    const { ChecksumCRC64NVME, ChecksumType } = await head(opened, 'new');
    // The check value of CRC-64/NVME.
    const expected = Buffer.from('ae8b14860a799888', 'hex').toString('base64');
    assert.deepEqual([ChecksumCRC64NVME, ChecksumType], [expected, 'FULL_OBJECT']);
    assert.equal((await head(opened, 'old')).ChecksumCRC64NVME, undefined);
  });

  test('of an object in parts is whole: the same algorithm, another ETag', async () => {
    await using opened = await withBucket();
    await putInParts(opened, 'SHA256');
    const before = await head(opened, 'big');
    assert.match(before.ETag ?? '', /-2"$/);
    assert.match(before.ChecksumSHA256 ?? '', /-2$/);
    await opened.s3.send(new CopyObjectCommand({ Bucket: 'data', Key: 'whole', CopySource: 'data/big' }));
    const after = await head(opened, 'whole');
    assert.equal(after.ChecksumType, 'FULL_OBJECT');
    assert.doesNotMatch(`${after.ETag} ${after.ChecksumSHA256}`, /-2/);
    assert.equal(after.ContentLength, before.ContentLength);
  });
});

describe('UpdateObjectEncryption', () => {
  for (const algorithm of [undefined, 'SHA256'] as const) {
    test(`keeps the ETag of an object in parts and its checksum (${algorithm ?? 'none'})`, async () => {
      await using opened = await withBucket();
      await putInParts(opened, algorithm);
      const before = await head(opened, 'big');
      await opened.s3.send(
        new UpdateObjectEncryptionCommand({
          Bucket: 'data',
          Key: 'big',
          ObjectEncryption: { SSEKMS: { KMSKeyArn: newKey(opened) } },
        }),
      );
      const after = await head(opened, 'big');
      assert.deepEqual([after.ServerSideEncryption, told(after)], ['aws:kms', told(before)]);
    });
  }
});

describe('HeadObject of an object under a KMS key', () => {
  const NAMED = { Bucket: 'data', Key: 'secret' };

  test('asks the key for the checksum only', async () => {
    await using opened = await withBucket();
    const SSEKMSKeyId = newKey(opened);
    const encryption = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId } as const;
    await opened.s3.send(new PutObjectCommand({ ...NAMED, Body: 'x', ...encryption, ChecksumAlgorithm: 'SHA256' }));
    const reader = opened.asRole('reader', [allow('s3:GetObject')]);
    assert.equal((await reader.send(new HeadObjectCommand(NAMED))).SSEKMSKeyId, SSEKMSKeyId);
    await expectSdkError(reader.send(new HeadObjectCommand({ ...NAMED, ChecksumMode: 'ENABLED' })), 403, 'Unknown');
    const decrypting = opened.asRole('decrypting', [allow(['s3:GetObject', 'kms:Decrypt'])]);
    const { ChecksumSHA256 } = await decrypting.send(new HeadObjectCommand({ ...NAMED, ChecksumMode: 'ENABLED' }));
    assert.ok(ChecksumSHA256);
  });

  test('asks the key always where the start says so', async () => {
    await using aws = await startLocal({ s3: { headAsksKms: true } });
    await using owner = createClients(aws);
    await makeBucket(owner.s3, 'data');
    const keyArn = aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
    const protection = { algorithm: 'aws:kms', keyArn, bucketKey: true } as const;
    aws.buckets.seedObject({ bucket: 'data', key: 'secret', body: 'x', protection });
    const role = roleOf('reader', [allow('s3:GetObject')]);
    aws.world.identity.putRole(role);
    const credentials = aws.world.identity.startSession(role.arn, 'test', { service: 'lambda.amazonaws.com' });
    await using reader = createClients(aws, { credentials });
    await expectSdkError(reader.s3.send(new HeadObjectCommand(NAMED)), 403, 'Unknown');
    await owner.s3.send(new HeadObjectCommand(NAMED));
  });
});
