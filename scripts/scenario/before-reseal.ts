import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type BucketLocationConstraint,
  type S3Client,
} from '@aws-sdk/client-s3';
import { contentOf, keysOf } from './contents.ts';
import type { Play } from './play.ts';
import type { Seen, Wanted } from './wanted.ts';

/** Objects that no S3 API can make any more: S3 encrypts everything since 2023. */
export interface UnencryptedObject {
  bucket: string;
  key: string;
  body: string;
  lastModified: Date;
}

/** What preparing a bucket needs beside S3 itself. */
export interface Preparation {
  s3: S3Client;
  /** What the policy decided. */
  wanted: Wanted;
  /** Another customer key. */
  otherKey: string;
  objects: number;
  seed: (object: UnencryptedObject) => void;
}

const BEFORE_2023 = new Date('2022-06-01T12:00:00Z');

/** How each object was encrypted when it was written, as S3 said. */
export type Written = Map<string, Seen>;

/** Makes a bucket as it was before Reseal came; `new` ones come later, while it watches. */
export async function prepare(play: Play, preparation: Preparation): Promise<Written> {
  const { s3, wanted, otherKey, objects } = preparation;
  const { bucket } = play;
  const put = (keys: string[]) => putAll(s3, bucket, keys);
  if (play.kind === 'new') return new Map();
  await createBucket(s3, play);
  switch (play.kind) {
    case 'encryption-deleted':
    case 'weakened':
    case 'already-right':
      await setDefault(s3, bucket, wanted.algorithm, wanted.keyArn);
      return put(keysOf('right', objects));
    case 'dsse':
      await setDefault(s3, bucket, 'aws:kms:dsse', otherKey);
      return put(keysOf('dsse', objects));
    case 'existing-objects':
      return prepareExisting(bucket, preparation);
    case 'exempt':
      return put(keysOf('exempt', objects));
    case 'unreadable': {
      const written = await put(keysOf('unreadable', objects));
      await denyReading(s3, bucket);
      return written;
    }
  }
}

/** Three generations of objects in one bucket: unencrypted, SSE-S3, and under another key. */
async function prepareExisting(bucket: string, { s3, otherKey, objects, seed }: Preparation): Promise<Written> {
  const sseS3 = await putAll(s3, bucket, keysOf('sse-s3', objects));
  await setDefault(s3, bucket, 'aws:kms', otherKey);
  const otherKeyed = await putAll(s3, bucket, keysOf('other-key', objects));
  await setDefault(s3, bucket, 'AES256', undefined);
  const unencrypted = keysOf('unencrypted', objects).map((key): [string, Seen] => {
    seed({ bucket, key, body: contentOf(bucket, key), lastModified: BEFORE_2023 });
    return [key, { algorithm: undefined, keyId: undefined, bucketKey: undefined }];
  });
  return new Map([...sseS3, ...otherKeyed, ...unencrypted]);
}

export async function createBucket(s3: S3Client, { bucket, place }: Play): Promise<void> {
  const elsewhere = place.region !== 'us-east-1';
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      ...(elsewhere
        ? { CreateBucketConfiguration: { LocationConstraint: place.region as BucketLocationConstraint } }
        : {}),
    }),
  );
}

/** Writes objects one after the other and returns how S3 encrypted each. */
export async function putAll(s3: S3Client, bucket: string, keys: readonly string[]): Promise<Written> {
  const written: Written = new Map();
  for (const key of keys) {
    const output = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: contentOf(bucket, key) }));
    written.set(key, {
      algorithm: output.ServerSideEncryption,
      keyId: output.SSEKMSKeyId,
      bucketKey: output.BucketKeyEnabled,
    });
  }
  return written;
}

async function setDefault(
  s3: S3Client,
  bucket: string,
  algorithm: Wanted['algorithm'],
  keyArn: string | undefined,
): Promise<void> {
  const rule = {
    ApplyServerSideEncryptionByDefault: {
      SSEAlgorithm: algorithm,
      ...(keyArn === undefined ? {} : { KMSMasterKeyID: keyArn }),
    },
    BucketKeyEnabled: algorithm === 'aws:kms',
  };
  await s3.send(
    new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }),
  );
}

/** A bucket whose owner lets no role read its encryption: what cannot be read must never be taken for "not encrypted". */
async function denyReading(s3: S3Client, bucket: string): Promise<void> {
  const statement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetEncryptionConfiguration',
    Resource: `arn:aws:s3:::${bucket}`,
    Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } },
  };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy }));
}
