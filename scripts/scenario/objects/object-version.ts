import { createHash } from 'node:crypto';
import type { Seen } from '../wanted.ts';

/** One version of an object as it is kept, or a delete marker: what must stay, and what may change. Texts that are only compared are digests or canonical JSON. */
export interface ObjectVersion {
  bucket: string;
  key: string;
  /** `null` where the bucket was not versioned when it was written. */
  versionId: string;
  isMarker: boolean;
  isCurrent: boolean;
  /** ISO 8601. */
  lastModified: string;
  etag: string;
  storageClass: string;
  /** SSE-C has the algorithm `SSE-C` here. */
  encryption: Pick<Seen, 'keyId' | 'bucketKey'> & { algorithm: string | undefined };
  /** User metadata and content headers. */
  metadata: string;
  tags: string;
  /** The owner and the grants; empty for a private object of the bucket's owner. */
  acl: string;
  /** The sizes of its parts; empty where it was written at once. */
  parts: string;
  /** Its value, algorithm and whether it is one of checksums; empty where S3 keeps none. */
  checksum: string;
  /** Of the plain bytes. */
  bytes: string;
  /** Of some stretches of an object of gigabytes, its ends among them; empty for what is read whole. */
  stretches: string;
  /** Of the bytes at rest: an update in place leaves them, a copy does not. */
  ciphertext: string;
  /** Retention and holds. */
  lock: string;
}

/** A version's identity in its account. */
export function versionName({ bucket, key, versionId }: Pick<ObjectVersion, 'bucket' | 'key' | 'versionId'>): string {
  return JSON.stringify([bucket, key, versionId]);
}

/** The same for what has the same members, in whatever order they came; what is undefined is not there. */
export function canonical(members: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(sorted);
}

/** Lists of grants in whatever order they came; what a private object has is not said. */
export function canonicalAcl(owner: string, grants: readonly { grantee: string; permission: string }[]): string {
  const isPrivate = grants.every(({ grantee, permission }) => grantee === owner && permission === 'FULL_CONTROL');
  return isPrivate
    ? ''
    : JSON.stringify([owner, ...grants.map((each) => `${each.grantee} ${each.permission}`).toSorted()]);
}

/** More than this is not sent through a socket whole. */
export const LARGE_BYTES = 64 * 1024 ** 2;
const STRETCH_BYTES = 4096;

/** What is read of a large object: its beginning, its end, and around each end of a part. */
export function stretchesOf(sizeBytes: number, partSizes: readonly number[]): { first: number; last: number }[] {
  let at = 0;
  const ends = [0, ...partSizes.map((size) => (at += size)), sizeBytes];
  return [...new Set(ends)].map((end) => ({
    first: Math.max(0, end - STRETCH_BYTES),
    last: Math.min(sizeBytes, end + STRETCH_BYTES) - 1,
  }));
}

/** SHA-256 of bytes that may come in several pieces. */
export function digestOf(chunks: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}
