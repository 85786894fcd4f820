import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { contentOf } from './contents.ts';
import { type Seen, seenIn } from './wanted.ts';

/** How each object was encrypted when it was written, as S3 said. */
export type Written = Map<string, Seen>;

/** Writes objects one after the other and returns how S3 encrypted each. Those of a directory bucket have its one storage class (S3 guide). */
export async function putAll(s3: S3Client, bucket: string, keys: readonly string[]): Promise<Written> {
  const written: Written = new Map();
  const kept = bucket.endsWith('--x-s3') ? { storageClass: 'EXPRESS_ONEZONE' } : {};
  for (const key of keys) {
    const output = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: contentOf(bucket, key) }));
    written.set(key, { ...seenIn(output), ...kept });
  }
  return written;
}
