import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { contentOf } from './contents.ts';
import { type Seen, seenIn } from './wanted.ts';

/** How each object was encrypted when it was written, as S3 said. */
export type Written = Map<string, Seen>;

/** Writes objects one after the other and returns how S3 encrypted each. */
export async function putAll(s3: S3Client, bucket: string, keys: readonly string[]): Promise<Written> {
  const written: Written = new Map();
  for (const key of keys) {
    const output = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: contentOf(bucket, key) }));
    written.set(key, seenIn(output));
  }
  return written;
}
