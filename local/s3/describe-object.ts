import type { S3Store } from './store.ts';
import type { StoredPart } from './stored-object.ts';
import { requireObject } from './versions.ts';

export interface AskedObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** What the store knows of one version beyond what S3's API tells. */
export interface DescribedObject {
  readonly versionId: string;
  readonly etag: string;
  readonly sizeBytes: number;
  /** SHA-256 of the plain content, where a pattern stands for its bytes; absent where only a customer's key opens it. */
  readonly digest: string | undefined;
  readonly parts: readonly StoredPart[] | undefined;
}

/** Two objects of the same bytes have the same digest, whatever their encryption and parts, and 50 TB cost no more than 50 bytes. */
export function describeObject(store: S3Store, { bucket, key, versionId }: AskedObject): DescribedObject {
  const object = requireObject(store.require(bucket), key, versionId);
  const { etag, sizeBytes, parts, sealed } = object;
  const digest = sealed.protection.algorithm === 'SSE-C' ? undefined : store.envelope.digest(sealed);
  return { versionId: object.versionId, etag, sizeBytes, digest, parts };
}
