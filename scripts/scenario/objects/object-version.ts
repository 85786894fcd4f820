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
  /** Of the plain bytes. */
  bytes: string;
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

/** SHA-256 of bytes that may come in several pieces. */
export function digestOf(chunks: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}
