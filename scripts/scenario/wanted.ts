import type { GetObjectCommandOutput, PutObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Kind } from './play.ts';

/** What the standard asks, as the scenario checks it: told anew here, so that Reseal is not its own witness. */
export interface Wanted {
  algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  /** The standard's key in the bucket's account and Region; absent under SSE-S3. */
  keyArn?: string;
  bucketKey: boolean;
}

/** What a bucket of this kind can have of it: directory buckets know no DSSE-KMS, and their Bucket Key is always on (S3 guide). */
export function wantedFor(kind: Kind, wanted: Wanted): Wanted {
  if (kind !== 'directory' || wanted.algorithm === 'AES256') return wanted;
  return { ...wanted, algorithm: 'aws:kms', bucketKey: true };
}

/** An encryption as S3 answers it. */
export interface Seen {
  algorithm: string | undefined;
  keyId: string | undefined;
  bucketKey: boolean | undefined;
  /** As GetObject answers it: STANDARD is not said. */
  storageClass?: string;
}

/** How an object is encrypted, as PutObject and GetObject answer it. */
export function seenIn(output: PutObjectCommandOutput | GetObjectCommandOutput): Seen {
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: keyId, BucketKeyEnabled: bucketKey } = output;
  return { algorithm, keyId, bucketKey };
}

/** none < SSE-S3 < SSE-KMS under another key < SSE-KMS under the standard's key < DSSE-KMS. */
export function meets(seen: Seen, wanted: Wanted): boolean {
  if (
    rank(seen, wanted) <
    rank({ algorithm: wanted.algorithm, keyId: wanted.keyArn, bucketKey: wanted.bucketKey }, wanted)
  )
    return false;
  return wanted.algorithm !== 'aws:kms' || seen.algorithm !== 'aws:kms' || !wanted.bucketKey || seen.bucketKey === true;
}

function rank({ algorithm, keyId }: Seen, { keyArn }: Wanted): number {
  if (algorithm === undefined) return 0;
  if (algorithm === 'AES256') return 1;
  if (algorithm === 'aws:kms:dsse') return 4;
  return keyId !== undefined && keyId === keyArn ? 3 : 2;
}

/** The encryption in a few words, for people. */
export function describe({ algorithm, keyId }: Seen, { keyArn }: Wanted): string {
  if (algorithm === undefined) return 'none';
  if (algorithm === 'AES256') return 'SSE-S3';
  const name = algorithm === 'aws:kms:dsse' ? 'DSSE-KMS' : 'SSE-KMS';
  return `${name} ${keyArn !== undefined && keyId === keyArn ? '(standard key)' : '(other key)'}`;
}
