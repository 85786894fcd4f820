import type { S3Client, StorageClass, Tag } from '@aws-sdk/client-s3';
import type { Seed } from '../../local/s3/seed.ts';
import { contentOf, keysOf } from './contents.ts';
import { createBucket, putPolicy, setDefault } from './make-bucket.ts';
import type { Play } from './play.ts';
import { putAll, type Written } from './put-objects.ts';
import type { Seen, Wanted } from './wanted.ts';

/** Objects that no S3 API can make any more: S3 encrypts everything since 2023. */
export interface UnencryptedObject {
  bucket: string;
  key: string;
  body: string;
  lastModified: Date;
  storageClass?: StorageClass;
}

/** The same as years of use leave it; unencrypted where it says nothing else. */
export interface SeededObject
  extends Omit<UnencryptedObject, 'body'>, Pick<Seed, 'body' | 'content' | 'partSizes' | 'checksum'> {
  protection?: NonNullable<Seed['protection']>;
  metadata?: Readonly<Record<string, string>>;
  tags?: readonly Tag[];
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

/** Makes a bucket as it was before Reseal came; `new` and `deleted` ones come later, while it watches. Who depends on a bucket is arranged elsewhere. */
export async function prepare(play: Play, preparation: Preparation): Promise<Written> {
  const { s3, wanted, otherKey, objects } = preparation;
  const { bucket, place, kind } = play;
  const put = (keys: string[]) => putAll(s3, bucket, keys);
  if (kind === 'new' || kind === 'deleted') return new Map();
  await createBucket(s3, bucket, place.region, { withObjectLock: kind === 'object-lock' });
  switch (kind) {
    case 'encryption-deleted':
    case 'weakened':
    case 'already-right':
    case 'tagged':
    case 'later-load-balancer-logs':
    case 'later-access-logs':
    case 'later-acl-logs':
      await setDefault(s3, bucket, wanted);
      return put(keysOf('right', objects));
    case 'flapping':
      await setDefault(s3, bucket, wanted);
      return new Map();
    case 'dsse':
      await setDefault(s3, bucket, { algorithm: 'aws:kms:dsse', keyArn: otherKey });
      return put(keysOf('dsse', objects));
    case 'existing-objects':
      return prepareExisting(bucket, preparation);
    case 'storage-classes':
      return new Map(CLASSES.flatMap((one) => seedUnencrypted(bucket, one, preparation)));
    case 'object-lock':
      return new Map([...(await put(keysOf('sse-s3', objects))), ...seedUnencrypted(bucket, undefined, preparation)]);
    case 'unreadable': {
      const written = await put(keysOf('unreadable', objects));
      await denyReading(s3, bucket);
      return written;
    }
    case 'exempt':
    case 'access-log-target':
    case 'load-balancer-logs':
    case 'cloudtrail-logs':
    case 'replication-source':
    case 'foreign-reader':
    case 'public-website':
    case 'access-point':
    case 'directory':
      return put(keysOf(kind, objects));
  }
}

/** Three generations of objects in one bucket: unencrypted, SSE-S3, and under another key. */
async function prepareExisting(bucket: string, preparation: Preparation): Promise<Written> {
  const { s3, otherKey, objects } = preparation;
  const sseS3 = await putAll(s3, bucket, keysOf('sse-s3', objects));
  await setDefault(s3, bucket, { algorithm: 'aws:kms', keyArn: otherKey });
  const otherKeyed = await putAll(s3, bucket, keysOf('other-key', objects));
  await setDefault(s3, bucket, { algorithm: 'AES256' });
  return new Map([...sseS3, ...otherKeyed, ...seedUnencrypted(bucket, undefined, preparation)]);
}

/** Those to which Batch Operations copies, and of which an object is read without a restore; undefined is STANDARD. */
const CLASSES = [undefined, 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'] as const;

function seedUnencrypted(
  bucket: string,
  storageClass: (typeof CLASSES)[number],
  { objects, seed }: Preparation,
): [string, Seen][] {
  const kept = storageClass === undefined ? {} : { storageClass };
  return keysOf(`unencrypted${storageClass === undefined ? '' : `-${storageClass.toLowerCase()}`}`, objects).map(
    (key) => {
      seed({ bucket, key, body: contentOf(bucket, key), lastModified: BEFORE_2023, ...kept });
      return [key, { algorithm: undefined, keyId: undefined, bucketKey: undefined, ...kept }];
    },
  );
}

/** A bucket whose owner lets no role read its encryption: what cannot be read must never be taken for "not encrypted". */
async function denyReading(s3: S3Client, bucket: string): Promise<void> {
  await putPolicy(s3, bucket, {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetEncryptionConfiguration',
    Resource: `arn:aws:s3:::${bucket}`,
    Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } },
  });
}
