import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectAclCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { SeededObject } from '../before-reseal.ts';
import type { Stage } from '../stage.ts';

/** What the making of objects needs. */
export interface Making {
  s3: S3Client;
  stage: Pick<Stage, 'seed'>;
  bucket: string;
  keys: { standard: string; other: string; aws: string };
  /** Makes other bytes than the same object has without it. */
  round?: string;
}

type Make = (keys: readonly string[], making: Making) => Promise<void>;

/** Before S3 encrypted everything. */
const BEFORE_2023_MS = Date.parse('2022-06-01T12:00:00Z');
const HOUR_MS = 3_600_000;

/** The text of an object is known from its name, and every object has another one. */
export function textOf(bucket: string, key: string, round = ''): string {
  return `${bucket}/${key}: the same bytes before and after ${round}\n`;
}

/** Objects as years of use leave them: of all ages, some with metadata, some with tags. */
export function seeded(how: Partial<Omit<SeededObject, 'bucket' | 'key' | 'lastModified'>>): Make {
  return async (keys, { stage, bucket, round }) => {
    for (const [at, key] of keys.entries()) {
      stage.seed({
        body: textOf(bucket, key, round),
        ...how,
        bucket,
        key,
        lastModified: new Date(BEFORE_2023_MS + at * HOUR_MS),
        metadata: at % 3 === 0 ? { owner: 'team', serial: String(at) } : {},
        tags: at % 5 === 0 ? [{ Key: 'project', Value: `p ${at} + more` }] : [],
      });
    }
  };
}

/** SSE-C: nobody but its owner has the key. */
export const underCustomerKey: Make = async (keys, { s3, bucket }) => {
  const key = createHash('sha256').update(bucket).digest();
  const customer = {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: key.toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  };
  for (const Key of keys)
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: textOf(bucket, Key), ...customer }));
};

/** Written in parts, so that a copy could not have the same ETag. */
export const multipart: Make = async (keys, { s3, bucket }) => {
  for (const Key of keys) await complete(s3, await beginUpload(s3, { bucket, key: Key }));
};

/** A multipart upload that has its one part, and is not complete. */
export interface Upload {
  bucket: string;
  key: string;
  id: string;
  etag: string;
}

export async function beginUpload(s3: S3Client, { bucket, key }: Pick<Upload, 'bucket' | 'key'>): Promise<Upload> {
  const at = { Bucket: bucket, Key: key };
  const { UploadId: id = '' } = await s3.send(
    new CreateMultipartUploadCommand({
      ...at,
      Metadata: { part: 'one' },
      Tagging: 'parts=1',
      CacheControl: 'no-cache',
    }),
  );
  const part = { ...at, UploadId: id, PartNumber: 1, Body: textOf(bucket, key) };
  const { ETag = '' } = await s3.send(new UploadPartCommand(part));
  return { bucket, key, id, etag: ETag };
}

export async function complete(s3: S3Client, { bucket, key, id, etag }: Upload): Promise<void> {
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: etag }] };
  await s3.send(new CompleteMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: id, MultipartUpload }));
}

/** Each key is written more than once: under SSE-S3, then under another key; some are deleted, some end in a bucket whose versioning is suspended. */
export function replacedVersions({ deleted = false, suspended = false }): Make {
  return async (keys, making) => {
    const { s3, bucket } = making;
    const first = seeded({ protection: { algorithm: 'AES256' } });
    const second = seeded({ protection: { algorithm: 'aws:kms', keyArn: making.keys.other, bucketKey: true } });
    await first(keys, { ...making, round: 'first' });
    if (suspended) await setVersioning(s3, bucket, 'Enabled');
    await second(keys, making);
    if (deleted) for (const Key of keys) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    if (!suspended) return;
    await setVersioning(s3, bucket, 'Suspended');
    // These have the version id null and are current; of the others, the version with that id is behind.
    const own = keys.filter((_, at) => at % 2 === 1);
    await first(own, { ...making, round: 'third' });
  };
}

export async function setVersioning(s3: S3Client, bucket: string, Status: 'Enabled' | 'Suspended'): Promise<void> {
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status } }));
}

const YEAR_MS = 365 * 24 * HOUR_MS;

/** Objects that nobody may change: by a date, or until somebody takes the hold away. */
export function withLock(lock: 'retention' | 'legal-hold'): Make {
  return async (keys, { s3, bucket }) => {
    const until = new Date(Date.now() + YEAR_MS);
    const held = lock === 'legal-hold' && ({ ObjectLockLegalHoldStatus: 'ON' } as const);
    const retained =
      lock === 'retention' && ({ ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until } as const);
    for (const Key of keys)
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: textOf(bucket, Key), ...held, ...retained }));
  };
}

const GIB = 1024 ** 3;
/** No copy of another tool keeps such bounds: the parts are of no one size. */
const PART_SIZES = [3 * GIB, 2 * GIB + 1, GIB, 77] as const;

/** More than one CopyObject takes, in parts, with a checksum of all or one of those of the parts. The bytes are a pattern that costs no memory. */
export function inParts(type: 'COMPOSITE' | 'FULL_OBJECT'): Make {
  const sizeBytes = PART_SIZES.reduce((sum, each) => sum + each, 0);
  const checksum = { algorithm: type === 'COMPOSITE' ? 'SHA256' : 'CRC64NVME', type } as const;
  return async (keys, making) => {
    for (const key of keys) {
      const body = { seed: textOf(making.bucket, key), sizeBytes };
      await seeded({ protection: { algorithm: 'none' }, partSizes: PART_SIZES, checksum, body })([key], making);
    }
  };
}

/** Objects that a group may read beside their owner. */
export function granted(make: Make): Make {
  return async (keys, making) => {
    await make(keys, making);
    const GrantRead = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"';
    for (const Key of keys)
      await making.s3.send(
        new PutObjectAclCommand({
          Bucket: making.bucket,
          Key,
          GrantRead,
          GrantFullControl: await ownerOf(making, Key),
        }),
      );
  };
}

async function ownerOf({ s3, bucket }: Making, Key: string): Promise<string> {
  const { Owner } = await s3.send(new GetObjectAclCommand({ Bucket: bucket, Key }));
  return `id="${Owner?.ID}"`;
}

/** Unencrypted, and held by their date: a copy would be another version. */
export function oldRetained(): Make {
  return async (keys, making) => {
    await seeded({ protection: { algorithm: 'none' } })(keys, making);
    const Retention = { Mode: 'COMPLIANCE', RetainUntilDate: new Date(Date.now() + YEAR_MS) } as const;
    for (const Key of keys)
      await making.s3.send(new PutObjectRetentionCommand({ Bucket: making.bucket, Key, Retention }));
  };
}
